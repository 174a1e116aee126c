package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Standing in line for a lock. */
@Timeout(60)
public class StateBackendWaitTest {

    /** What the rules stand on; other stores run the same tests. */
    protected StateStore newStore() {
        return new MemoryStore();
    }

    @AfterEach
    void closeTheStore() {
        store.close();
    }

    private static final StateName NAME = StateName.of("prod");
    private static final LockOptions PATIENT = LockOptions.none().waiting(Duration.ofMinutes(1));

    private final MovableClock clock = new MovableClock();
    private final StateStore store = newStore();
    private final StateBackend backend = new StateBackend(store, clock, BackendSettings.defaults());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private static LockInfo holder(String id) {
        return LockInfo.of(id, id + "@laptop", "");
    }

    /** Somebody who asks for the lock, and can go away. */
    private final class Waiter {
        private final CountDownLatch standsInLine = new CountDownLatch(1);
        private final AtomicBoolean gone = new AtomicBoolean();
        private final Future<LockResult> answer;

        Waiter(String id, LockOptions options) throws InterruptedException {
            answer = threads.submit(() -> backend.lock(NAME, holder(id), options.unless(this::askedWhetherGone)));
            standsInLine.await();
        }

        /** It is asked for the first time when it stands in line. */
        private boolean askedWhetherGone() {
            standsInLine.countDown();
            return gone.get();
        }

        Throwable refusal() {
            return catchThrowable(answer::get).getCause();
        }
    }

    @Test
    void theLockIsGivenInTheOrderOfAsking() throws Exception {
        backend.lock(NAME, holder("first"), LockOptions.none());
        List<Future<?>> done = new ArrayList<>();
        ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String id = "waiter-" + i;
            asked.add(id);
            Waiter waiter = new Waiter(id, PATIENT);
            done.add(threads.submit(() -> {
                order.add(waiter.answer.get().lock().id());
                return backend.unlock(NAME, id);
            }));
        }

        backend.unlock(NAME, "first");

