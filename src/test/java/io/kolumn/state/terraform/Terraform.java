package io.kolumn.state.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The real {@code terraform} or {@code tofu}, in a folder of its own, with nothing to download. */
final class Terraform {

    /** What a command came to. */
    record Outcome(int code, String output) {
        Outcome succeeded() {
            assertThat(code).as(output).isZero();
            return this;
        }

        Outcome failed() {
            assertThat(code).as(output).isNotZero();
            return this;
        }
    }

    private static final long PATIENCE_SECONDS = 90;

    private final Path folder;
    private final String program;
    private final Map<Process, Path> outputs = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private boolean tracing;

    Terraform(Path folder) {
        this(folder, "terraform");
    }

    /** @param program {@code terraform} or {@code tofu} */
    Terraform(Path folder, String program) {
        this.folder = folder;
        this.program = program;
    }

    /** Whether it is on the PATH. In CI it has to be. */
    static boolean installed() {
        return Tool.installed("terraform");
    }

    Path folder() {
        return folder;
    }

    Terraform write(String file, String text) {
        try {
            Files.writeString(folder.resolve(file), text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sets a variable of its environment. */
    Terraform environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** From now on the output names each request. */
    Terraform tracing() {
        tracing = true;
        return this;
    }

    Outcome run(String... arguments) {
        return finish(start(arguments));
    }

    Process start(String... arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        write("empty.tfrc", "");
        builder.environment()
                .put("TF_CLI_CONFIG_FILE", folder.resolve("empty.tfrc").toString());
        builder.environment().put("CHECKPOINT_DISABLE", "1");
        builder.environment().put("TF_IN_AUTOMATION", "1");
        builder.environment().put("TF_INPUT", "0");
        builder.environment().putAll(environment);
        if (tracing) {
            builder.environment().put("TF_LOG", "DEBUG");
        }
        try {
            Path output = Files.createTempFile(folder, "out", ".log");
            Process process = builder.redirectOutput(output.toFile()).start();
            outputs.put(process, output);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Outcome finish(Process process) {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(program + " did not end: " + output(process));
            }
            return new Outcome(process.exitValue(), output(process));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IllegalStateException(e);
        }
    }

    private String output(Process process) {
        try {
            return Files.readString(Objects.requireNonNull(outputs.get(process)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
