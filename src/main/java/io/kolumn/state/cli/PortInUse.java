package io.kolumn.state.cli;

import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.QuarkusBindException;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Adds to what Quarkus says of a port that is taken: which key is to be changed. */
final class PortInUse {

    private static final Logger LOG = Logger.getLogger(PortInUse.class);

    private PortInUse() {}

    /** Before the service starts; what ends the program stays as it was. */
    static void explain() {
        BiConsumer<Integer, Throwable> end = ApplicationLifecycleManager.getDefaultExitCodeHandler();
        ApplicationLifecycleManager.setDefaultExitCodeHandler((code, cause) -> {
            if (about(cause)) {
                LOG.error(
                        "The service cannot listen there. Set another port with quarkus.http.port or QUARKUS_HTTP_PORT"
                                + " (with TLS quarkus.http.ssl-port), or another address with quarkus.http.host.");
            }
            end.accept(code, cause);
        });
    }

    static boolean about(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof QuarkusBindException) {
                return true;
            }
        }
        return false;
    }
}
