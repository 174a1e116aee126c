package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.Documents;
import io.kolumn.state.LockInfo;
import io.kolumn.state.LostAnswerStore;
import io.kolumn.state.LostAnswerStore.Fate;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Commits whose answers are lost, which happened or not or later, and others who change the state before it is looked
 * into: what the caller hears is true, nothing is written twice, and nothing of the others is lost.
 */
class UnknownOutcomeTest {

    private static final StateName NAME = StateName.of("prod");
    private static final WriteOptions WRITE = WriteOptions.none();
    private static final LockOptions LOCK = LockOptions.none();
    private static final Duration TTL = Duration.ofMinutes(10);

    private final MovableClock clock = new MovableClock();
    private final MemoryStore memory = new MemoryStore();
    private final LostAnswerStore store = new LostAnswerStore(memory);
    private final StateBackend backend = new StateBackend(store, clock, BackendSettings.defaults());
    private final StateBackend others = new StateBackend(memory, clock, BackendSettings.defaults());

    /** What is called. */
    enum Call {
        /** The first document, serial 1. */
        CREATE,
        /** Serial 2 over serial 1. */
        PUT,
        /** Serial 2 over serial 1 under our lock. */
        PUT_LOCKED,
        DELETE,
        DELETE_LOCKED,
        LOCK,
        RENEW,
        UNLOCK,
        FORCE
    }

    private void bring(Call call) {
        if (call != Call.CREATE) {
            others.put(NAME, Documents.serial(1), WRITE);
        }
        switch (call) {
            case CREATE, PUT, DELETE, LOCK -> {}
            case PUT_LOCKED, DELETE_LOCKED, RENEW, UNLOCK, FORCE ->
                others.lock(NAME, LockInfo.of("ours", "", ""), LOCK);
        }
    }

    private String call(Call call) {
        return call(call, backend);
    }

    private static String call(Call call, StateBackend backend) {
        try {
            return switch (call) {
                case CREATE -> told(backend.put(NAME, Documents.serial(1), WRITE));
                case PUT -> told(backend.put(NAME, Documents.serial(2), WRITE));
                case PUT_LOCKED -> told(backend.put(NAME, Documents.serial(2), WRITE.withLock("ours")));
                case DELETE -> "deleted " + backend.delete(NAME, WRITE);
                case DELETE_LOCKED -> "deleted " + backend.delete(NAME, WRITE.withLock("ours"));
                case LOCK -> told(backend.lock(NAME, LockInfo.of("ours", "", ""), LOCK));
                case RENEW -> "renewed " + backend.renew(NAME, "ours", TTL).fence();
                case UNLOCK -> "released " + backend.unlock(NAME, "ours");
                case FORCE -> "released " + backend.forceUnlock(NAME, "");
            };
        } catch (Locked locked) {
            return "locked by " + locked.holder().id();
        } catch (Conflict conflict) {
            return conflict.reason().code();
        } catch (Unavailable unavailable) {
            return unavailable.outcomeUnknown() ? "unknown" : "failed";
        }
    }

    private static String told(WriteResult written) {
        return (written.created() ? "created " : written.changed() ? "wrote " : "unchanged ")
                + written.version().number();
    }

    private static String told(LockResult acquired) {
        return (acquired.fresh() ? "fence " : "had fence ") + acquired.lock().fence();
    }

    /** What others do, as words: each is one call. */
    private void others(String calls) {
        for (String call : calls.split(" ")) {
            switch (call) {
                case "put1" -> others.put(NAME, Documents.serial(1, "others"), WRITE);
                case "put2" -> others.put(NAME, Documents.serial(2, "others"), WRITE);
                case "put3" -> others.put(NAME, Documents.serial(3, "others"), WRITE);
                case "delete" -> others.delete(NAME, WRITE);
                case "lock" -> others.lock(NAME, LockInfo.of("others", "", ""), LOCK);
                case "force" -> others.forceUnlock(NAME, "");
                case "renew" -> others.renew(NAME, "ours", TTL);
                case "release" -> others.unlock(NAME, "others");
                case "nothing" -> {}
                default -> throw new IllegalArgumentException(call);
            }
        }
    }

    /** The serials of the history, newest first and others' with a star; the current one; and the lock. */
    private String left() {
        String history = memory.history(NAME, Long.MAX_VALUE, 10).stream()
                .map(this::shown)
                .collect(Collectors.joining(" "));
        StateHead head = memory.head(NAME).orElseThrow();
        String current = head.current() == null ? "none" : shown(head.current());
        String lock = head.lock() == null
                ? "free"
                : head.lock().id() + " " + head.lock().fence();
        return history + ", " + current + ", " + lock;
    }

