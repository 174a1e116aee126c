package io.kolumn.state.cli;

import io.kolumn.state.certificate.DevCertificate;
import io.kolumn.state.certificate.DevCertificateSource;
import io.kolumn.state.server.ServiceConfig;
import io.quarkus.arc.Unremovable;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.vertx.http.HttpServer;
import jakarta.inject.Singleton;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The service while it listens. Its first word is the last line of the start: where it is, what it serves, and what to do next. */
@Singleton
@Unremovable
final class Service implements QuarkusApplication {

    private final ServiceConfig config;
    private final HttpServer server;
    private final String host;

    Service(
            ServiceConfig config,
            HttpServer server,
            @ConfigProperty(name = "quarkus.http.host", defaultValue = "127.0.0.1") String host) {
        this.config = config;
        this.server = server;
        this.host = host;
    }

    /** Serves until the program is told to end. */
    static void start() {
        PortInUse.explain();
        Quarkus.run(Service.class);
    }

    @Override
    public int run(String... args) {
        greet();
        Quarkus.waitForExit();
        return 0;
    }

    /** Of one that is reached by TCP; without TLS only where it does not speak that. */
    private void greet() {
        boolean tls = server.getSecurePort() >= 0;
        int port = tls ? server.getSecurePort() : server.getPort();
        if (port >= 0) {
            Log.info(greeting(tls, reachable(host), port, config));
        }
        String folder = System.getProperty(DevCertificateSource.FOLDER, "");
        if (tls && !folder.isEmpty()) {
            PrintWriter out = Terminal.standard().text();
            new TrustHint(new DevCertificate(Path.of(folder)), port).lines().forEach(out::println);
        }
    }

    private static String reachable(String host) {
        if (host.equals("0.0.0.0") || host.equals("::")) {
            return "localhost";
        }
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /** Only with TLS can a {@code cloud} block be told no more than the host. */
    private static String greeting(boolean tls, String host, int port, ServiceConfig config) {
        String address = (tls ? "https://" : "http://") + host + ":" + port;
        String name = host.equals("127.0.0.1") || host.equals("[::1]") ? "localhost" : host;
        return "Kolumn State listens at " + address + " and stores states in '"
                + config.type() + "'" + place(config) + ". Next: point Terraform's backend \"http\" at "
                + address + "/terraform/<name>, as README.md shows"
                + (tls
                        ? ", or run 'terraform login " + name + ":" + port + "' for a cloud block (docs/workspaces.md)."
                        : ".");
    }

    private static String place(ServiceConfig config) {
        var place = config.store().place();
        return place.isEmpty() ? "" : " " + place;
    }
}
