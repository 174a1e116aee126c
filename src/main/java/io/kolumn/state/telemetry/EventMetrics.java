package io.kolumn.state.telemetry;

import io.kolumn.state.events.EventFeed;
import io.kolumn.state.events.EventType;
import io.kolumn.state.events.WebhookStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.function.ToDoubleFunction;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Events: {@code kolumn_state_events_total{type}}, {@code kolumn_state_event_streams}, {@code
 * kolumn_state_event_streams_dropped_total}, and of each webhook {@code kolumn_state_webhook_waiting}, {@code
 * kolumn_state_webhook_events_total{result}} and {@code kolumn_state_webhook_failed_attempts_total}.
 */
@Singleton
final class EventMetrics implements MeterBinder {

    /** Made when somebody looks: a command has no events. */
    private final Instance<EventFeed> feed;

    EventMetrics(Instance<EventFeed> feed) {
        this.feed = feed;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        for (EventType type : EventType.values()) {
            if (type != EventType.LOST) {
                FunctionCounter.builder(
                                "kolumn.state.events",
                                feed,
                                events -> events.get().count(type))
                        .description("Events that this replica made")
                        .tag("type", type.label())
                        .register(meters);
            }
        }
        Gauge.builder("kolumn.state.event.streams", feed, events -> events.get().streams())
                .description("Open streams of events")
                .register(meters);
        FunctionCounter.builder(
                        "kolumn.state.event.streams.dropped",
                        feed,
                        events -> events.get().dropped())
                .description("Streams of events that ended because they were read too slowly")
                .register(meters);
    }

    /** Webhooks are known when the configuration is. */
    void begin(
            @Observes StartupEvent event,
            MeterRegistry meters,
            @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true") boolean listening) {
        if (listening) {
            feed.get().webhooks().forEach(webhook -> bind(webhook.name(), meters));
        }
    }

    private void bind(String name, MeterRegistry meters) {
        Gauge.builder("kolumn.state.webhook.waiting", () -> of(name).waiting())
                .description("Events that are still to be posted")
                .tag("webhook", name)
                .register(meters);
        counter(
                        "kolumn.state.webhook.events",
                        name,
                        "Events that a receiver accepted, or that were given up",
                        WebhookStatus::delivered)
                .tag("result", "delivered")
                .register(meters);
        counter(
                        "kolumn.state.webhook.events",
                        name,
                        "Events that a receiver accepted, or that were given up",
                        WebhookStatus::dead)
                .tag("result", "dead")
                .register(meters);
        counter("kolumn.state.webhook.failed.attempts", name, "Attempts that failed", WebhookStatus::failed)
                .register(meters);
    }

    private FunctionCounter.Builder<EventMetrics> counter(
            String meter, String name, String text, ToDoubleFunction<WebhookStatus> of) {
        return FunctionCounter.builder(meter, this, metrics -> of.applyAsDouble(metrics.of(name)))
                .description(text)
                .tag("webhook", name);
    }

    private WebhookStatus of(String name) {
        return feed.get().webhooks().stream()
                .filter(webhook -> webhook.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
