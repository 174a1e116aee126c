package io.kolumn.state.store.postgres;

import io.kolumn.state.CallBegin;
import java.time.Duration;

/** By when somebody wants an answer, by {@link System#nanoTime()}. */
record Deadline(long nanos) {

    /** What a call of the backend may wait in all, from its begin. */
    static Deadline ofCall(Duration patience) {
        return new Deadline(CallBegin.nanoTime() + patience.toNanos());
    }

    static Deadline in(Duration patience) {
        return new Deadline(System.nanoTime() + patience.toNanos());
    }

    /** In nanoseconds; negative when it has passed. */
    long remaining() {
        return nanos - System.nanoTime();
    }

    /** This one, or {@code patience} from now if that is sooner. */
    Deadline within(Duration patience) {
        return remaining() <= patience.toNanos() ? this : in(patience);
    }
}
