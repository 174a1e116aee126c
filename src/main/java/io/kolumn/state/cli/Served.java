package io.kolumn.state.cli;

import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.server.ServiceConfig;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The storage that the service would serve, opened when it is asked for, closed with the application. */
interface Served {

    /** What and where it is, in one line for people. */
    String place();

    /** Whether it is more than the memory of this process. */
    boolean lasting();

    /** Whether it is the one of this type and configuration. */
    boolean is(String type, StoreConfig config);

    /** As the service itself would use it. */
    StateBackend toChange();

    /** For what only reads: nothing is made, mended or adopted. */
    StateBackend toRead();

    /** Where a storage is, in one line for people, with whole paths and without a secret. */
    static String place(String type, StoreConfig config) {
        Map<String, String> whereabouts = config.whereabouts();
        return type
                + whereabouts.entrySet().stream()
                        .map(entry -> ", " + entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining());
    }

    /** That of the application's configuration. */
    final class Configured implements Served, AutoCloseable {

        private final Supplier<ServiceConfig> config;
        private final Supplier<StateBackend> served;
        private @Nullable StateBackend reading;

        /** @param served the application's own, which closes it */
        Configured(Supplier<ServiceConfig> config, Supplier<StateBackend> served) {
            this.config = config;
            this.served = served;
        }

        @Override
        public String place() {
            return Served.place(config.get().type(), config.get().store());
        }

        @Override
        public boolean lasting() {
            return config.get().provider().lasting();
        }

        @Override
        public boolean is(String type, StoreConfig other) {
            return config.get().type().equals(type) && config.get().store().isSamePlaceAs(other);
        }

        @Override
        public StateBackend toChange() {
            return served.get();
        }

        @Override
        public StateBackend toRead() {
            if (reading == null) {
                reading = config.get().openToRead(Clock.systemUTC());
            }
            return reading;
        }

        @Override
        public void close() {
            if (reading != null) {
                reading.close();
            }
        }
    }
}
