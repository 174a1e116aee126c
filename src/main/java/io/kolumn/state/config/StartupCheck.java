package io.kolumn.state.config;

import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Before anything listens, reads the configuration, which ends the start if it is wrong, and says what is served. */
@Singleton
final class StartupCheck {

    void check(
            @Observes StartupEvent event,
            ServiceConfig served,
            @ConfigProperty(name = "quarkus.http.host", defaultValue = "127.0.0.1") String host) {
        if (!ConfigReader.loopback(host) && !served.authenticates()) {
            Log.warnf("Serving on %s without authentication (kolumn.state.allow-anonymous=true).", host);
        }
        Log.infof("Serving states from '%s' with %s.", served.provider().type(), served.store());
    }
}
