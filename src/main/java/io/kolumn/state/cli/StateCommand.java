package io.kolumn.state.cli;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackend;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command on states, wherever they are. */
abstract class StateCommand implements Callable<Integer>, NeedsApplication {

    /** What is told to the user in one line, and ends the command. */
    static final class Failure extends RuntimeException {
        private final int code;

        Failure(String message) {
            this(ExitCode.FAILED, message);
        }

        Failure(int code, String message) {
            super(message, null, false, false);
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConnectionOptions connection;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            order = 99,
            defaultValue = "table",
            description = "table or json.")
    private Output.Format format;

    @Override
    public CommandRunner.Need need() {
        return connection.remote() ? CommandRunner.Need.NOTHING : CommandRunner.Need.APPLICATION;
    }

    @Override
    public final Integer call() throws Exception {
        try (Connection open = connection.open(program(), reads())) {
            return run(open);
        }
    }

    /** Whether it changes nothing: a storage is then opened for reading alone. */
    boolean reads() {
        return false;
    }

    /** Does it, and gives the exit code. */
    abstract int run(Connection connected) throws Exception;

    private KolumnStateCommand program() {
        return (KolumnStateCommand) spec.root().userObject();
    }

    Terminal terminal() {
        return program().terminal();
    }

    Application application() {
        return program().application();
    }

    /** The storage itself, for what no service offers. */
    StateBackend storage(Connection connected) {
        return connected.backend().orElseThrow(this::notOverAServer);
    }

    /** As {@link #storage}, below all rules; for the caller to close. */
    StateStore store(Connection connected) {
        return connected.store().orElseThrow(this::notOverAServer);
    }

    private ParameterException notOverAServer() {
        return misuse(
                "This command requires direct access to the storage. Run it there without --server and KOLUMN_STATE_SERVER.");
    }

    /** What the command line should have been. */
    ParameterException misuse(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    Output output() {
        return new Output(format, terminal());
    }

    /**
     * Whoever names a prefix means something by it: none of its states is not an empty success.
     *
     * @param states by which they are listed, deleted ones and mere locks too
     * @throws Failure if no name starts with the prefix
     */
    static void requireAny(String prefix, Function<ListQuery, HeadPage> states) {
        if (!prefix.isEmpty()
                && states.apply(new ListQuery(prefix, null, 1, true, true))
                        .heads()
                        .isEmpty()) {
            throw nothing(prefix, "");
        }
    }

    static Failure nothing(String prefix, String more) {
        return new Failure(ExitCode.NOT_FOUND, "There is no state with the prefix '" + prefix + "'" + more + ".");
    }

    static NotFound missing(StateName name, String what) {
        return new NotFound(name, what);
    }

    static NotFound missing(StateName name) {
        return new NotFound(name, "There is no state '" + name + "'.");
    }

    /** @throws Invalid if it is not a version number */
    static long versionNumber(long number) {
        if (number < 1) {
            throw new Invalid(number + " is not a version number. Versions start at 1.");
        }
        return number;
    }

    /** Who runs this, as {@code ada@build-7}. */
    static String who() {
        return System.getProperty("user.name", "") + "@" + host();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
