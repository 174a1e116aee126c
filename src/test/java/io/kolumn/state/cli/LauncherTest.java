package io.kolumn.state.cli;

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

/** The script {@code kolumn-state}, in a folder that looks like the project's, with programs that print how they were called. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a shell script")
class LauncherTest {

    @TempDir
    Path folder;

    private Path top;
    private final List<String> path = new ArrayList<>();

    private record Run(int code, List<String> output) {}

    @BeforeEach
    void layOut() throws IOException {
        top = Files.createDirectories(folder.resolve("a project"));
        Files.createDirectories(top.resolve(".mvn"));
        Files.createDirectories(top.resolve("target/quarkus-app"));
        Files.copy(Path.of("kolumn-state"), top.resolve("kolumn-state"));
        Files.copy(Path.of(".mvn/jdk.sh"), top.resolve(".mvn/jdk.sh"));
        path.addAll(List.of("/usr/bin", "/bin"));
    }

    private void program(Path file, String... lines) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A Java that prints its version and its arguments, one a line. */
    private Path java(String version) throws IOException {
        Path home = folder.resolve("java-" + version);
        program(home.resolve("bin/java"), "printf '%s\\n' " + version + " \"$@\"");
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private void jar() throws IOException {
        Files.writeString(top.resolve("target/quarkus-app/quarkus-run.jar"), "");
    }

    private Run run(Map<String, String> environment, String... arguments) throws Exception {
        return run(top.resolve("kolumn-state"), environment, arguments);
    }

    private Run run(Path script, Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("PATH", String.join(":", path));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output.lines().toList());
    }

    @Test
    void withoutAPackageItSaysHowToMakeOne() throws Exception {
        Run run = run(Map.of("JAVA_HOME", java("25.0.1").toString()));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.output()).hasSize(1).allMatch(line -> line.contains("./mvnw package -Dmaven.test.skip"));
    }

    @Test
    void theNativeExecutableComesFirstAndGetsTheArgumentsAsTheyAre() throws Exception {
        jar();
        program(top.resolve("target/kolumn-state-1.0-runner"), "printf '%s\\n' native \"$@\"");

        Run run = run(Map.of("JAVA_HOME", java("25").toString()), "-Da=b c", "ls", "", "team a/");

        assertThat(run.output()).containsExactly("native", "-Da=b c", "ls", "", "team a/");
    }

    @Test
    void theServiceAndACommandGetTheFlagsThatSuitThemAndTheirOptionsStandBeforeTheJar() throws Exception {
        jar();
        Map<String, String> environment = Map.of("JAVA_HOME", java("25").toString());
        String jar =
                top.toRealPath().resolve("target/quarkus-app/quarkus-run.jar").toString();

        assertThat(run(environment).output()).contains("-Xmx512m").endsWith("-jar", jar);
        assertThat(run(environment, "-Da=b c", "-Xmx1g").output())
                .containsSubsequence("-Xmx512m", "-Da=b c", "-Xmx1g", "-jar", jar)
                .endsWith(jar);
        assertThat(run(environment, "serve").output()).contains("-Xmx512m").endsWith("-jar", jar, "serve");
        assertThat(run(environment, "-Da=b c", "put", "x", "-D", "").output())
                .doesNotContain("-Xmx512m")
                .contains("-XX:TieredStopAtLevel=1")
                .endsWith("-Da=b c", "-jar", jar, "put", "x", "-D", "");
    }

    @Test
    void aCollectorThatIsGivenReplacesOursAndACacheThatIsThereIsUsed() throws Exception {
        jar();
        Files.writeString(top.resolve("target/quarkus-app/app.aot"), "");
        Map<String, String> environment = Map.of("JAVA_HOME", java("25").toString());

        List<String> output = run(environment, "-XX:+UseG1GC").output();

        assertThat(output)
                .doesNotContain("-XX:+UseSerialGC")
                .contains("-XX:+UseG1GC", "-Xlog:aot*=off")
                .contains("-XX:AOTCache=" + top.toRealPath().resolve("target/quarkus-app/app.aot"));
        assertThat(run(environment, "ls").output()).contains("-XX:+UseSerialGC");
    }

    @Test
    void anOlderJavaOnThePathIsPassedOverAndANewerOneIsFoundWithoutACompiler() throws Exception {
        jar();
        path.addFirst(java("17.0.2").resolve("bin").toString());
        Path newer = Files.createDirectories(folder.resolve(".jdks"));
        Files.move(java("999.0.1"), newer.resolve("some"));

        Run run = run(Map.of("JAVA_HOME", folder.resolve("java-17.0.2").toString()), "ls");

        assertThat(run.code()).as(run.output().toString()).isZero();
        assertThat(run.output().getFirst()).isEqualTo("999.0.1");
    }

    @Test
    void itIsCalledByALinkFromAnywhere() throws Exception {
        jar();
        Path link = Files.createSymbolicLink(folder.resolve("ks"), Path.of("a project", "kolumn-state"));

        Run run = run(link, Map.of("JAVA_HOME", java("25").toString()), "ls");

        assertThat(run.output())
                .endsWith(
                        "-jar",
                        top.toRealPath()
                                .resolve("target/quarkus-app/quarkus-run.jar")
                                .toString(),
                        "ls");
    }
}
