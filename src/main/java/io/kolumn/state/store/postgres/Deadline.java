package io.kolumn.state.store.postgres;

import io.kolumn.state.CallBegin;
import java.time.Duration;

/** By when somebody wants an answer, by {@link System#nanoTime()}. */
record Deadline(long nanos) {

    /** What a call of the backend may wait in all, from its begin. */
    static Deadline ofCall(Duration timeout) {
        return new Deadline(CallBegin.nanoTime() + timeout.toNanos());
    }

    static Deadline in(Duration timeout) {
        return new Deadline(System.nanoTime() + timeout.toNanos());
    }

    /** In nanoseconds; negative when it has passed. */
    long remaining() {
        return nanos - System.nanoTime();
    }

    /** This one, or {@code timeout} from now if that is sooner. */
    Deadline within(Duration timeout) {
        return remaining() <= timeout.toNanos() ? this : in(timeout);
    }
}
