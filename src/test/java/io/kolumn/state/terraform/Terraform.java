package io.kolumn.state.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The real {@code terraform} or {@code tofu}, in a folder of its own, with nothing to download. */
public final class Terraform {

    /** What a command came to. */
    public record Outcome(int code, String output) {
        public Outcome succeeded() {
            assertThat(code).as(output).isZero();
            return this;
        }

        public Outcome failed() {
            assertThat(code).as(output).isNotZero();
            return this;
        }
    }

    private static final long PATIENCE_SECONDS = 90;

    private final Path folder;
    private final String program;
    private final Map<Process, Path> outputs = new HashMap<>();
    private String configuration = "";
    private String input = "";
    private final Map<String, String> environment = new HashMap<>();
    private boolean tracing;

    public Terraform(Path folder) {
        this(folder, "terraform");
    }

    /** @param program {@code terraform} or {@code tofu} */
    Terraform(Path folder, String program) {
        this.folder = folder;
        this.program = program;
    }

    /** Whether it is on the PATH. In CI it has to be. */
    public static boolean installed() {
        return Tool.installed("terraform");
    }

    Path folder() {
        return folder;
    }

    public Terraform write(String file, String text) {
        try {
            Files.writeString(folder.resolve(file), text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With this configuration of the command line. */
    public Terraform configured(String text) {
        configuration = text;
        return this;
    }

    /** A command that asks, and is answered so. */
    public Outcome answering(String answers, String... arguments) {
        input = answers;
        try {
            return run(arguments);
        } finally {
            input = "";
        }
    }

    /** A command that asks several times, and reads each answer only after its question. */
    public Outcome answeringEach(Map<String, String> answers, String... arguments) {
        environment.put("TF_INPUT", "1");
        Process process = start(arguments);
        try {
            for (Map.Entry<String, String> answer : answers.entrySet()) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                        .until(() -> output(process).contains(answer.getKey()) || !process.isAlive());
                process.getOutputStream().write((answer.getValue() + "\n").getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
            }
            return finish(process);
        } catch (IOException e) {
            throw new UncheckedIOException(output(process), e);
        } finally {
            environment.remove("TF_INPUT");
        }
    }

    /** Sets a variable of its environment. */
    public Terraform environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** From now on the output names each request. */
    Terraform tracing() {
        tracing = true;
        return this;
    }

    public Outcome run(String... arguments) {
        return finish(start(arguments));
    }

    public Process start(String... arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        write("terraform.tfrc", configuration);
        builder.environment()
                .put("TF_CLI_CONFIG_FILE", folder.resolve("terraform.tfrc").toString());
        builder.environment().put("CHECKPOINT_DISABLE", "1");
        builder.environment().put("TF_IN_AUTOMATION", "1");
        builder.environment().put("TF_INPUT", input.isEmpty() ? "0" : "1");
        builder.environment().putAll(environment);
        if (tracing) {
            builder.environment().put("TF_LOG", "DEBUG");
        }
        try {
            Path output = Files.createTempFile(folder, "out", ".log");
            Process process = builder.redirectOutput(output.toFile()).start();
            if (!input.isEmpty()) {
                process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().close();
            }
            outputs.put(process, output);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Outcome finish(Process process) {
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
