package io.kolumn.state.telemetry;

import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.InFlight;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

/**
 * What requests hold right now: {@code kolumn_state_in_flight_bytes}, {@code kolumn_state_in_flight_waiters} and {@code
 * kolumn_state_lock_waiters}. All are zero where nobody is connected.
 */
@Singleton
final class HeldMetrics implements MeterBinder {

    /** Made when somebody looks: a command has no requests. */
    private final Instance<InFlight> inFlight;

    private final Instance<StateBackend> backend;

    HeldMetrics(Instance<InFlight> inFlight, Instance<StateBackend> backend) {
        this.inFlight = inFlight;
        this.backend = backend;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("kolumn.state.in.flight", inFlight, held -> held.get().taken())
                .description("Memory reserved for documents in transfer")
                .baseUnit("bytes")
                .register(meters);
        Gauge.builder(
                        "kolumn.state.in.flight.waiters",
                        inFlight,
                        held -> held.get().waiters())
                .description("Requests that wait for memory")
                .register(meters);
        Gauge.builder(
                        "kolumn.state.lock.waiters",
                        backend,
                        served -> served.get().waiters())
                .description("Requests that wait for a lock")
                .register(meters);
    }
}
