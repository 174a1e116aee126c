package io.kolumn.state.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailedAttemptsTest {

    private final List<Long> waited = Collections.synchronizedList(new ArrayList<>());
    private final FailedAttempts attempts = new FailedAttempts(Duration.ofSeconds(5), waited::add);

    @Test
    void wrongGuessesWaitLongerAndLonger() throws InterruptedException {
        for (int i = 0; i < 12; i++) {
            attempts.guess("192.0.2.1", () -> false);
        }

        assertThat(waited).containsExactly(0L, 0L, 0L, 100L, 200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L, 5000L);
    }

    @Test
    void anotherAddressAndRightGuessesWaitForNothing() throws InterruptedException {
        for (int i = 0; i < 9; i++) {
            attempts.guess("192.0.2.1", () -> false);
        }
        waited.clear();

        for (int i = 0; i < 5; i++) {
            attempts.guess("192.0.2.2", () -> true);
        }

        assertThat(waited).containsOnly(0L);
    }

    @Test
    void anAddressHasOneGuessAtATimeAndAShortLine() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        List<Future<Boolean>> others = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> slow = threads.submit(() -> attempts.guess("192.0.2.1", () -> {
                first.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return false;
            }));
            first.await();
            for (int i = 0; i < 30; i++) {
                others.add(threads.submit(() -> attempts.guess("192.0.2.1", () -> false)));
            }
            org.awaitility.Awaitility.await()
                    .until(() -> others.stream().filter(Future::isDone).count() == 15);
            go.countDown();
            assertThat(slow.get()).isTrue();
        }
        int looked = 0;
        for (Future<Boolean> other : others) {
            looked += other.get() ? 1 : 0;
        }
        assertThat(looked).isEqualTo(15);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "2001:db8:1:2:3:4:5:6, 20010db800010002",
        "2001:db8:1:2::9, 20010db800010002",
        "::ffff:192.0.2.1, 192.0.2.1"
    })
    void anAddressOfVersionSixStandsForItsNetwork(String address, String network) {
        assertThat(FailedAttempts.network(address)).isEqualTo(network);
    }
}