    private String shown(StateVersion version) {
        StateDocument document = memory.content(NAME, version).orElseThrow();
        boolean own = document.equals(Documents.serial(document.serial()));
        return document.serial() + (own ? "" : "*");
    }

    private static Fate[] fates(String words) {
        return Arrays.stream(words.split(" ")).map(Fate::valueOf).toArray(Fate[]::new);
    }

    @ParameterizedTest(name = "{0}: {1}, others {2}: {3}; left {4}")
    @CsvSource(
            delimiter = '|',
            value = {
                // what is called | what becomes of its commits | what others do in between | what the caller hears
                // | what is left: serials of the history, the current one, the lock
                "CREATE | DONE               | nothing    | created 1   | 1, 1, free",
                "CREATE | NEVER              | nothing    | created 1   | 1, 1, free",
                "CREATE | LATE               | nothing    | created 1   | 1, 1, free",
                "CREATE | NEVER NEVER DONE   | nothing    | created 1   | 1, 1, free",
                "CREATE | LATE LATE LATE     | nothing    | created 1   | 1, 1, free",
                "CREATE | DONE               | put2       | created 1   | 2* 1, 2*, free",
                "CREATE | DONE               | delete     | created 1   | 1, none, free",
                "CREATE | DONE               | lock       | created 1   | 1, 1, others 1",
                "CREATE | NEVER              | put2       | serial      | 2*, 2*, free",
                "CREATE | LATE               | put2       | serial      | 2*, 2*, free",
                "CREATE | LATE               | put1       | serial      | 1*, 1*, free",
                "CREATE | NEVER              | lock       | locked by others | ', none, others 1'",
                "CREATE | LATE               | lock       | locked by others | ', none, others 1'",
                "PUT    | DONE               | nothing    | wrote 2     | 2 1, 2, free",
                "PUT    | NEVER              | nothing    | wrote 2     | 2 1, 2, free",
                "PUT    | LATE               | nothing    | wrote 2     | 2 1, 2, free",
                "PUT    | LATE DONE          | nothing    | wrote 2     | 2 1, 2, free",
                "PUT    | NEVER NEVER NEVER  | nothing    | wrote 2     | 2 1, 2, free",
                "PUT    | DONE               | put3       | wrote 2     | 3* 2 1, 3*, free",
                "PUT    | NEVER              | put3       | serial      | 3* 1, 3*, free",
                "PUT    | LATE               | put3       | serial      | 3* 1, 3*, free",
                "PUT    | LATE               | put2       | serial      | 2* 1, 2*, free",
                "PUT    | NEVER LATE         | put2       | serial      | 2* 1, 2*, free",
                "PUT    | DONE               | delete     | wrote 2     | 2 1, none, free",
                "PUT    | NEVER              | delete     | created 2   | 2 1, 2, free",
                "PUT    | LATE               | delete     | created 2   | 2 1, 2, free",
                "PUT    | DONE               | delete put1 | wrote 2    | 1* 2 1, 1*, free",
                "PUT    | NEVER              | lock       | locked by others | 1, 1, others 1",
                "PUT    | LATE               | lock       | locked by others | 1, 1, others 1",
                "PUT    | LATE               | lock release | wrote 2   | 2 1, 2, free",
                "PUT_LOCKED | DONE           | nothing    | wrote 2     | 2 1, 2, ours 1",
                "PUT_LOCKED | LATE           | renew      | wrote 2     | 2 1, 2, ours 1",
                "PUT_LOCKED | DONE           | force lock | wrote 2     | 2 1, 2, others 2",
                "PUT_LOCKED | NEVER          | force lock | locked by others | 1, 1, others 2",
                "PUT_LOCKED | LATE           | force lock | locked by others | 1, 1, others 2",
                "PUT_LOCKED | DONE           | force put3 | wrote 2     | 3* 2 1, 3*, free",
                "PUT_LOCKED | NEVER          | force      | lock-lost   | 1, 1, free",
                "PUT_LOCKED | LATE           | force put3 | lock-lost   | 3* 1, 3*, free",
                "DELETE | DONE               | nothing    | deleted true | 1, none, free",
                "DELETE | NEVER              | nothing    | deleted true | 1, none, free",
                "DELETE | LATE               | nothing    | deleted true | 1, none, free",
                "DELETE | LATE LATE LATE     | nothing    | deleted true | 1, none, free",
                "DELETE | DONE               | put1       | unknown     | 1* 1, 1*, free",
                "DELETE | NEVER              | put2       | unknown     | 2* 1, 2*, free",
                "DELETE | LATE               | put2       | unknown     | 2* 1, 2*, free",
                "DELETE | DONE               | delete     | deleted true | 1, none, free",
                "DELETE | NEVER              | delete     | deleted false | 1, none, free",
                "DELETE | LATE               | lock       | locked by others | 1, 1, others 1",
                "DELETE_LOCKED | DONE        | nothing    | deleted true | 1, none, ours 1",
                "DELETE_LOCKED | LATE        | nothing    | deleted true | 1, none, ours 1",
                "DELETE_LOCKED | DONE        | force put1 | lock-lost   | 1* 1, 1*, free",
                "DELETE_LOCKED | NEVER       | force lock | locked by others | 1, 1, others 2",
                "LOCK   | DONE               | nothing    | fence 1     | 1, 1, ours 1",
                "LOCK   | NEVER              | nothing    | fence 1     | 1, 1, ours 1",
                "LOCK   | LATE               | nothing    | fence 1     | 1, 1, ours 1",
                "LOCK   | LATE DONE          | nothing    | fence 1     | 1, 1, ours 1",
                "LOCK   | NEVER NEVER DONE   | nothing    | fence 1     | 1, 1, ours 1",
                "LOCK   | NEVER              | put2       | fence 1     | 2* 1, 2*, ours 1",
                "LOCK   | LATE               | put2       | fence 1     | 2* 1, 2*, ours 1",
                "LOCK   | NEVER              | lock       | locked by others | 1, 1, others 1",
                "LOCK   | LATE               | lock       | locked by others | 1, 1, others 1",
                "LOCK   | LATE               | lock release | fence 2   | 1, 1, ours 2",
                "LOCK   | DONE               | force lock | locked by others | 1, 1, others 2",
                "LOCK   | DONE               | force      | fence 2     | 1, 1, ours 2",
                "LOCK   | DONE               | renew      | had fence 1 | 1, 1, ours 1",
                "RENEW  | DONE               | nothing    | renewed 1   | 1, 1, ours 1",
                "RENEW  | NEVER              | nothing    | renewed 1   | 1, 1, ours 1",
                "RENEW  | LATE               | nothing    | renewed 1   | 1, 1, ours 1",
                "RENEW  | DONE               | force      | lock-lost   | 1, 1, free",
                "RENEW  | LATE               | force      | lock-lost   | 1, 1, free",
                "RENEW  | DONE               | force lock | locked by others | 1, 1, others 2",
                "RENEW  | LATE               | force lock | locked by others | 1, 1, others 2",
                "UNLOCK | DONE               | nothing    | released true | 1, 1, free",
                "UNLOCK | NEVER              | nothing    | released true | 1, 1, free",
                "UNLOCK | LATE               | nothing    | released true | 1, 1, free",
                "UNLOCK | LATE DONE          | nothing    | released true | 1, 1, free",
                "UNLOCK | NEVER              | renew      | released true | 1, 1, free",
                "UNLOCK | LATE               | renew      | released true | 1, 1, free",
                "UNLOCK | DONE               | put2       | released false | 2* 1, 2*, free",
                "UNLOCK | NEVER              | force      | released false | 1, 1, free",
                "UNLOCK | DONE               | lock       | released false | 1, 1, others 2",
                "UNLOCK | LATE               | force lock | released false | 1, 1, others 2",
                "FORCE  | DONE               | nothing    | released true | 1, 1, free",
                "FORCE  | NEVER              | nothing    | released true | 1, 1, free",
                "FORCE  | LATE               | nothing    | released true | 1, 1, free",
                "FORCE  | LATE               | renew      | released true | 1, 1, free",
                "FORCE  | DONE               | lock       | released false | 1, 1, others 2",
                "FORCE  | NEVER              | force lock | released false | 1, 1, others 2",
                "FORCE  | LATE               | force lock | released false | 1, 1, others 2",
            })
    void theCallerHearsWhatIsTrue(Call call, String fates, String meanwhile, String heard, String left) {
        bring(call);
        store.next(fates(fates)).meanwhile(() -> others(meanwhile));

        assertThat(call(call)).isEqualTo(heard);

        assertThat(left()).isEqualTo(left);
    }

