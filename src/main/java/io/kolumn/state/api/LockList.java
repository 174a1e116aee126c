package io.kolumn.state.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kolumn.state.HeadPage;
import io.kolumn.state.Lock;
import io.kolumn.state.StateHead;
import io.kolumn.state.http.LockView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A page of locks as JSON. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "LockList",
        requiredProperties = {"locks"})
record LockList(
        List<Entry> locks,

        @Schema(description = "Value of after= for the next page; missing on the last page") @Nullable
        String next) {

    /** A lock in the list. */
    @Schema(
            name = "HeldLock",
            requiredProperties = {"state", "heldSeconds", "leaseEnded", "lock"})
    record Entry(
            @Schema(examples = "team-a/network/prod") String state,

            @Schema(description = "Age of the lock") long heldSeconds,

            @Schema(description = "The lease has expired; the next request gets the lock")
            boolean leaseEnded,

            LockView lock) {

        private static Stream<Entry> of(StateHead head, Instant now) {
            Lock lock = head.lock();
            return lock == null
                    ? Stream.empty()
                    : Stream.of(new Entry(
                            head.name().value(),
                            lock.age(now).toSeconds(),
                            lock.expired(now, Duration.ZERO),
                            LockView.of(lock)));
        }
    }

    static LockList of(HeadPage page, Instant now) {
        List<Entry> locks =
                page.heads().stream().flatMap(head -> Entry.of(head, now)).toList();
        return new LockList(locks, page.more() ? locks.getLast().state() : null);
    }
}
