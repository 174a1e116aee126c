package io.kolumn.state.terraform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.Tool;
import java.io.IOException;
import java.io.OutputStream;
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

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final String QUESTION = "Enter a value:";

    private final Path folder;
    private final String program;
    private final Map<Process, Path> outputs = new HashMap<>();
    private String configuration = "";
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

    /** A command that asks, and is answered by one line after the other: a line that comes before its question is lost. */
    public Outcome answering(String answers, String... arguments) {
        Process process = started("1", arguments);
        try (OutputStream input = process.getOutputStream()) {
            int asked = 0;
            for (String answer : answers.lines().toList()) {
                int next = ++asked;
                await().atMost(TIMEOUT).until(() -> !process.isAlive() || questions(process) >= next);
                if (process.isAlive()) {
                    input.write((answer + "\n").getBytes(StandardCharsets.UTF_8));
                    input.flush();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return finish(process);
    }

    private int questions(Process process) {
        return output(process).split(QUESTION, -1).length - 1;
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

    /** Starts it where nobody answers: what it asks fails. */
    public Process start(String... arguments) {
        Process process = started("0", arguments);
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return process;
    }

    private Process started(String asks, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        write("terraform.tfrc", configuration);
        builder.environment()
                .put("TF_CLI_CONFIG_FILE", folder.resolve("terraform.tfrc").toString());
        builder.environment().put("CHECKPOINT_DISABLE", "1");
        builder.environment().put("TF_IN_AUTOMATION", "1");
        builder.environment().put("TF_INPUT", asks);
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

    public Outcome finish(Process process) {
        try {
            if (!process.waitFor(TIMEOUT)) {
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
