package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script at the top, on the package that this build has made, from another folder. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a shell script")
class LauncherIT {

    @TempDir
    Path folder;

    @Test
    void aCommandWorksAsWrittenAndNothingIsWarnedOf() throws Exception {
        Path document = Files.writeString(folder.resolve("doc.json"), """
                {"version": 4, "serial": 1, "lineage": "launched", "outputs": {}, "resources": []}""");

        assertThat(run("put", "team-a/demo", document.toString())).contains("team-a/demo");
        assertThat(run("ls", "team-a/")).contains("team-a/demo");
    }

    /** What it printed; on standard error nothing but the storage that it is about. */
    private String run(String... arguments) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        List<String> command =
                new ArrayList<>(List.of(Path.of("kolumn-state").toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().keySet().removeIf(name -> name.startsWith("KOLUMN_") || name.startsWith("QUARKUS_"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readAllLines(err)).allMatch(line -> line.startsWith("Storage: local, path "));
        assertThat(process.exitValue()).isZero();
        return Files.readString(out);
    }
}
