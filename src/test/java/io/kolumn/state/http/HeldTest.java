package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What is held for a request is given back once. */
class HeldTest {

    private final HeldResources held = new HeldResources();
    private final AtomicInteger released = new AtomicInteger();

    @Test
    void whatIsHeldIsGivenBackAtTheEndAndNotAgain() {
        held.untilTheEnd(released::incrementAndGet);
        assertThat(released).hasValue(0);

        held.end();
        held.end();

        assertThat(released).hasValue(1);
        assertThat(held.over()).isTrue();
    }

    @Test
    void whatIsHeldAfterTheEndIsGivenBackAtOnce() {
        held.end();

        held.untilTheEnd(released::incrementAndGet);

        assertThat(released).hasValue(1);
    }

    @Test
    void oneThatFailsDoesNotKeepTheOthers() {
        held.untilTheEnd(released::incrementAndGet);
        held.untilTheEnd(() -> {
            throw new IllegalStateException("of the test");
        });
        held.untilTheEnd(released::incrementAndGet);

        held.end();

        assertThat(released).hasValue(2);
    }

    @Test
    void anEndBesideATakingGivesBackOnce() throws Exception {
        for (int i = 0; i < 1000; i++) {
            HeldResources raced = new HeldResources();
            CyclicBarrier start = new CyclicBarrier(2);
            Thread taking = Thread.ofVirtual().start(() -> {
                meet(start);
                raced.untilTheEnd(released::incrementAndGet);
            });
            meet(start);
            raced.end();
            taking.join();
        }
        assertThat(released).hasValue(1000);
    }

    @Test
    void theEndEndsAReadAndLeavesItsThreadAsItWas() throws Exception {
        assertReadEnds(held::end, InterruptedIOException.class);

        assertThatThrownBy(() -> held.read(() -> 1)).isInstanceOf(IOException.class);
    }

    @Test
    void aReadThatStandsStillSaysSo() throws Exception {
        assertReadEnds(held::stall, StalledBodyException.class);
    }

    private void assertReadEnds(Runnable how, Class<? extends IOException> with) throws InterruptedException {
        AtomicReference<Throwable> seen = new AtomicReference<>();
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                held.read(HeldTest::never);
            } catch (IOException e) {
                seen.set(e);
            }
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        Awaitility.await().until(held::reading);

        how.run();

        reader.join();
        assertThat(seen.get()).isInstanceOf(with);
        assertThat(interrupted).hasValue(false);
        assertThat(held.reading()).isFalse();
    }

    private static int never() throws IOException {
        try {
            new CountDownLatch(1).await();
            return -1;
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
