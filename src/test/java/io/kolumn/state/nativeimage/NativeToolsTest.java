package io.kolumn.state.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Whoever asks for a native binary and lacks what makes one is told so in one line, and what to install. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "mvnw.cmd does not look")
class NativeToolsTest {

    private static final Path LOOK = Path.of(".mvn/native.sh");

    /** What mvnw sets before it looks. */
    private static final String BEFORE = "set -euf; die() { echo \"$1\"; exit 1; }; jdk_wanted=25; ";

    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void aPathWithoutCompilers() throws IOException {
        path = Files.createDirectory(folder.resolve("bin"));
        script(path.resolve("sed"), "exec /bin/sed \"$@\"");
    }

    @Test
    void noNativeImageAtAll() throws Exception {
        assertThat(told(Map.of(), "-Dnative"))
                .isEqualTo("No native-image found: install a GraalVM or Mandrel for Java 25 and set GRAALVM_HOME to its"
                        + " folder, or build in a container: docker build -f Dockerfile.native .");
    }

    @Test
    void aFolderWithoutNativeImage() throws Exception {
        assertThat(told(Map.of("GRAALVM_HOME", "/no/graalvm"), "-Dnative"))
                .isEqualTo(
                        "GRAALVM_HOME is /no/graalvm, but /no/graalvm/bin/native-image is not there: install a GraalVM"
                                + " or Mandrel for Java 25 and set GRAALVM_HOME to its folder.");
    }

    @Test
    void aGraalvmOfAnotherVersion() throws Exception {
        Path home = graalvm("native-image 21.0.2 2024-01-16");

        assertThat(told(Map.of("GRAALVM_HOME", home.toString()), "-Dnative"))
                .isEqualTo(home + "/bin/native-image is for Java 21: install a GraalVM or Mandrel for Java 25 and set"
                        + " GRAALVM_HOME to its folder.");
    }

    @Test
    void noCompilerOfC() throws Exception {
        Path home = graalvm("native-image 25.0.2 2026-01-20");

        assertThat(told(Map.of("GRAALVM_HOME", home.toString()), "-Dnative"))
                .isEqualTo("No C compiler found, which native-image links with: install one (Debian: apt install gcc"
                        + " zlib1g-dev, macOS: xcode-select --install).");
    }

    @Test
    void aBuildInAContainerNeedsNoneOfIt() throws Exception {
        assertThat(told(Map.of(), "-Dquarkus.native.container-build=true", "-Dnative"))
                .isEmpty();
        assertThat(told(Map.of(), "-Dnative", "-Dquarkus.native.sources-only=true"))
                .isEmpty();
        assertThat(told(Map.of())).isEmpty();
    }

    @Test
    void everyBuildThroughMvnwLooks() throws Exception {
        assertThat(Files.readString(Path.of("mvnw"))).contains(". \"$scriptDir/.mvn/native.sh\"");
    }

    private String told(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", BEFORE + ". ./" + LOOK, "mvnw"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", path.toString(), "JAVA_HOME", folder.toString()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor()).isEqualTo(said.isEmpty() ? 0 : 1);
        return said;
    }

    private Path graalvm(String version) throws IOException {
        Path home = folder.resolve("graalvm");
        script(Files.createDirectories(home.resolve("bin")).resolve("native-image"), "echo '" + version + "'");
        return home;
    }

    private static void script(Path file, String line) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
