package io.kolumn.state.server;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.backend.StateBackend;
import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Before anything listens, reads the configuration and opens the storage, which ends the start if one of them is proven
 * wrong, and says what is served. A storage that is merely away, or cannot be written, is a warning that says why, and is
 * opened when it is asked for. Where nothing will listen, as
 * for a command, both are for whoever needs them.
 */
@Singleton
final class StartupCheck {

    void check(
            @Observes StartupEvent event,
            Instance<ServiceConfig> config,
            Instance<StateBackend> backend,
            Instance<BackendProbe> probe,
            @ConfigProperty(name = "quarkus.http.host", defaultValue = "127.0.0.1") String host,
            @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true") boolean listening) {
        if (!listening) {
            return;
        }
        ServiceConfig served = config.get();
        if (!ConfigReader.loopback(host) && !served.authenticates()) {
            Log.warnf("Serving on %s without authentication (kolumn.state.allow-anonymous=true).", host);
        }
        Log.infof("Serving states from '%s' with %s.", served.type(), served.store());
        try {
            backend.get();
            warn(probe.get().probe());
        } catch (Unavailable e) {
            warn(e.getMessage());
        }
    }

    private static void warn(BackendProbe.Result result) {
        StoreCheck check = result.check();
        if (!check.healthy()) {
            warn(String.valueOf(check.problem()));
        }
    }

    private static void warn(@Nullable String problem) {
        Log.warnf("The storage is not usable yet. Readiness is DOWN while the service keeps trying. %s", problem);
    }
}
