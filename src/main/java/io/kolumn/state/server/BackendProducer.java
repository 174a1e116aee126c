package io.kolumn.state.server;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateStore;
import io.kolumn.state.access.SealedCredentials;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.backend.OperationListener;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.config.ConfiguredSecrets;
import io.kolumn.state.encryption.keys.EncryptionConfig;
import io.kolumn.state.events.EventFeed;
import io.kolumn.state.inventory.ChangedStates;
import io.kolumn.state.inventory.Inventory;
import io.kolumn.state.store.DocumentSource;
import io.kolumn.state.store.MeteredStore;
import io.kolumn.state.store.StoreProvider;
import io.kolumn.state.transfer.DocumentSources;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the served backend out of the configuration, and the beans that it needs. */
@Singleton
final class BackendProducer {

    /** Where nothing listens, nobody else can reach it. */
    private static final String NOBODY = "127.0.0.1";

    @Produces
    @Singleton
    @DefaultBean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    BackendFactory factory(@All List<StoreProvider> providers) {
        return BackendFactory.withBuiltIns(providers);
    }

    @Produces
    @Singleton
    DocumentSources sources(@All List<DocumentSource> sources) {
        return new DocumentSources(sources);
    }

    /** Quarkus ends with the message of a {@link ConfigurationException} and code 1, and shows no stack trace. */
    @Produces
    @Singleton
    ServiceConfig serviceConfig(
            Config config,
            BackendFactory factory,
            @ConfigProperty(name = "quarkus.http.host", defaultValue = "127.0.0.1") String host,
            @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true") boolean listening) {
        try {
            return new ConfigReader(config, factory).read(listening ? host : NOBODY);
        } catch (Configuration e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    /** For commands on another storage than the configured one, whose configuration they do not ask for. */
    @Produces
    @Singleton
    EncryptionConfig encryption(Config config, BackendFactory factory) {
        try {
            return new ConfigReader(config, factory).encryption();
        } catch (Configuration e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    /** For commands on another storage than the configured one. */
    @Produces
    @Singleton
    ConfiguredSecrets secrets(Config config) {
        return new ConfiguredSecrets(config);
    }

    @Produces
    @Singleton
    SealedCredentials sealedCredentials(ServiceConfig config, Clock clock) {
        return SealedCredentials.of(config.sessionKeys(), clock);
    }

    @Produces
    @Singleton
    @DefaultBean
    StateBackend backend(
            ServiceConfig config,
            Clock clock,
            MeterRegistry meters,
            @All List<OperationListener> listeners,
            CallerSource guard) {
        StateStore metered = new MeteredStore(served(config), config.type(), meters);
        OperationListener all = listeners.stream().reduce(operation -> {}, OperationListener::and);
        return config.backend().over(metered, clock, all, guard);
    }

    /** A listener of the backend as well. */
    @Produces
    @Singleton
    ChangedStates changedStates() {
        return new ChangedStates();
    }

    @Produces
    @Singleton
    Inventory inventory(ServiceConfig config, StateBackend backend, ChangedStates changed, Clock clock) {
        return new Inventory(backend, changed, config.inventory(), clock);
    }

    /** A listener of the backend as well. */
    @Produces
    @Singleton
    EventFeed events(ServiceConfig config, Clock clock) {
        return new EventFeed(config.events(), clock);
    }

    private static StateStore served(ServiceConfig config) {
        try {
            return config.provider().serve(config.store());
        } catch (Configuration e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    void close(@Disposes StateBackend backend) {
        backend.close();
    }
}
