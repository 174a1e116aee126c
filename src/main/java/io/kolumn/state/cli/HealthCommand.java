package io.kolumn.state.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code health}: whether a service answers, for containers that have no shell to ask it with. */
@Command(
        name = "health",
        description = "Ask a running service whether it is alive; ends with 6 if it is not.",
        footer = {"  kolumn-state health", "  kolumn-state health --ready --server http://127.0.0.1:9090"})
final class HealthCommand implements Callable<Integer>, Needy {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int OK = 200;

    @ParentCommand
    private KolumnState program;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:${env:QUARKUS_HTTP_PORT:-8080}",
            description = "Which one: this machine's, at the port of QUARKUS_HTTP_PORT or 8080, if not given.")
    private URI server;

    @Option(names = "--ready", description = "Whether its storage can be read and written, too.")
    private boolean ready;

    @Override
    public Program.Need need() {
        return Program.Need.NOTHING;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(address()).timeout(PATIENCE).build();
            int status =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            return ended(status == OK, "status " + status);
        } catch (IOException e) {
            return ended(false, e.getClass().getSimpleName());
        }
    }

    private URI address() {
        String scheme = String.valueOf(server.getScheme());
        if ((!scheme.equals("http") && !scheme.equals("https")) || server.getHost() == null) {
            throw new ParameterException(
                    spec.commandLine(), "--server=" + server + " is no URL such as http://127.0.0.1:8080.");
        }
        return server.resolve("/q/health/" + (ready ? "ready" : "live"));
    }

    private int ended(boolean well, String why) {
        if (!well) {
            program.terminal().err().println(server + " is not " + (ready ? "ready" : "alive") + " (" + why + ").");
        }
        return well ? ExitCode.OK : ExitCode.UNAVAILABLE;
    }
}
