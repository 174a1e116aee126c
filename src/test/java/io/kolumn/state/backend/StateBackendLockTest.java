package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.Documents;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Taking, renewing and releasing a lock; waiting for one is in {@link StateBackendWaitTest}. */
public class StateBackendLockTest {

    /** What the rules stand on; other stores run the same tests. */
    protected StateStore newStore() {
        return new MemoryStore();
    }

    @AfterEach
    void closeTheStore() {
        store.close();
    }

    private static final StateName NAME = StateName.of("prod");
    private static final Instant START = MovableClock.START;
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Duration SKEW = BackendSettings.defaults().maxClockSkew();
    private static final LockOptions FOREVER = LockOptions.none();
    private static final LockOptions LEASE = FOREVER.withTtl(TTL);

    private final MovableClock clock = new MovableClock();
    private final StateStore store = newStore();
    private final StateBackend backend = new StateBackend(store, clock, BackendSettings.defaults());

    private LockResult lock(String id, LockOptions options) {
        return backend.lock(NAME, LockInfo.of(id, id + "@laptop", "OperationTypeApply"), options);
    }

    private StateHead head() {
        return store.head(NAME).orElseThrow();
    }

    @Test
    void aFreeLockIsTakenWhetherTheStateExistsOrNot() {
        LockResult acquired = lock("a", FOREVER);

        LockInfo info = new LockInfo("a", "OperationTypeApply", "", "a@laptop", "", START, "", null);
        assertThat(acquired).isEqualTo(new LockResult(new Lock(info, 1, START, null), true, head().withRevision("")));
        assertThat(backend.lockOf(NAME)).contains(acquired.lock());
        assertThat(backend.get(NAME)).isEmpty();
    }

