package io.kolumn.state.security;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Before anything listens: reads identities and rules, which ends the start if they are wrong, and opens the audit trail. */
@Singleton
final class AccessStart {

    /** A command, which listens to nobody, needs neither, and does not mind what is wrong with them. */
    void start(
            @Observes StartupEvent event,
            Instance<Identities> identities,
            Instance<AuditTrail> audit,
            @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true") boolean listening) {
        if (listening) {
            identities.get().start();
            audit.get().open();
        }
    }
}
