package io.kolumn.state.store.s3;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * {@code kolumn_state_conditional_writes}, 1 while they are relied on and 0 where they cannot be, and {@code
 * kolumn_state_canary_rounds_total{outcome}}.
 */
final class S3Metrics {

    private S3Metrics() {}

    static Consumer<S3Canary.Outcome> of(S3Conformance proof, MeterRegistry meters) {
        Gauge.builder("kolumn.state.conditional.writes", proof, it -> it.holds() ? 1 : 0)
                .description("Whether the store of the bucket supports conditional writes")
                .strongReference(true)
                .register(meters);
        return outcome -> meters.counter(
                        "kolumn.state.canary.rounds", "outcome", outcome.name().toLowerCase(Locale.ROOT))
                .increment();
    }
}
