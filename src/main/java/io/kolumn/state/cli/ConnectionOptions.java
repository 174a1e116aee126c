package io.kolumn.state.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
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
            description = "Type of the storage to use instead of the configured one.")
    private String backend;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            order = 101,
            description = "A key of that storage (see kolumn-state backends). May be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--set-file",
            paramLabel = "KEY=FILE",
            order = 101,
            description = "A key of that storage with its value in a file, such as a secret. May be repeated.")
    private Map<String, Path> files = new LinkedHashMap<>();

    @Nullable
    @Option(
            names = "--server",
            paramLabel = "URL",
            order = 102,
            description = "URL of a running service, such as https://state.example.org. Without --backend,"
                    + " KOLUMN_STATE_SERVER is the default.")
    private URI server;

    @Nullable
    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            order = 103,
            description = "Bearer token for the service. KOLUMN_TOKEN in the environment or a file is safer.")
    private String token;

    @Nullable
    @Option(names = "--token-file", paramLabel = "FILE", order = 103, description = "File with the token.")
    private Path tokenFile;

    @Nullable
    @Option(
            names = "--user",
            paramLabel = "NAME",
            order = 104,
            description = "User of the service. KOLUMN_PASSWORD in the environment is the password.")
    private String user;

    @Nullable
    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            order = 104,
            description = "File with the password of the user.")
    private Path passwordFile;

    /** Whether a running service is asked, so that nothing has to be started here. */
    boolean remote() {
        return server != null || variable() != null;
    }

    /** That of the environment, which a storage that is named wins over. */
    private @Nullable ServerAddress variable() {
        KolumnStateCommand program = (KolumnStateCommand) verb.root().userObject();
        return backend == null && settings.isEmpty() && files.isEmpty()
                ? ServerAddress.ofEnvironment(program.terminal().environment(), verb.commandLine())
                : null;
    }

    /**
     * @param reading whether a storage is opened for reading alone
     * @throws ParameterException if the options do not go together
     */
    Connection open(KolumnStateCommand program, boolean reading) {
        ServerAddress variable = server == null ? variable() : null;
        if (variable != null) {
            program.terminal().err().println("Service: " + variable.base() + " (" + ServerAddress.VARIABLE + ")");
            return new ServerConnection(client(variable, program));
        }
        if (server == null) {
            if (Stream.of(token, user, tokenFile, passwordFile).anyMatch(Objects::nonNull)) {
                throw new ParameterException(verb.commandLine(), "--token and --user require a --server.");
            }
            if (backend == null && !(settings.isEmpty() && files.isEmpty())) {
                throw new ParameterException(verb.commandLine(), "--set requires a --backend.");
            }
            return new DirectConnection(
                    program.application(),
                    program.terminal().err(),
                    reading,
                    backend,
                    Settings.of(settings, files, "--set-file"));
        }
        if (backend != null || !settings.isEmpty() || !files.isEmpty()) {
            throw new ParameterException(verb.commandLine(), "--backend and --set cannot be combined with --server.");
        }
        return new ServerConnection(client(ServerAddress.of("--server", server, verb.commandLine()), program));
    }

    private ServerClient client(ServerAddress address, KolumnStateCommand program) {
        Map<String, String> environment = environment(program.terminal());
        ServerCredentials credentials = ServerCredentials.of(token, user, environment);
        URI uri = address.uri();
        if (credentials.given() && "http".equals(uri.getScheme()) && !ServerCredentials.loopback(uri.getHost())) {
            program.terminal().err().println("Warning: the credentials are sent unencrypted. Use https.");
        }
        ServerClient client = new ServerClient(address, credentials, environment);
        address.ownPath().ifPresent(client::requireApiBelow);
        return client;
    }

    /** That of the process, with what files hold in its place. */
    private Map<String, String> environment(Terminal terminal) {
        Map<String, String> environment = new HashMap<>(terminal.environment());
        if (tokenFile != null) {
            environment.put(ServerCredentials.TOKEN, Settings.read("", tokenFile, "--token-file"));
        }
        if (passwordFile != null) {
            environment.put(ServerCredentials.PASSWORD, Settings.read("", passwordFile, "--password-file"));
        }
        return environment;
    }
}