    @ParameterizedTest
    @EnumSource(Call.class)
    void aStorageThatNeverAnswersLeavesTheOutcomeUnknownAfterBoundedTries(Call call) {
        bring(call);
        Optional<StateHead> before = memory.head(NAME);
        store.next(Fate.NEVER, Fate.NEVER, Fate.NEVER, Fate.NEVER, Fate.NEVER, Fate.NEVER, Fate.NEVER, Fate.NEVER);

        assertThat(call(call)).isEqualTo("unknown");

        assertThat(store.commits()).isBetween(2, 8);
        assertThat(memory.head(NAME)).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(Call.class)
    void aFailureThatIsKnownIsNotTriedAgain(Call call) {
        bring(call);
        store.next(Fate.FAILED);

        assertThat(call(call)).isEqualTo("failed");

        assertThat(store.commits()).isEqualTo(1);
    }

    /** The first try may yet come through, however clearly the second one failed. */
    @ParameterizedTest
    @EnumSource(Call.class)
    void aLostAnswerFollowedByAFailureIsUnknown(Call call) {
        bring(call);
        store.next(Fate.NEVER, Fate.FAILED);

        assertThat(call(call)).isEqualTo("unknown");
    }

    @ParameterizedTest
    @EnumSource(Call.class)
    void aStorageThatGoesAwayAfterALostAnswerLeavesTheOutcomeUnknown(Call call) {
        bring(call);
        AtomicBoolean away = new AtomicBoolean();
        StateStore goingAway = new ForwardingStore(store) {
            @Override
            public Optional<StateHead> head(StateName name) {
                if (away.get()) {
                    throw new Unavailable("The storage is away, by the test.", null);
                }
                return super.head(name);
            }
        };
        store.next(Fate.DONE).meanwhile(() -> away.set(true));
        StateBackend there = new StateBackend(goingAway, clock, BackendSettings.defaults());

        assertThat(call(call, there)).isEqualTo("unknown");
    }

    /** A caller who was told that the outcome is unknown asks again, and does not fail where the first one succeeded. */
    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            mode = Mode.EXCLUDE,
            names = {"FORCE"})
    void tryingAgainAfterAnUnknownOutcomeSucceeds(Call call) {
        bring(call);
        store.next(Fate.LATE, Fate.NEVER, Fate.NEVER, Fate.NEVER);
        call(call);
        String expected = call(call);

        assertThat(expected).doesNotContain("locked", "lost", "serial", "unknown", "failed");
        assertThat(memory.history(NAME, 10, 10))
                .extracting(StateVersion::serial)
                .as("nothing twice")
                .doesNotHaveDuplicates();
    }

