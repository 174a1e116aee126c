package io.kolumn.state.telemetry;

import io.kolumn.state.StoreCount;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.server.ServiceConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;

/**
 * How much the storage holds: {@code kolumn_state_states}, {@code kolumn_state_bytes}, {@code kolumn_state_locks}, {@code
 * kolumn_state_oldest_lock_seconds} and {@code kolumn_state_quarantined}. They are of the last count, and no number before
 * the first has ended.
 */
@Singleton
final class CountMetrics implements MeterBinder {

    private final Count count;
    private final BooleanSupplier wanted;
    private final Clock clock;

    /** Both are made when somebody looks: a command counts nothing, and does not mind what is wrong with its configuration. */
    @Inject
    CountMetrics(Instance<ServiceConfig> config, Instance<StateBackend> backend, Clock clock) {
        this(
                new Count(() -> backend.get().count(), System::nanoTime, CountMetrics::apart),
                () -> config.get().metricsCount(),
                clock);
    }

    private static void apart(Runnable work) {
        Thread.ofVirtual().name("count").start(work);
    }

    CountMetrics(Count count, BooleanSupplier wanted, Clock clock) {
        this.count = count;
        this.wanted = wanted;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        gauge(meters, "states", "States that have a current document", StoreCount::states);
        gauge(meters, "bytes", "Bytes of all current documents", StoreCount::bytes);
        gauge(meters, "locks", "Locks that are held", StoreCount::locks);
        gauge(meters, "quarantined", "Rejected documents in quarantine", StoreCount::quarantined);
        gauge(meters, "oldest.lock.seconds", "Age of the oldest lock; 0 if there is none", this::age);
    }

    private void gauge(MeterRegistry meters, String name, String text, ToDoubleFunction<StoreCount> of) {
        Gauge.builder("kolumn.state." + name, this, metrics -> metrics.value(of))
                .description(text)
                .register(meters);
    }

    private double value(ToDoubleFunction<StoreCount> of) {
        StoreCount last = wanted.getAsBoolean() ? count.last() : null;
        return last == null ? Double.NaN : of.applyAsDouble(last);
    }

    private double age(StoreCount last) {
        return last.oldestLock() == null
                ? 0
                : Math.max(
                        0, Duration.between(last.oldestLock(), clock.instant()).toSeconds());
    }
}
