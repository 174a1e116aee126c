package io.kolumn.state.cli;

import io.kolumn.state.certificate.DevCertificate;
import io.kolumn.state.certificate.DevCertificateSource;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code serve}: the service itself. */
@Command(
        name = "serve",
        description = {
            "Serve states over HTTP until stopped. This is the default without a terminal.",
            "Configure it in config/application.properties, in the environment, or with -Dkey=value before" + " -jar."
        },
        footer = {"  KOLUMN_STATE_BACKEND=memory kolumn-state serve", "  kolumn-state serve --dev-cert"})
final class ServeCommand implements NeedsApplication, Callable<Integer> {

    /** The port of the configuration. */
    private static final int CONFIGURED = 0;

    private static final int LAST_PORT = 65_535;
    private static final String PORT = "quarkus.http.ssl-port";

    @ParentCommand
    private KolumnStateCommand program;

    @Spec
    private CommandSpec spec;

    @Nullable
    @Option(
            names = "--dev-cert",
            arity = "0..1",
            fallbackValue = "0",
            paramLabel = "PORT",
            description =
                    "For trials: serve HTTPS too, with a certificate made for this machine, and show how to trust it."
                            + " The certificate is kept for later starts. Default port: 8443.")
    private Integer devCert;

    @Override
    public CommandRunner.Need need() {
        return CommandRunner.Need.SERVICE;
    }

    @Override
    public Integer call() throws IOException {
        if (devCert != null) {
            prepare(devCert);
        }
        Service.start();
        return ExitCode.OK;
    }

    private void prepare(int port) throws IOException {
        if (port < CONFIGURED || port > LAST_PORT) {
            throw new ParameterException(
                    spec.commandLine(), "--dev-cert=" + port + " is not a port between 1 and " + LAST_PORT + ".");
        }
        Map<String, String> environment = program.terminal().environment();
        DevCertificate certificate = DevCertificate.ofUser(environment);
        if (certificate.prepare(Clock.systemUTC(), environment)) {
            program.terminal().err().println("Made a certificate for this machine: " + certificate.certificate());
        }
        System.setProperty(DevCertificateSource.FOLDER, certificate.folder().toString());
        if (port != CONFIGURED) {
            System.setProperty(PORT, String.valueOf(port));
        }
    }
}