    @Test
    void theSameCommitIsTriedWithTheSameId() {
        store.next(Fate.DONE);

        WriteResult written = backend.put(NAME, Documents.serial(1), WRITE);

        assertThat(store.commits()).as("found in the head, not tried again").isEqualTo(1);
        assertThat(memory.head(NAME).orElseThrow().commit())
                .isEqualTo(written.version().id());
    }

    @Test
    void whatAHolderLosesToAForcedUnlockIsSetAside() {
        others.put(NAME, Documents.serial(1), WRITE);
        others.lock(NAME, LockInfo.of("ours", "", ""), LOCK);
        store.next(Fate.LATE).meanwhile(() -> others("force put3"));

        Conflict refusal = catchThrowableOfType(
                Conflict.class, () -> backend.put(NAME, Documents.serial(2), WRITE.withLock("ours")));

        assertThat(refusal.quarantined()).isNotNull();
        assertThat(others.quarantine(NAME)).extracting(StateVersion::serial).containsExactly(2L);
    }

    @Test
    void whatTheRetentionDropsIsForgottenThoughTheAnswerWasLost() {
        List<Long> forgotten = new ArrayList<>();
        StateStore watched = new ForwardingStore(store) {
            @Override
            public void deleteContent(StateName name, StateVersion version) {
                forgotten.add(version.number());
            }
        };
        StateBackend one =
                new StateBackend(watched, clock, BackendSettings.defaults().keeping(1, null));
        one.put(NAME, Documents.serial(1), WRITE);
        store.next(Fate.DONE);

        one.put(NAME, Documents.serial(2), WRITE);

        assertThat(forgotten).containsExactly(1L);
    }

    @Test
    void aWaiterWhoseAnswerIsLostHoldsTheLock() {
        store.next(Fate.DONE);

        LockResult acquired = backend.lock(NAME, LockInfo.of("ours", "", ""), LOCK.waiting(Duration.ofSeconds(30)));

        assertThat(acquired.fresh()).isTrue();
        assertThat(memory.head(NAME).orElseThrow().lock()).isEqualTo(acquired.lock());
    }

    @Test
    void whoGoesAwayWhileTheAnswerIsLostDoesNotKeepTheLock() {
        store.next(Fate.DONE);

        assertThatThrownBy(() -> backend.lock(NAME, LockInfo.of("ours", "", ""), LOCK.unless(() -> true)))
                .isInstanceOf(Unavailable.class);

        assertThat(memory.head(NAME).orElseThrow().lock()).isNull();
    }
}
