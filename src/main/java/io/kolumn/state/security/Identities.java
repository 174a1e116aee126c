package io.kolumn.state.security;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.access.AccessSource;
import io.kolumn.state.access.Authenticator;
import io.kolumn.state.server.ServiceConfig;
import io.quarkus.logging.Log;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** The identities and rules as they are now. Read before anything listens, and again when their files change. */
@Singleton
final class Identities {

    private final ServiceConfig config;
    private final AccessSource source;
    private @Nullable Thread watch;

    Identities(ServiceConfig config, Clock clock) {
        this.config = config;
        this.source = new AccessSource(config.named(), config.accessFile(), config.lockGrace(), clock);
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
        } catch (RuntimeException e) {
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
