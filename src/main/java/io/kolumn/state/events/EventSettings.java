package io.kolumn.state.events;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a feed of events.
 *
 * @param off why there are no streams, for people; null if there are
 * @param source the CloudEvents source of all events
 * @param maxStreams how many streams there may be at once
 * @param callersStreams how many of them one caller may have
 * @param replay how many events are kept for streams that go on
 * @param pollInterval how often heads are compared, where other processes tell nothing
 * @param signals whether processes tell each other events, where the storage carries messages
 * @param webhooks where events are posted to
 */
public record EventSettings(
        @Nullable String off,
        String source,
        int maxStreams,
        int callersStreams,
        int replay,
        Duration pollInterval,
        boolean signals,
        List<Webhook> webhooks) {

    public EventSettings {
        webhooks = List.copyOf(webhooks);
    }
}
