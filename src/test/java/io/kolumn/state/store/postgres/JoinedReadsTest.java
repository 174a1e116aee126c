package io.kolumn.state.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JoinedReadsTest {

    private static final Duration LONG = Duration.ofSeconds(50);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Set<String>> together = Collections.synchronizedList(new ArrayList<>());
    private final List<String> alone = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore go = new Semaphore(0);

    @AfterEach
    void endAll() {
        go.release(1000);
        threads.shutdownNow();
    }

    /** Each read waits until the test lets it go on. */
    private JoinedReads<String, String> reads(int places, int most, Function<Set<String>, Map<String, String>> many) {
        return new JoinedReads<>(
                places,
                most,
                key -> {
                    alone.add(key);
                    begun.release();
                    go.acquireUninterruptibly();
                    return "alone " + key;
                },
                keys -> {
                    together.add(Set.copyOf(keys));
                    begun.release();
                    go.acquireUninterruptibly();
                    return many.apply(keys);
                },
                failure -> new IllegalStateException("again", failure));
    }

    private static Map<String, String> answers(Set<String> keys) {
        return keys.stream().collect(Collectors.toMap(key -> key, key -> "together " + key));
    }

    /** Asks, and returns when the read is under way or waits for a place. */
    private Future<String> ask(JoinedReads<String, String> reads, String key) throws InterruptedException {
        Thread[] reader = new Thread[1];
        Semaphore known = new Semaphore(0);
        Future<String> answer = threads.submit(() -> {
            reader[0] = Thread.currentThread();
            known.release();
            return reads.read(key, Deadline.in(LONG));
        });
        known.acquire();
        while (reader[0].getState() != Thread.State.WAITING && reader[0].getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return answer;
    }

    @Test
    void fewReadAloneAndTheOthersTogetherWhenAPlaceIsFree() throws Exception {
        JoinedReads<String, String> reads = reads(2, 16, JoinedReadsTest::answers);
        Future<String> a = ask(reads, "a");
        Future<String> b = ask(reads, "b");
        List<Future<String>> others = List.of(ask(reads, "c"), ask(reads, "d"), ask(reads, "a"), ask(reads, "d"));
        begun.acquire(2);
        assertThat(alone).containsExactlyInAnyOrder("a", "b");
        assertThat(together).isEmpty();

        go.release();
        begun.acquire();
        assertThat(together).containsExactly(Set.of("a", "c", "d"));

        go.release(2);
        assertThat(a.get()).isEqualTo("alone a");
        assertThat(b.get()).isEqualTo("alone b");
        // Also the one that asked for what was under way: that read might be older than its question.
        assertThat(get(others)).containsExactly("together c", "together d", "together a", "together d");

        go.release();
        assertThat(reads.read("e", Deadline.in(LONG))).isEqualTo("alone e");
    }

    @Test
    void aReadThatIsUnderWayTakesNobodyElse() throws Exception {
        JoinedReads<String, String> reads = reads(1, 16, JoinedReadsTest::answers);
        Future<String> first = ask(reads, "a");
        Future<String> second = ask(reads, "b");
        begun.acquire();
        go.release();
        assertThat(first.get()).isEqualTo("alone a");
        begun.acquire();
        Future<String> late = ask(reads, "b");
        go.release();
        assertThat(second.get()).isEqualTo("together b");
        begun.acquire();
        go.release();
        assertThat(late.get()).isEqualTo("together b");
        assertThat(together).containsExactly(Set.of("b"), Set.of("b"));
    }

    @Test
    void moreThanOneReadTakesAreSeveral() throws Exception {
        JoinedReads<String, String> reads = reads(1, 2, JoinedReadsTest::answers);
        List<Future<String>> all = new ArrayList<>();
        for (String key : List.of("a", "b", "c", "d", "e", "e")) {
            all.add(ask(reads, key));
        }
        go.release(1000);
        assertThat(get(all))
                .containsExactly("alone a", "together b", "together c", "together d", "together e", "together e");
        assertThat(together).containsExactly(Set.of("b", "c"), Set.of("d", "e"));
    }

    @Test
    void whatFailsFailsForThoseWhoAskedForItEachWithItsOwnException() throws Exception {
        IllegalStateException failure = new IllegalStateException("no");
        JoinedReads<String, String> reads = reads(1, 16, keys -> {
            if (together.size() == 1) {
                throw failure;
            }
            return answers(keys);
        });
        Future<String> first = ask(reads, "a");
        List<Future<String>> others = List.of(ask(reads, "b"), ask(reads, "c"));
        go.release(2);
        assertThat(first.get()).isEqualTo("alone a");
        Set<Throwable> thrown = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Future<String> other : others) {
            assertThatThrownBy(other::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .hasMessage("again")
                    .hasCause(failure)
                    .satisfies(thrown::add);
        }
        assertThat(thrown).hasSize(2);
        go.release();
        assertThat(reads.read("d", Deadline.in(LONG))).isEqualTo("alone d");
    }

    @Test
    void aReaderThatLeavesTakesNothingFromTheOthers() throws Exception {
        JoinedReads<String, String> reads = reads(1, 16, JoinedReadsTest::answers);
        Future<String> first = ask(reads, "a");
        Future<String> leaves = ask(reads, "b");
        Future<String> stays = ask(reads, "c");
        assertThatThrownBy(() -> reads.read("d", Deadline.in(Duration.ZERO))).isInstanceOf(TimeoutException.class);
        leaves.cancel(true);
        go.release(2);
        assertThat(first.get()).isEqualTo("alone a");
        assertThat(stays.get()).isEqualTo("together c");
        assertThat(together).containsExactly(Set.of("b", "c", "d"));
    }

    private static List<String> get(List<Future<String>> answers) throws Exception {
        List<String> all = new ArrayList<>();
        for (Future<String> answer : answers) {
            all.add(answer.get());
        }
        return all;
    }
}
