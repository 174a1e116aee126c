package io.kolumn.state.cli;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Where a verb finds its states: what the application is configured for, a storage of its own, or a running service. */
final class ConnectionOptions {

    @Spec(Target.MIXEE)
    private CommandSpec verb;

    @Nullable
    @Option(
            names = "--backend",
            paramLabel = "TYPE",
            order = 100,
            description = "Work on a storage of this type, not on the configured one.")
    private String backend;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            order = 101,
            description = "A key of that storage, as kolumn-state backends lists them. May be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Nullable
    @Option(
            names = "--server",
            paramLabel = "URL",
            order = 102,
            description = "Ask a running service, such as https://state.example.org.")
    private URI server;

    @Nullable
    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            order = 103,
            description = "Bearer token for the service; better in the environment as KOLUMN_TOKEN.")
    private String token;

    @Nullable
    @Option(
            names = "--user",
            paramLabel = "NAME",
            order = 104,
            description = "User of the service, with the password in the environment as KOLUMN_PASSWORD.")
    private String user;

    /** Whether a running service is asked, so that nothing has to be started here. */
    boolean remote() {
        return server != null;
    }

    /** @throws ParameterException if the options do not go together */
    Connection open(KolumnState program) {
        if (server == null) {
            if (token != null || user != null) {
                throw new ParameterException(verb.commandLine(), "--token and --user are for a --server.");
            }
            if (backend == null && !settings.isEmpty()) {
                throw new ParameterException(verb.commandLine(), "--set needs a --backend whose key it is.");
            }
            return new DirectConnection(program.application(), backend, settings);
        }
        if (backend != null || !settings.isEmpty()) {
            throw new ParameterException(verb.commandLine(), "--backend and --set are for working without a --server.");
        }
        return new ServerConnection(client(server, program));
    }

    private ServerClient client(URI address, KolumnState program) {
        String scheme = String.valueOf(address.getScheme());
        if ((!scheme.equals("http") && !scheme.equals("https")) || address.getHost() == null) {
            throw new ParameterException(
                    verb.commandLine(), "--server=" + address + " is no URL such as https://state.example.org.");
        }
        Credentials credentials = Credentials.of(token, user, System.getenv());
        if (credentials.given() && scheme.equals("http") && !Credentials.loopback(address.getHost())) {
            program.terminal().err().println("Warning: the credentials travel in clear; use https.");
        }
        return new ServerClient(address, credentials);
    }
}