    @Test
    void whatTheHolderSaysOfItselfIsKeptAsItWas() {
        Instant created = Instant.parse("2020-01-02T03:04:05.123456789Z");
        LockInfo info = new LockInfo("a", "op", "why", "who", "1.11.4", created, "path", "{\"ID\": \"a\"}");

        assertThat(backend.lock(NAME, info, FOREVER).lock().info()).isEqualTo(info);
        assertThat(backend.lockOf(NAME).orElseThrow().info()).isEqualTo(info);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHeldLockIsRefusedAndTheHolderNamed(boolean reentrant) {
        Lock held = lock("a", FOREVER).lock();
        StateHead before = head();

        assertThatThrownBy(() -> lock("b", reentrant ? FOREVER : FOREVER.onlyFresh()))
                .hasMessageContainingAll("prod", "a@laptop", "OperationTypeApply", "'a'")
                .isInstanceOfSatisfying(
                        Locked.class, refusal -> assertThat(refusal.holder()).isEqualTo(held));
        assertThat(head()).isEqualTo(before);
    }

    @Test
    void theSameIdAgainIsASuccessUnderTheSameFence() {
        Lock held = lock("a", FOREVER).lock();
        LockResult again = lock("a", FOREVER);

        assertThat(again).isEqualTo(new LockResult(held, false, head().withRevision("")));
        assertThat(head().lock()).isEqualTo(held);
        assertThat(head().fence()).isEqualTo(1);
    }

    /** It is not a lost answer: who has written holds the lock and knows of it. */
    @Test
    void theSameIdAgainAfterAWriteUnderItIsRefusedUnlessItRenews() {
        lock("a", FOREVER);
        backend.put(NAME, Documents.serial(1), WriteOptions.none().withLock("a"));
        StateHead before = head();

        assertThatThrownBy(() -> lock("a", FOREVER))
                .isInstanceOfSatisfying(
                        Conflict.class, refusal -> assertThat(refusal.reason()).isEqualTo(Conflict.Reason.LOCK_USED))
                .hasMessageContainingAll("'a'", "version 1", "/terraform-unlock/prod");
        assertThat(head()).isEqualTo(before);
        assertThat(lock("a", LEASE).fresh()).isFalse();

        backend.unlock(NAME, "a");
        assertThat(lock("a", FOREVER).fresh())
                .as("the next lock, by the same id")
                .isTrue();
        assertThat(lock("a", FOREVER).fresh()).isFalse();
    }

    @Test
    void theSameIdAgainIsRefusedWhereItIsNotReentrant() {
        Lock held = lock("a", FOREVER).lock();

        assertThatThrownBy(() -> lock("a", FOREVER.onlyFresh()))
                .isInstanceOfSatisfying(
                        Locked.class, refusal -> assertThat(refusal.holder()).isEqualTo(held));
    }

    @Test
    void theSameIdAgainWithATtlRenewsTheLease() {
        Lock first = lock("a", LEASE).lock();
        clock.advance(Duration.ofMinutes(5));

        LockResult again = lock("a", LEASE);

        assertThat(again.fresh()).isFalse();
        assertThat(again.lock()).isEqualTo(first.until(START.plus(Duration.ofMinutes(15))));
        assertThat(backend.lockOf(NAME)).contains(again.lock());
    }

    @Test
    void aLockWithoutAnIdGetsOneAndNeedsALease() {
        assertThatThrownBy(() -> lock("", FOREVER)).isInstanceOf(Invalid.class).hasMessageContaining("ttl");
        assertThat(store.head(NAME)).isEmpty();

        Lock lock = lock("", LEASE).lock();

        assertThat(lock.id()).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(lock.expires()).isEqualTo(START.plus(TTL));
        assertThatThrownBy(() -> lock("", LEASE)).isInstanceOf(Locked.class);
    }

    @ParameterizedTest
    @CsvSource({
        "PT4.999999999S, false",
        "PT5S,           true",
        "PT24H,          true",
        "PT24H0.000000001S, false",
        "PT0S,           false",
        "PT-10M,         false",
    })
    void aLeaseHasItsBounds(Duration ttl, boolean allowed) {
        if (allowed) {
            assertThat(lock("a", FOREVER.withTtl(ttl)).lock().expires()).isEqualTo(START.plus(ttl));
            assertThat(backend.renew(NAME, "a", ttl).expires()).isEqualTo(START.plus(ttl));
        } else {
            assertThatThrownBy(() -> FOREVER.withTtl(ttl))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("ttl=" + ttl);
            lock("a", LEASE);
            assertThatThrownBy(() -> backend.renew(NAME, "a", ttl)).isInstanceOf(Invalid.class);
            assertThat(backend.lockOf(NAME).orElseThrow().expires()).isEqualTo(START.plus(TTL));
        }
    }

    @ParameterizedTest
    @CsvSource({"PT0S, true", "PT5M, true", "PT5M0.001S, false", "PT-1S, false"})
    void aWaitHasItsBounds(Duration wait, boolean allowed) {
        if (allowed) {
            assertThat(FOREVER.waiting(wait).maxWait()).isEqualTo(wait);
        } else {
            assertThatThrownBy(() -> FOREVER.waiting(wait))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("wait=" + wait);
        }
    }

    /** How long after the end of the lease, in nanoseconds; the skew is 5 s. */
    @ParameterizedTest
    @CsvSource({
        "-1000,       false",
        "0,           false",
        "1000,        false",
        "5000000000,  false",
        "5000001000,  true",
        "60000000000, true",
    })
    void othersMayTakeALeaseThatExpiredLongerAgoThanTheSkew(long nanos, boolean taken) {
        lock("a", LEASE);
        clock.advance(TTL.plusNanos(nanos));

        if (taken) {
            LockResult acquired = lock("b", LEASE);
            assertThat(acquired.fresh()).isTrue();
            assertThat(acquired.lock().fence()).isEqualTo(2);
            assertThat(acquired.lock().acquired()).isEqualTo(clock.instant());
        } else {
            assertThatThrownBy(() -> lock("b", LEASE)).isInstanceOf(Locked.class);
        }
        assertThat(backend.lockOf(NAME).map(Lock::id)).contains(taken ? "b" : "a");
    }

    @Test
    void theSkewIsASetting() {
        BackendSettings settings = new BackendSettings(100, null, Duration.ZERO, 20, 1 << 20, true);
        StateBackend strict = new StateBackend(store, clock, settings);
        lock("a", LEASE);
        clock.advance(TTL.plusNanos(1000));

        assertThatThrownBy(() -> lock("b", LEASE)).isInstanceOf(Locked.class);
        assertThat(strict.lock(NAME, LockInfo.of("b", "", ""), LEASE).fresh()).isTrue();
    }

    @Test
    void anExpiredHolderGoesOnUntilAnotherTakesTheLock() {
        lock("a", LEASE);
        clock.advance(Duration.ofHours(30));
        WriteOptions asHolder = WriteOptions.none().withLock("a");

        assertThat(backend.put(NAME, Documents.serial(1), asHolder).version().fence())
                .isEqualTo(1);
        assertThat(lock("a", LEASE).lock().fence()).as("reentrant").isEqualTo(1);
        clock.advance(Duration.ofHours(30));
        assertThat(backend.renew(NAME, "a", TTL).expires())
                .isEqualTo(clock.instant().plus(TTL));
        clock.advance(Duration.ofHours(30));
        assertThat(backend.unlock(NAME, "a")).isTrue();
    }

    @Test
    void anExpiredHolderIsOutOnceAnotherTookTheLock() {
        lock("a", LEASE);
        clock.advance(Duration.ofHours(30));
        lock("b", LEASE);
        WriteOptions asA = WriteOptions.none().withLock("a");

        assertThatThrownBy(() -> backend.put(NAME, Documents.serial(1), asA)).isInstanceOf(Locked.class);
        assertThatThrownBy(() -> backend.renew(NAME, "a", TTL)).isInstanceOf(Locked.class);
        assertThatThrownBy(() -> backend.unlock(NAME, "a")).isInstanceOf(Locked.class);
        assertThatThrownBy(() -> lock("a", LEASE)).isInstanceOf(Locked.class);
    }

    @Test
    void anExpiredHolderIsOutOnceAnotherWroteWithoutALock() {
        lock("a", LEASE);
        clock.advance(Duration.ofHours(30));
        backend.put(NAME, Documents.serial(1), WriteOptions.none());

        assertThatThrownBy(() -> backend.put(
                        NAME, Documents.serial(2), WriteOptions.none().withLock("a")))
                .isInstanceOfSatisfying(
                        Conflict.class,
                        conflict -> assertThat(conflict.reason()).isEqualTo(Conflict.Reason.LOCK_LOST));
        assertThat(lock("a", LEASE).lock().fence()).as("a lock anew").isEqualTo(2);
    }

    @Test
    void aLockWithoutALeaseNeverExpires() {
        lock("a", FOREVER);
        clock.advance(Duration.ofDays(3650));

        assertThatThrownBy(() -> lock("b", FOREVER)).isInstanceOf(Locked.class);
    }

    @Test
    void theFenceGrowsWithEveryAcquisitionAndNothingElse() {
        assertThat(lock("a", FOREVER).lock().fence()).isEqualTo(1);
        assertThat(lock("a", FOREVER).lock().fence()).isEqualTo(1);
        backend.put(NAME, Documents.serial(1), WriteOptions.none().withLock("a"));
        assertThat(backend.renew(NAME, "a", TTL).fence()).isEqualTo(1);
        backend.unlock(NAME, "a");
        assertThat(head().fence()).isEqualTo(1);

        assertThat(lock("a", FOREVER).lock().fence()).isEqualTo(2);
        backend.forceUnlock(NAME, "");
        backend.put(NAME, Documents.serial(2), WriteOptions.none());
        backend.delete(NAME, WriteOptions.none());
        assertThat(lock("b", FOREVER).lock().fence()).isEqualTo(3);
    }

    @ParameterizedTest(name = "locked by {0}, id {1}: {2}")
    @CsvSource({", a, lock-lost", "a, a, renewed", "a, b, locked", "a, '', locked"})
    void onlyTheHolderRenews(@Nullable String holder, String id, String expected) {
        if (holder != null) {
            lock(holder, LEASE);
        }
        clock.advance(Duration.ofMinutes(9));

        assertThat(outcome(() -> backend.renew(NAME, id, TTL), "renewed")).isEqualTo(expected);
        Instant end = clock.instant().plus(expected.equals("renewed") ? TTL : Duration.ofMinutes(1));
        assertThat(backend.lockOf(NAME).map(Lock::expires).orElse(end)).isEqualTo(end);
    }

    @ParameterizedTest(name = "locked by {0}, id {1}: {2}")
    @CsvSource({", a, unlocked", "a, a, unlocked", "a, b, locked", "a, '', locked"})
    void onlyTheHolderUnlocksAndTwiceIsFine(@Nullable String holder, String id, String expected) {
        if (holder != null) {
            lock(holder, FOREVER);
        }

        assertThat(outcome(() -> assertThat(backend.unlock(NAME, id)).isEqualTo(holder != null), "unlocked"))
                .isEqualTo(expected);
        assertThat(backend.lockOf(NAME).isPresent()).isEqualTo(expected.equals("locked"));
        if (expected.equals("unlocked")) {
            assertThat(backend.unlock(NAME, id)).as("again").isFalse();
        }
    }

    private static String outcome(Runnable call, String done) {
        try {
            call.run();
            return done;
        } catch (Locked locked) {
            return locked.code();
        } catch (Conflict conflict) {
            return conflict.reason().code();
        }
    }

    @Test
    void renewingGivesALockWithoutALeaseOne() {
        lock("a", FOREVER);

        assertThat(backend.renew(NAME, "a", TTL).expires()).isEqualTo(START.plus(TTL));
    }

    @Test
    void forceBreaksWhoeversLockAndTwiceIsFine() {
        lock("a", FOREVER);

        assertThat(backend.forceUnlock(NAME, "admin")).isTrue();
        assertThat(backend.lockOf(NAME)).isEmpty();
        assertThat(backend.forceUnlock(NAME, "admin")).isFalse();
    }

    @Test
    void forceCanBeSwitchedOff() {
        BackendSettings settings = new BackendSettings(100, null, SKEW, 20, 1 << 20, false);
        StateBackend strict = new StateBackend(store, clock, settings);
        lock("a", FOREVER);

        assertThatThrownBy(() -> strict.forceUnlock(NAME, "admin"))
                .isInstanceOfSatisfying(
                        Forbidden.class,
                        refusal -> assertThat(refusal.permission()).isEqualTo("unlock-force"));
        assertThat(strict.lockOf(NAME).map(Lock::id)).contains("a");
        assertThat(strict.unlock(NAME, "a")).isTrue();
    }

    @Test
    void locksOfDifferentStatesAreApart() {
        lock("a", FOREVER);
        StateName other = StateName.of("prod/eu");

        assertThat(backend.lock(other, LockInfo.of("b", "", ""), FOREVER).lock().fence())
                .isEqualTo(1);
        backend.unlock(other, "b");
        assertThat(backend.lockOf(NAME).map(Lock::id)).contains("a");
    }

    @Test
    void unlockingWhatNeverWasLeavesNothingBehind() {
        assertThat(backend.unlock(NAME, "a")).isFalse();
        assertThat(backend.forceUnlock(NAME, "")).isFalse();
        assertThatThrownBy(() -> backend.renew(NAME, "a", TTL)).isInstanceOf(Conflict.class);

        assertThat(store.head(NAME)).isEmpty();
    }

    @Test
    void whoGoesAwayWhileTheLockIsGivenDoesNotKeepIt() {
        LockOptions gone = FOREVER.unless(() -> backend.lockOf(NAME).isPresent());

        assertThatThrownBy(() -> lock("a", gone))
                .isInstanceOf(StateException.Unavailable.class)
                .hasMessageContaining("has disconnected");

        assertThat(backend.lockOf(NAME)).isEmpty();
        assertThat(head().fence()).as("it was held for a moment").isEqualTo(1);
    }

    @Test
    void whoGoesAwayDuringARetryKeepsTheLockItHeldBefore() {
        Lock held = lock("a", FOREVER).lock();

        assertThatThrownBy(() -> lock("a", FOREVER.unless(() -> true))).isInstanceOf(StateException.Unavailable.class);

        assertThat(backend.lockOf(NAME)).contains(held);
    }
}
