package io.kolumn.state.cli;

import io.kolumn.state.config.IoFault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code health}: whether a service answers, for containers that have no shell to ask it with. */
@Command(
        name = "health",
        description = "Check whether a running service is alive. The exit code is 6 if it is not.",
        footer = {"  kolumn-state health", "  kolumn-state health --ready --server http://127.0.0.1:9090"})
final class HealthCommand implements Callable<Integer>, NeedsApplication {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final int OK = 200;
    private static final String PORT = "QUARKUS_HTTP_PORT";

    @ParentCommand
    private KolumnStateCommand program;

    @Spec
    private CommandSpec spec;

    @Nullable
    @Option(
            names = "--server",
            paramLabel = "URL",
            description =
                    "URL of the service. Default: KOLUMN_STATE_SERVER, or this machine at the port QUARKUS_HTTP_PORT"
                            + " or 8080.")
    private URI server;

    @Option(names = "--ready", description = "Check also whether its storage can be read and written.")
    private boolean ready;

    @Mixin
    private OutputOption output;

    @Override
    public CommandRunner.Need need() {
        return CommandRunner.Need.NOTHING;
    }

    @Override
    public Integer call() throws InterruptedException {
        ServerAddress address = address();
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            HttpRequest request = HttpRequest.newBuilder(address.at("/q/health/" + (ready ? "ready" : "live")))
                    .timeout(TIMEOUT)
                    .build();
            int status =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            return ended(address, status == OK ? null : "status " + status);
        } catch (IOException e) {
            return ended(address, IoFault.text(e));
        }
    }

    private ServerAddress address() {
        Map<String, String> environment = program.terminal().environment();
        ServerAddress given = server == null
                ? ServerAddress.ofEnvironment(environment, spec.commandLine())
                : ServerAddress.of("--server", server, spec.commandLine());
        return given != null ? given : new ServerAddress("http://127.0.0.1:" + environment.getOrDefault(PORT, "8080"));
    }

    private int ended(ServerAddress address, @Nullable String problem) {
        Output to = output.to(program.terminal());
        if (to.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("server", address.base());
            json.put(asked(), problem == null);
            Output.put(json, "problem", problem);
            to.json(json);
        } else if (problem != null) {
            program.terminal().err().println(address.base() + " is not " + asked() + " (" + problem + ").");
        }
        return problem == null ? ExitCode.OK : ExitCode.UNAVAILABLE;
    }

    private String asked() {
        return ready ? "ready" : "alive";
    }
}
