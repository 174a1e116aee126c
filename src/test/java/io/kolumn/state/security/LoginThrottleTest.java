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
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoginThrottleTest {

    private static final String ADDRESS = "192.0.2.1";

    private final List<Long> waited = Collections.synchronizedList(new ArrayList<>());
    private final LoginThrottle attempts = new LoginThrottle(Duration.ofSeconds(5), 2, waited::add);

    @Test
    void answersToWrongGuessesAreHeldBackLongerAndLongerAndGuessesAtOnePasswordAreApart() throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            attempts.guess(ADDRESS, "ada", () -> false);
        }

        assertThat(waited.stream().filter(length -> length > 0))
                .containsExactly(100L, 100L, 200L, 200L, 250L, 400L, 250L, 800L, 250L, 1600L, 250L, 3200L, 250L, 5000L);
    }

    @Test
    void aRightGuessIsNeverHeldBackWhoeverGuessedBefore() throws InterruptedException {
        for (int i = 0; i < 9; i++) {
            attempts.guess(ADDRESS, "ada", () -> false);
        }
        waited.clear();

        for (String user : List.of("ada", "bob")) {
            for (String address : List.of(ADDRESS, "192.0.2.2")) {
                assertThat(attempts.guess(address, user, () -> true)).isTrue();
            }
        }

        assertThat(waited).isEmpty();
    }

    /** A guess that is looked at until it may end. */
    private final class Slow {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);
        private final Future<Boolean> looked;

        Slow(ExecutorService threads, String address, String user) {
            looked = threads.submit(() -> attempts.guess(address, user, () -> {
                begun.countDown();
                await(end);
                return false;
            }));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void addressesTakeTurnsAndSoDoTheUsersOfOneAddress() throws Exception {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Slow first = new Slow(threads, ADDRESS, "ada");
            first.begun.await();
            List<Future<Boolean>> others = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                others.add(guess(threads, ADDRESS, "ada", order));
            }
            Awaitility.await().until(() -> attempts.inLine() == 21);
            others.add(guess(threads, ADDRESS, "bob", order));
            Awaitility.await().until(() -> attempts.inLine() == 22);
            others.add(guess(threads, "192.0.2.2", "eve", order));
            Awaitility.await().until(() -> attempts.inLine() == 23);
            first.end.countDown();
            for (Future<Boolean> other : others) {
                assertThat(other.get()).isTrue();
            }
        }

        assertThat(order).hasSize(22);
        assertThat(order.indexOf("bob")).as("behind one guess at most").isLessThanOrEqualTo(2);
        assertThat(order.indexOf("eve")).as("of another address").isLessThanOrEqualTo(2);
    }

    private Future<Boolean> guess(ExecutorService threads, String address, String user, List<String> order) {
        return threads.submit(() -> attempts.guess(address, user, () -> {
            order.add(user);
            return false;
        }));
    }

    @Test
    void aLineThatIsFullTurnsAwayItsOwnAndNobodyElse() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Slow first = new Slow(threads, ADDRESS, "ada");
            first.begun.await();
            List<Future<Boolean>> guesses = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                guesses.add(threads.submit(() -> attempts.guess(ADDRESS, "ada", () -> false)));
            }
            Awaitility.await()
                    .until(() -> guesses.stream().filter(Future::isDone).count() == 37);
            Future<Boolean> bob = threads.submit(() -> attempts.guess(ADDRESS, "bob", () -> true));
            Future<Boolean> near = threads.submit(() -> attempts.guess("192.0.2.2", "ada", () -> true));
            first.end.countDown();

            assertThat(bob.get()).isTrue();
            assertThat(near.get()).isTrue();
            assertThat(first.looked.get()).isTrue();
        }
        assertThat(attempts.inLine()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "2001:db8:1:2:3:4:5:6, 20010db800010002",
        "2001:db8:1:2::9, 20010db800010002",
        "::ffff:192.0.2.1, 192.0.2.1"
    })
    void anAddressOfVersionSixStandsForItsNetwork(String address, String network) {
        assertThat(LoginThrottle.network(address)).isEqualTo(network);
    }
}
