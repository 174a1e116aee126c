package io.kolumn.state.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of the events of a webhook since the start of this process.
 *
 * @param name of the webhook
 * @param receiver scheme, host and port of its receiver, which are no secret
 * @param waiting events that are still to be posted
 * @param delivered events that the receiver has accepted
 * @param failed attempts that failed
 * @param dead events that were given up: rejected, tried too often, or more than may wait
 * @param last the latest event that was given up; null if there is none
 */
public record WebhookStatus(
        String name,
        String receiver,
        int waiting,
        long delivered,
        long failed,
        long dead,
        @Nullable GivenUp last) {

    /**
     * An event that was given up.
     *
     * @param at when that was
     * @param reason what went wrong, for people, without a dot and without a part of the URL that may be secret
     */
    public record GivenUp(Instant at, String reason) {}
}
