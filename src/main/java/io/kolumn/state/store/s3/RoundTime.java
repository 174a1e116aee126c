package io.kolumn.state.store.s3;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The time by which replicas meet. */
interface RoundTime {

    Instant now();

    /** Returns at this time, or at once if it is over. */
    void until(Instant then) throws InterruptedException;

    /** Of a clock that may be set, or sleep with its machine: it is looked at once a minute. */
    static RoundTime of(Clock clock) {
        return new RoundTime() {
            private static final Duration LOOK = Duration.ofMinutes(1);

            @Override
            public Instant now() {
                return clock.instant();
            }

            @Override
            public void until(Instant then) throws InterruptedException {
                for (Duration left = left(then); left.isPositive(); left = left(then)) {
                    Thread.sleep(left.compareTo(LOOK) < 0 ? left : LOOK);
                }
            }

            private Duration left(Instant then) {
                return Duration.between(clock.instant(), then);
            }
        };
    }
}
