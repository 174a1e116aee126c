package io.kolumn.state.telemetry;

import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.Operation;
import io.kolumn.state.backend.OperationListener;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Metrics of the backend: {@code kolumn_state_operation_duration_seconds{operation,outcome}}, {@code
 * kolumn_state_document_bytes{operation}}, {@code kolumn_state_rejections_total{reason}} and {@code
 * kolumn_state_quarantine_total{result}}. No label holds the name of a state.
 */
@Singleton
final class BackendMetrics implements OperationListener {

    private record Key(String operation, String outcome) {}

    private final MeterRegistry meters;
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();
    private final Map<String, DistributionSummary> sizes = new ConcurrentHashMap<>();

    BackendMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    @Override
    public void finished(Operation operation) {
        String label = operation.kind().label();
        timers.computeIfAbsent(new Key(label, operation.outcome()), this::timer).record(operation.took());
        if (operation.version() != null
                && (operation.kind() == Operation.Kind.GET || operation.kind() == Operation.Kind.PUT)) {
            sizes.computeIfAbsent(label, this::size)
                    .record((double) operation.version().size());
        }
        if (operation.refusal() instanceof StateException refusal) {
            meters.counter("kolumn.state.rejections", "reason", reason(refusal)).increment();
        }
    }

    @Override
    public void quarantined(StateName name, String id, boolean kept) {
        meters.counter("kolumn.state.quarantine", "result", kept ? "stored" : "dropped")
                .increment();
    }

    private static String reason(StateException refusal) {
        return refusal instanceof Conflict conflict ? conflict.reason().code() : refusal.code();
    }

    private Timer timer(Key key) {
        return Timer.builder("kolumn.state.operation.duration")
                .description("Calls of the backend")
                .tag("operation", key.operation())
                .tag("outcome", key.outcome())
                .register(meters);
    }

    private DistributionSummary size(String operation) {
        return DistributionSummary.builder("kolumn.state.document")
                .description("Sizes of documents read and written")
                .baseUnit("bytes")
                .tag("operation", operation)
                .register(meters);
    }
}
