package io.kolumn.state.store.s3;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Where the racers of one race wait for each other, for a moment: one that does not come must not stop the others. */
final class StartLine {

    /** Longer than it takes to connect, shorter than a request may take. */
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final CountDownLatch missing;
    private volatile boolean together = true;

    StartLine(int racers) {
        this.missing = new CountDownLatch(racers);
    }

    /** Returns when all have come, or when it is no use to wait. */
    void reached() throws InterruptedException {
        missing.countDown();
        if (!missing.await(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
            together = false;
        }
    }

    /** One is not coming any more, or is coming for a second time. */
    void spoilt() {
        together = false;
        missing.countDown();
    }

    /** How many have not come. */
    long missing() {
        return missing.getCount();
    }

    /** Whether all went on at one moment, each with its first attempt. */
    boolean together() {
        return together;
    }
}
