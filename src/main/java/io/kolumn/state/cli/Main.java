package io.kolumn.state.cli;

import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.config.ConfiguredSecrets;
import io.kolumn.state.encryption.keys.EncryptionConfig;
import io.kolumn.state.server.ServiceConfig;
import io.kolumn.state.transfer.DocumentSources;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;

/**
 * Looks at the arguments before anything starts: without any, or with {@code serve}, this is the service; without any in a
 * terminal it is its help. A command opens no
 * HTTP port, logs warnings to standard error, and starts the application only if it needs its types or its storage.
 */
@QuarkusMain(name = "kolumn-state")
public final class Main {

    /** What a command is run with, unless somebody set it otherwise. */
    private static final Map<String, String> QUIET = Map.of(
            "quarkus.log.level", "WARN",
            "quarkus.log.console.stderr", "true",
            "quarkus.log.console.json.enabled", "false");

    Main() {}

    public static void main(String... args) {
        Terminal terminal = Terminal.standard();
        if (args.length == 0 && !wantsHelp(terminal)) {
            Service.start();
            return;
        }
        CommandRunner program = new CommandRunner(terminal, Application.NONE);
        CommandRunner.Need need = args.length == 0 ? CommandRunner.Need.NOTHING : program.need(args);
        switch (need) {
            case SERVICE -> exitUnlessOk(program.run(args));
            case NOTHING -> System.exit(program.run(args.length == 0 ? new String[] {"help"} : args));
            case APPLICATION -> {
                QUIET.forEach(Main::unlessSet);
                System.setProperty("quarkus.http.host-enabled", "false");
                Quarkus.run(Container.class, args);
            }
        }
    }

    /** The service has set its own code when it ends; another one is that of a start that was not possible. */
    private static void exitUnlessOk(int code) {
        if (code != ExitCode.OK) {
            System.exit(code);
        }
    }

    /** A person who typed the name of the program alone, and set nothing for a service; never a container or a unit. */
    private static boolean wantsHelp(Terminal terminal) {
        return terminal.interactive()
                && !isDeveloped()
                && System.getProperties().stringPropertyNames().stream()
                        .noneMatch(name -> name.startsWith("kolumn.") || name.startsWith("quarkus.http."));
    }

    /** Quarkus's dev mode, which starts the program in a terminal: there it is too early for the mode to be known. */
    private static boolean isDeveloped() {
        String loader = Main.class.getClassLoader().getClass().getName();
        return LaunchMode.current().isDevOrTest()
                || loader.equals("io.quarkus.bootstrap.classloading.QuarkusClassLoader");
    }

    private static void unlessSet(String property, String value) {
        String variable = property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        if (System.getProperty(property) == null && System.getenv(variable) == null) {
            System.setProperty(property, value);
        }
    }

    /** Runs a command within the application. */
    @Singleton
    @Unremovable
    static final class Container implements QuarkusApplication {

        private final BackendFactory factory;
        private final DocumentSources sources;
        private final Instance<ServiceConfig> config;
        private final Instance<EncryptionConfig> encryption;
        private final ConfiguredSecrets secrets;
        private final Instance<StateBackend> served;
        private final Interruption interruption;

        Container(
                BackendFactory factory,
                DocumentSources sources,
                Instance<ServiceConfig> config,
                Instance<EncryptionConfig> encryption,
                ConfiguredSecrets secrets,
                Instance<StateBackend> served,
                Interruption interruption) {
            this.factory = factory;
            this.sources = sources;
            this.config = config;
            this.encryption = encryption;
            this.secrets = secrets;
            this.served = served;
            this.interruption = interruption;
        }

        @Override
        public int run(String... args) {
            try (Served.Configured storage = new Served.Configured(config::get, served::get)) {
                Application application =
                        new Application(factory, sources, config::get, encryption::get, secrets, storage, interruption);
                return interruption.during(() -> new CommandRunner(Terminal.standard(), application).run(args));
            }
        }
    }
}
