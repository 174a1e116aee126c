package io.kolumn.state.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/** What {@code kubectl kustomize} makes of k8s/. */
final class Kustomize {

    static final Path K8S = Path.of("k8s");

    private Kustomize() {}

    /** Skips the test where there is no kubectl; in CI there is one. */
    static void needed() throws InterruptedException {
        try {
            new ProcessBuilder("kubectl", "kustomize", "--help")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            assertThat(System.getenv("CI")).as("kubectl is missing in CI").isNull();
            Assumptions.abort("There is no kubectl: " + e.getMessage());
        }
    }

    static List<Manifest> overlay(String name) throws IOException, InterruptedException {
        return build(K8S.resolve("overlays").resolve(name));
    }

    /** An overlay of one's own, which names those and adds lines. */
    static List<Manifest> own(List<String> overlays, List<String> components, String lines)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "overlay");
        Path file = folder.resolve("kustomization.yaml");
        try {
            Files.writeString(
                    file,
                    "resources:\n" + named(folder, "overlays", overlays) + "components:\n"
                            + named(folder, "components", components) + lines);
            return build(folder);
        } finally {
            Files.delete(file);
            Files.delete(folder);
        }
    }

    private static String named(Path from, String kind, List<String> names) {
        return names.stream()
                .map(name -> "  - " + from.relativize(K8S.resolve(kind).resolve(name)) + "\n")
                .collect(Collectors.joining());
    }

    private static List<Manifest> build(Path folder) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("kubectl", ".err");
        Process kubectl = new ProcessBuilder("kubectl", "kustomize", folder.toString())
                .redirectError(errors.toFile())
                .start();
        try {
            byte[] made = kubectl.getInputStream().readAllBytes();
            if (kubectl.waitFor() != 0) {
                throw new IOException("kubectl kustomize " + folder + ": " + Files.readString(errors));
            }
            return Manifest.all(new ByteArrayInputStream(made));
        } finally {
            kubectl.destroyForcibly();
            Files.delete(errors);
        }
    }
}
