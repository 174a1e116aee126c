package io.kolumn.state.config;

import io.kolumn.state.StateBackend;
import io.kolumn.state.StateException.Unavailable;
import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Before anything listens, reads the configuration and opens the storage, which ends the start if one of them is proven
 * wrong, and says what is served. A storage that is merely away is opened when it is asked for. Where nothing will listen, as
 * for a command, both are for whoever needs them.
 */
@Singleton
final class StartupCheck {

    void check(
            @Observes StartupEvent event,
            Instance<ServiceConfig> config,
            Instance<StateBackend> backend,
            @ConfigProperty(name = "quarkus.http.host", defaultValue = "127.0.0.1") String host,
            @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true") boolean listening) {
        if (!listening) {
            return;
        }
        ServiceConfig served = config.get();
        if (!ConfigReader.loopback(host) && !served.authenticates()) {
            Log.warnf("Serving on %s without authentication (kolumn.state.allow-anonymous=true).", host);
        }
        Log.infof("Serving states from '%s' with %s.", served.provider().type(), served.store());
        try {
            backend.get();
        } catch (Unavailable e) {
            Log.warnf("The storage could not be opened: %s", e.getMessage());
        }
    }
}
