package io.kolumn.state.events;

import io.kolumn.state.StateName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event of a state.
 *
 * @param id begins with its time in microseconds; the same on all replicas where two of them can find the same event
 * @param key what it is about, the same for two findings of one event, whenever they were found
 * @param type what has happened
 * @param time when, truncated to microseconds
 * @param state whose event it is
 * @param other the new name of a moved state, or the old name of one that arrived; null for others. Only who may read
 *     that state is told
 * @param found whether it was found by comparing heads, so that events in between may be missing
 * @param author who did it, or who the holder of the lock says to be; empty if unknown
 * @param version the version that it is about, or null
 * @param lock the lock that it is about, or null
 * @param reason further words of its type: the code of a refusal, how a state arrived, or what was purged; null for none
 * @param operation the refused operation, or null
 * @param quarantined the id of a quarantined document, or null
 */
public record StateEvent(
        String id,
        String key,
        EventType type,
        Instant time,
        StateName state,
        @Nullable StateName other,
        boolean found,
        String author,
        @Nullable VersionPart version,
        @Nullable LockPart lock,
        @Nullable String reason,
        @Nullable String operation,
        @Nullable String quarantined) {

    public StateEvent {
        time = time.truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * What an event tells of a version.
     *
     * @param serial of the document, or null
     * @param lineage of the document, or null
     * @param size in bytes
     * @param operation of the writer
     */
    public record VersionPart(
            long number, @Nullable Long serial, @Nullable String lineage, long size, String operation) {}

    /**
     * What an event tells of a lock; never its id, by which others could use it.
     *
     * @param who the holder says to be
     * @param operation of the holder
     * @param owner the authenticated identity of the holder; empty for none
     * @param expires the end of the lease; null without one
     */
    public record LockPart(
            long fence,
            String who,
            String operation,
            String owner,
            Instant acquired,
            @Nullable Instant expires) {}
}
