package io.kolumn.state.security;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.access.AccessSource;
import io.kolumn.state.access.Authenticator;
import io.kolumn.state.access.PersonalTokens;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.server.ServiceConfig;
import io.quarkus.logging.Log;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** The identities and rules as they are now. Read before anything listens, and again when their files change. */
@Singleton
final class Identities {

    private static final String PERSONAL = "tokens";

    private final ServiceConfig config;
    private final AccessSource source;
    private @Nullable Thread watch;

    /** The backend is asked for with the first personal token: it is made later than this. */
    Identities(ServiceConfig config, Clock clock, Instance<StateBackend> backend) {
        this.config = config;
        PersonalTokens personal = new PersonalTokens(
                () -> backend.get().serviceDocument(PERSONAL),
                config.personalTokens(),
                config.personalTokensMaxAge(),
                clock);
        this.source = new AccessSource(config.named(), config.accessFile(), config.lockGrace(), clock, personal);
    }

    Authenticator current() {
        return source.current();
    }

    /** Quarkus ends with the message of a {@link ConfigurationException} and code 1, and shows no stack trace. */
    void start() {
        try {
            int rules = current().policy().size();
            if (config.authenticates()) {
                Log.infof("Authentication is on, with %d rules.", rules);
                watch = Thread.ofVirtual().name("identities").start(this::watch);
            }
        } catch (Configuration e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(config.accessReload());
                refresh();
            }
        } catch (InterruptedException e) {
            // the service ends
        }
    }

    private void refresh() {
        try {
            source.refresh();
        } catch (RuntimeException | OutOfMemoryError e) {
            Log.error("Identities and rules could not be read again. The previous ones stay in force.", e);
        }
    }

    @PreDestroy
    void stop() {
        if (watch != null) {
            watch.interrupt();
        }
    }
}