        for (Future<?> future : done) {
            assertThat(future.get()).isEqualTo(true);
        }
        assertThat(order).containsExactlyElementsOf(asked);
        assertThat(store.head(NAME).orElseThrow().fence()).isEqualTo(13);
    }

    @Test
    void theLineSaysHowManyStandInItAndSinceWhen() throws Exception {
        assertThat(backend.waitingLines()).isEmpty();
        backend.lock(NAME, holder("first"), LockOptions.none());
        Waiter early = new Waiter("early", PATIENT);
        Waiter late = new Waiter("late", PATIENT);

        WaitingLine line = backend.waitingLines().get(NAME);

        assertThat(backend.waitingLines()).containsOnlyKeys(NAME);
        assertThat(line.waiters()).isEqualTo(2);
        assertThat(line.longest()).isPositive();
        late.gone.set(true);
        assertThat(late.refusal()).isInstanceOf(Unavailable.class);
        assertThat(backend.waitingLines().get(NAME).waiters()).isEqualTo(1);
        assertThat(backend.waitingLines().get(NAME).longest()).isGreaterThan(line.longest());
        backend.unlock(NAME, "first");
        early.answer.get();
        assertThat(backend.waitingLines()).isEmpty();
    }

    @Test
    void aNewcomerWithPatienceStandsBehindTheLine() throws Exception {
        backend.lock(NAME, holder("first"), LockOptions.none());
        Waiter early = new Waiter("early", PATIENT);
        Waiter late = new Waiter("late", PATIENT);

        backend.unlock(NAME, "first");

        assertThat(early.answer.get().fresh()).isTrue();
        assertThat(late.answer).isNotDone();
        backend.unlock(NAME, "early");
        assertThat(late.answer.get().fresh()).isTrue();
    }

    /** Proven on the line itself, whose pauses between two looks at the storage grow to a second. */
    @Test
    void aReleaseWakesTheFirstInLineAtOnce() throws Exception {
        LockWaitQueue lines = new LockWaitQueue();
        AtomicBoolean free = new AtomicBoolean();
        AtomicInteger looks = new AtomicInteger();
        Future<Optional<String>> waiter =
                threads.submit(() -> lines.await(NAME, Duration.ofMinutes(1), () -> false, () -> {
                    looks.incrementAndGet();
                    return free.get() ? Optional.of("taken") : Optional.empty();
                }));
        untilTheNextLookIsFarOff(looks);

        free.set(true);
        lines.released(NAME);

        assertThat(waiter.get(400, TimeUnit.MILLISECONDS)).contains("taken");
        assertThat(lines.waited(NAME)).isFalse();
    }

    /** Returns just after a look that came at least 500 ms after the one before: the next one comes as late. */
    private static void untilTheNextLookIsFarOff(AtomicInteger looks) {
        long[] last = {looks.get(), System.nanoTime()};
        await().pollInterval(Duration.ofMillis(1)).until(() -> {
            long now = System.nanoTime();
            if (looks.get() == last[0]) {
                return false;
            }
            boolean far = last[0] > 0 && now - last[1] > TimeUnit.MILLISECONDS.toNanos(500);
            last[0] = looks.get();
            last[1] = now;
            return far;
        });
    }

    @Test
    void aLockReleasedInAnotherProcessIsFoundByLooking() throws Exception {
        backend.lock(NAME, holder("first"), LockOptions.none());
        Waiter waiter = new Waiter("waiter", PATIENT);
        StateBackend otherProcess = new StateBackend(store, clock, BackendSettings.defaults());

        otherProcess.unlock(NAME, "first");

        assertThat(waiter.answer.get(10, TimeUnit.SECONDS).lock().id()).isEqualTo("waiter");
    }

    @Test
    void aLeaseThatRunsOutIsTakenByTheFirstInLine() throws Exception {
        backend.lock(NAME, holder("first"), LockOptions.none().withTtl(Duration.ofMinutes(1)));
        Waiter waiter = new Waiter("waiter", PATIENT.withTtl(Duration.ofMinutes(2)));
        assertThat(waiter.answer).isNotDone();

        clock.advance(Duration.ofMinutes(2));

        Lock lock = waiter.answer.get(10, TimeUnit.SECONDS).lock();
        assertThat(lock.acquired()).isEqualTo(clock.instant());
        assertThat(lock.expires())
                .as("counts from when it was given")
                .isEqualTo(clock.instant().plus(Duration.ofMinutes(2)));
    }

    @Test
    void whoWaitedInVainHearsWhoHoldsTheLockNow() throws Exception {
        backend.lock(NAME, holder("first"), LockOptions.none());
        Waiter next = new Waiter("next", PATIENT);
        Waiter impatient = new Waiter("impatient", LockOptions.none().waiting(Duration.ofMillis(500)));

        backend.unlock(NAME, "first");
        Lock taken = next.answer.get().lock();

        assertThat(impatient.refusal())
                .isInstanceOfSatisfying(
                        Locked.class, refusal -> assertThat(refusal.holder()).isEqualTo(taken));
        assertThat(backend.lockOf(NAME)).contains(taken);
    }

    @Test
    void waitingEndsWhenThePatienceDoes() {
        backend.lock(NAME, holder("first"), LockOptions.none());
        LockOptions options = LockOptions.none().waiting(Duration.ofMillis(300));
        long start = System.nanoTime();

        assertThatThrownBy(() -> backend.lock(NAME, holder("waiter"), options)).isInstanceOf(Locked.class);

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(300), Duration.ofSeconds(10));
    }

    @Test
    void whoDoesNotWaitIsRefusedAtOnceThoughOthersWait() throws Exception {
        Lock held = backend.lock(NAME, holder("first"), LockOptions.none()).lock();
        new Waiter("waiter", PATIENT);

        assertThatThrownBy(() -> backend.lock(NAME, holder("hasty"), LockOptions.none()))
                .isInstanceOfSatisfying(
                        Locked.class, refusal -> assertThat(refusal.holder()).isEqualTo(held));
    }

    @Test
    void theHolderNeedNotStandInLineForItsOwnLock() throws Exception {
        Lock held = backend.lock(NAME, holder("first"), LockOptions.none()).lock();
        new Waiter("waiter", PATIENT);

        Future<LockResult> again = threads.submit(() -> backend.lock(NAME, holder("first"), PATIENT));

        assertThat(again.get(5, TimeUnit.SECONDS))
                .returns(held, LockResult::lock)
                .returns(false, LockResult::fresh);
    }

    @Test
    void whoGoesAwayWhileWaitingLeavesNothingBehind() throws Exception {
        backend.lock(NAME, holder("first"), LockOptions.none());
        Waiter gone = new Waiter("gone", PATIENT);
        Waiter next = new Waiter("next", PATIENT);
        StateHead before = store.head(NAME).orElseThrow();

        gone.gone.set(true);

        assertThat(gone.refusal()).isInstanceOf(Unavailable.class).hasMessageContaining("has disconnected");
        assertThat(store.head(NAME)).contains(before);
        backend.unlock(NAME, "first");
        assertThat(next.answer.get().lock().fence())
                .as("the one gone never held it")
                .isEqualTo(2);
    }

    @Test
    void whoGoesAwayAtTheMomentOfSuccessPassesTheLockOn() throws Exception {
        backend.lock(NAME, holder("first"), LockOptions.none());
        AtomicBoolean inLine = new AtomicBoolean();
        Future<LockResult> gone = threads.submit(() -> backend.lock(NAME, holder("gone"), PATIENT.unless(() -> {
            inLine.set(true);
            return backend.lockOf(NAME).map(Lock::id).equals(Optional.of("gone"));
        })));
        await().untilTrue(inLine);
        Waiter next = new Waiter("next", PATIENT);

        backend.unlock(NAME, "first");

        assertThatThrownBy(gone::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(Unavailable.class);
        assertThat(next.answer.get().lock().fence())
                .as("first 1, gone 2, next 3")
                .isEqualTo(3);
    }

    @Test
    void anInterruptedWaiterLeavesTheLine() throws Exception {
        backend.lock(NAME, holder("first"), LockOptions.none());
        CountDownLatch inLine = new CountDownLatch(1);
        List<Throwable> refusals = new ArrayList<>();
        Thread interrupted = Thread.ofVirtual().start(() -> {
            refusals.add(catchThrowable(() -> backend.lock(NAME, holder("interrupted"), PATIENT.unless(() -> {
                inLine.countDown();
                return false;
            }))));
            refusals.add(new AssertionError(Thread.currentThread().isInterrupted() ? "interrupted" : "swallowed"));
        });
        inLine.await();

        interrupted.interrupt();
        interrupted.join();

        // Where it waits for its storage, an interrupt cuts the connection, and the message speaks of that.
        assertThat(refusals.getFirst()).isInstanceOf(Unavailable.class);
        assertThat(refusals.getLast()).hasMessage("interrupted");
        Waiter next = new Waiter("next", PATIENT);
        backend.unlock(NAME, "first");
        assertThat(next.answer.get().lock().id()).isEqualTo("next");
    }

    @Test
    void aStorageThatFailsEndsTheWaitAndFreesThePlace() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        StateBackend failing = new StateBackend(
                new ForwardingStore(store) {
                    @Override
                    public Optional<StateHead> head(StateName name) {
                        if (broken.get()) {
                            throw new Unavailable("The storage is away, by the test.", null);
                        }
                        return super.head(name);
                    }
                },
                clock,
                BackendSettings.defaults());
        failing.lock(NAME, holder("first"), LockOptions.none());
        Future<LockResult> waiter = threads.submit(() -> failing.lock(NAME, holder("waiter"), PATIENT));

        broken.set(true);
        assertThatThrownBy(waiter::get).hasCauseInstanceOf(Unavailable.class);

        broken.set(false);
        failing.unlock(NAME, "first");
        assertThat(failing.lock(NAME, holder("next"), PATIENT).fresh()).isTrue();
    }

    /** The counter comes out wrong if two ever hold the lock at once. */
    @Test
    void manyWhoWaitHoldTheLockOneAtATime() throws Exception {
        int writers = 8;
        int rounds = 10;
        List<Future<?>> done = new ArrayList<>();
        long[] counter = {0};
        AtomicInteger holders = new AtomicInteger();
        for (int writer = 0; writer < writers; writer++) {
            String id = "writer-" + writer;
            done.add(threads.submit(() -> {
                for (int round = 0; round < rounds; round++) {
                    backend.lock(NAME, holder(id), PATIENT);
                    assertThat(holders.incrementAndGet()).isEqualTo(1);
                    long seen = counter[0];
                    Thread.yield();
                    counter[0] = seen + 1;
                    holders.decrementAndGet();
                    backend.unlock(NAME, id);
                }
                return id;
            }));
        }

        for (Future<?> future : done) {
            future.get();
        }
        assertThat(counter[0]).isEqualTo(writers * rounds);
        assertThat(store.head(NAME).orElseThrow().fence()).isEqualTo(writers * rounds);
    }

    @Test
    void whoeverWaitsIsSentAwayWhenTheProgramEnds() throws Exception {
        backend.lock(NAME, holder("first"), LockOptions.none());
        Waiter next = new Waiter("second", PATIENT);
        Waiter last = new Waiter("third", PATIENT);

        backend.stopWaiting();

        assertThat(next.refusal()).isInstanceOf(Unavailable.class).hasMessageContaining("shutting down");
        assertThat(last.refusal()).isInstanceOf(Unavailable.class);
        assertThatThrownBy(() -> backend.lock(NAME, holder("fourth"), PATIENT)).isInstanceOf(Unavailable.class);
        assertThatThrownBy(() -> backend.lock(NAME, holder("fifth"), LockOptions.none()))
                .isInstanceOf(Locked.class);
        assertThat(backend.unlock(NAME, "first")).isTrue();
        assertThat(backend.lock(NAME, holder("sixth"), PATIENT).fresh()).isTrue();
    }
}
