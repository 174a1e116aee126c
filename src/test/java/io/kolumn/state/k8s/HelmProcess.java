package io.kolumn.state.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Helm's own code, as a library, in a process of its own: its main program, and the handle by which tests ask it. What it loads brings the
 * runtime of another language with signal handlers of its own, which shall be in no JVM that measures or crashes others.
 */
final class HelmProcess implements Closeable {

    /** Before each answer; Helm itself writes warnings between them. */
    private static final String ANSWER = "answer:";

    /** For whom it renders; by itself a library of Helm takes the first version that Helm 3 knew. */
    private static final String KUBERNETES = "1.32.0";

    /** Helm for Linux on x86-64, which the build copies there. */
    private static final Path MADE = Path.of("target/helm-linux-amd64.jar");

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of its own, since Helm is unpacked there (100 MB), and stays where a process is killed. */
    private final Path temporary;

    private final Process process;
    private final BufferedReader answers;
    private final PrintStream questions;

    private HelmProcess(Path temporary, Process process) {
        this.temporary = temporary;
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.questions = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    static HelmProcess start() throws IOException {
        Path temporary = Files.createTempDirectory("helm");
        return new HelmProcess(
                temporary,
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                                "-Djava.io.tmpdir=" + temporary,
                                "-cp",
                                classPath(),
                                HelmProcess.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    /** With Helm for this machine; elsewhere the library fetches it by itself. */
    private static String classPath() {
        String tests = System.getProperty("java.class.path");
        boolean made = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64");
        return made ? MADE + File.pathSeparator + tests : tests;
    }

    /** What {@code helm template}, {@code notes} or {@code lint} says; {@link Refused} with its message where it fails. */
    synchronized String ask(String command, Path chart, String release, String namespace, String values) {
        try {
            questions.println(JSON.writeValueAsString(Map.of(
                    "command", command,
                    "chart", chart.toAbsolutePath().toString(),
                    "release", release,
                    "namespace", namespace,
                    "values", values)));
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith(ANSWER)) {
                    JsonNode answer = JSON.readTree(line.substring(ANSWER.length()));
                    if (answer.has("refused")) {
                        throw new Refused(answer.path("refused").asText());
                    }
                    return answer.path("text").asText();
                }
            }
            throw new IllegalStateException("The process with Helm has ended");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path temporary() {
        return temporary;
    }

    /** It ends by itself when nobody asks any more. */
    @Override
    public void close() throws IOException {
        questions.close();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> left = Files.walk(temporary)) {
            for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** The chart does not take the values. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Path values = Files.createTempFile("values", ".yaml");
        try {
            for (String line = questions.readLine(); line != null; line = questions.readLine()) {
                JsonNode question = JSON.readTree(line);
                Files.writeString(values, question.path("values").asText());
                System.out.println(ANSWER + JSON.writeValueAsString(answer(question, values)));
            }
        } finally {
            Files.delete(values);
        }
    }

    private static Map<String, String> answer(JsonNode question, Path values) {
        try {
            return Map.of("text", text(question, values));
        } catch (IllegalStateException e) {
            return Map.of("refused", String.valueOf(e.getMessage()));
        }
    }

    private static String text(JsonNode question, Path values) {
        Helm helm = new Helm(Path.of(question.path("chart").asText()));
        String release = question.path("release").asText();
        String namespace = question.path("namespace").asText();
        return switch (question.path("command").asText()) {
            case "template" ->
                helm.template()
                        .withKubeVersion(KUBERNETES)
                        .withName(release)
                        .withNamespace(namespace)
                        .withValuesFile(values)
                        .call();
            case "notes" ->
                helm.install()
                        .clientOnly()
                        .dryRun()
                        .debug()
                        .withKubeVersion(KUBERNETES)
                        .withName(release)
                        .withNamespace(namespace)
                        .withValuesFile(values)
                        .call()
                        .getOutput();
            case "lint" -> lint(helm.lint().strict().call());
            case String other -> throw new IllegalArgumentException(other);
        };
    }

    private static String lint(LintResult result) {
        List<String> messages = result.getMessages();
        if (result.isFailed()) {
            throw new IllegalStateException(String.join("\n", messages));
        }
        return String.join("\n", messages);
    }
}
