package io.kolumn.state.events;

import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.StoreConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of events, and their settings out of the values. */
public final class EventKeys {

    private static final String ENABLED = "events.enabled";
    private static final String STREAMS = "events.max_streams";
    private static final String SHARE = "events.max_streams_share";
    private static final String REPLAY = "events.replay";
    private static final String POLL = "events.poll_interval";
    private static final String NOTIFY = "events.notify";

    /** In the order of the reference. */
    public static final List<ConfigKey> ALL = List.of(
            ConfigKey.of(ENABLED, ConfigKey.Type.BOOLEAN, "Whether to stream events at /v1/events.")
                    .withDefault("true"),
            ConfigKey.integer(STREAMS, 1, 100_000, "Maximum number of streams of events of one replica.")
                    .withDefault("500"),
            ConfigKey.integer(SHARE, 1, 100, "Percentage of those streams that one caller can have.")
                    .withDefault("50"),
            ConfigKey.integer(REPLAY, 0, 1_000_000, "How many events each replica keeps for clients that reconnect.")
                    .withDefault("10000"),
            ConfigKey.of(
                            POLL,
                            ConfigKey.Type.DURATION,
                            "How often heads are compared for changes by other replicas, while there are streams. On PostgreSQL a twelfth as often, where NOTIFY arrives.")
                    .withDefault("5s")
                    .atLeast(200),
            ConfigKey.of(
                            NOTIFY,
                            ConfigKey.Type.BOOLEAN,
                            "Whether replicas on PostgreSQL tell each other events with NOTIFY. Each then has one more connection.")
                    .withDefault("true"));

    /** Set by AWS Lambda, where nothing goes on between two requests. */
    private static final String FUNCTION = "AWS_LAMBDA_FUNCTION_NAME";

    private EventKeys() {}

    /** Returns whether the service runs as a function: it answers, and does nothing else. */
    public static boolean function() {
        return System.getenv(FUNCTION) != null;
    }

    private static @Nullable String off(StoreConfig values) {
        if (function()) {
            return "Events are not streamed here: the service runs as a function, whose answers are short.";
        }
        return values.flag(ENABLED) ? null : "Events are not streamed here (kolumn.state.events.enabled=false).";
    }

    /**
     * Returns the settings.
     *
     * @param values of {@link #ALL}
     * @param service the URL of the service; empty for none
     */
    public static EventSettings settings(StoreConfig values, String service, List<Webhook> webhooks) {
        return new EventSettings(
                off(values),
                service + "/v1/states",
                (int) values.number(STREAMS),
                (int) Math.ceilDiv(values.number(STREAMS) * values.number(SHARE), 100),
                (int) values.number(REPLAY),
                values.duration(POLL).orElseThrow(),
                values.flag(NOTIFY),
                webhooks);
    }
}
