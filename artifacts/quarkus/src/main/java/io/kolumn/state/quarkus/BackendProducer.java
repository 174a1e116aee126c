package io.kolumn.state.quarkus;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.StateStore;
import io.kolumn.state.backend.BackendConfig;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.backend.OperationListener;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.config.ConfiguredKeys;
import io.kolumn.state.config.KeyTable;
import io.kolumn.state.store.StoreProvider;
import io.quarkus.arc.All;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.Config;

/**
 * Makes a {@link StateBackend} of the application's keys {@code kolumn.state.*}, and the {@link BackendFactory} that knows the
 * types of storage. An application that has beans of these types keeps its own.
 */
@Singleton
public final class BackendProducer {

    private static final String PREFIX = "kolumn.state.";

    /** The types that are registered with {@link java.util.ServiceLoader}, and those that are beans of the application. */
    @Produces
    @Singleton
    @DefaultBean
    BackendFactory factory(@All List<StoreProvider> providers) {
        return BackendFactory.withBuiltIns(providers);
    }

    /**
     * The configured backend, made when it is first wanted.
     *
     * @param listeners are told of every operation
     * @param callers says who calls, if the application has such a bean; else everybody may do everything
     * @throws Configuration with every problem of the configuration
     */
    @Produces
    @Singleton
    @DefaultBean
    StateBackend backend(
            Config config,
            BackendFactory factory,
            @All List<OperationListener> listeners,
            Instance<CallerSource> callers) {
        BackendConfig read = read(config, factory);
        StateStore store = read.provider().serve(read.store());
        OperationListener all = listeners.stream().reduce(operation -> {}, OperationListener::and);
        return read.over(store, Clock.systemUTC(), all, callers.isResolvable() ? callers.get() : CallerSource.open());
    }

    void close(@Disposes StateBackend backend) {
        backend.close();
    }

    private static BackendConfig read(Config config, BackendFactory factory) {
        List<Problem> problems = new ArrayList<>();
        ConfiguredKeys keys = new ConfiguredKeys(config);
        Map<String, String> given = new LinkedHashMap<>(keys.given(BackendConfig.TABLE, problems));
        for (StoreProvider type : factory.types()) {
            String prefix = KeyTable.canonical(type.type()) + ".";
            keys.given(BackendFactory.table(type), problems).forEach((name, value) -> given.put(prefix + name, value));
        }
        for (String name : keys.written()) {
            problems.addAll(BackendConfig.unknown(factory, KeyTable.canonical(name.substring(PREFIX.length()))));
        }
        return BackendConfig.of(factory, given, problems);
    }
}
