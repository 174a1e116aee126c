package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.Documents;
import io.kolumn.state.LockInfo;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refused documents of writers who gave a lock id: quarantined, named in the answer, never part of the history. */
public class StateBackendQuarantineTest {

    /** What the rules stand on; other stores run the same tests. */
    protected StateStore newStore() {
        return new MemoryStore();
    }

    @AfterEach
    void closeTheStore() {
        store.close();
    }

    private static final StateName NAME = StateName.of("prod");
    private static final WriteOptions AS_HOLDER = WriteOptions.none().withLock("holder");
    private static final StateDocument CURRENT = Documents.serial(5);
    private static final StateDocument REFUSED = Documents.serial(4, "refused");

    private final MovableClock clock = new MovableClock();
    private final StateStore store = newStore();
    private final List<String> told = new ArrayList<>();
    private final StateBackend backend = backend(store, BackendSettings.defaults());

    private StateBackend backend(StateStore below, BackendSettings settings) {
        return new StateBackend(below, clock, settings, new OperationListener() {
            @Override
            public void finished(Operation operation) {}

            @Override
            public void quarantined(StateName name, String id, boolean kept) {
                told.add(name + (kept ? " kept" : " not kept"));
            }
        });
    }

    private static BackendSettings keeping(int count, long size) {
        return new BackendSettings(100, null, Duration.ofSeconds(5), count, size, true);
    }

    @BeforeEach
    void writeTheCurrentDocument() {
        backend.put(NAME, CURRENT, WriteOptions.none());
    }

    private void lock(String id) {
        backend.lock(NAME, LockInfo.of(id, "alice", ""), LockOptions.none());
    }

    /** The id under which the refused document was quarantined, null if it was not. */
    private @Nullable String refused(StateBackend backend, StateDocument document, WriteOptions options) {
        clock.advance(Duration.ofMillis(1));
        try {
            backend.put(NAME, document, options);
            throw new AssertionError("It was written");
        } catch (Locked locked) {
            return named(locked, locked.quarantined());
        } catch (Conflict conflict) {
            return named(conflict, conflict.quarantined());
        }
    }

    private static @Nullable String named(StateException refusal, @Nullable String id) {
        assertThat(refusal.getMessage().contains("quarantined as '")).isEqualTo(id != null);
        assertThat(id == null || refusal.getMessage().contains("'" + id + "'")).isTrue();
        return id;
    }

    @ParameterizedTest(name = "lock {0}, id {1}, {2}: {3}")
    @CsvSource({
        // the lock, the id that the writer gives, what else is wrong, and under which reason the document is
        // quarantined
        "holder, other,  nothing,      locked",
        "holder, other,  precondition, locked",
        "holder, ,       nothing,",
        ",       other,  nothing,      lock-lost",
        ",       other,  precondition, lock-lost",
        "holder, holder, serial,       serial",
        "holder, holder, lineage,      lineage",
        "holder, holder, precondition,",
        ",       ,       serial,",
        ",       ,       lineage,",
        ",       ,       precondition,",
    })
    void aRefusedDocumentIsSetAsideIfItCarriedALockId(
            @Nullable String lock, @Nullable String id, String wrong, @Nullable String reason) {
        if (lock != null) {
            lock(lock);
        }
        StateDocument document = switch (wrong) {
            case "serial" -> Documents.serial(4);
            case "lineage" -> Documents.of(6L, "another", "");
            default -> Documents.serial(6);
        };
        WriteOptions options = WriteOptions.by("ci").withLock(id);
        clock.advance(Duration.ofHours(1));

        String quarantined =
                refused(backend, document, wrong.equals("precondition") ? options.when(Precondition.is(7)) : options);

        assertThat(quarantined != null).isEqualTo(reason != null);
        if (quarantined == null) {
            assertThat(backend.quarantine(NAME)).isEmpty();
            assertThat(told).isEmpty();
            return;
        }
        StateVersion record = StateVersion.of(0, quarantined, document, clock.instant(), "ci", "refused: " + reason, 0);
        assertThat(backend.quarantine(NAME)).containsExactly(record);
        assertThat(backend.getQuarantined(NAME, quarantined)).contains(new VersionedDocument(record, document));
        assertThat(told).containsExactly("prod kept");
    }

    @Test
    void whatIsSetAsideIsNoPartOfTheState() {
        lock("holder");
        StateHead before = store.head(NAME).orElseThrow();

        refused(backend, REFUSED, AS_HOLDER);

        assertThat(store.head(NAME)).contains(before);
        assertThat(backend.history(NAME, Long.MAX_VALUE, 10)).hasSize(1);
        assertThat(backend.get(NAME, 0)).isEmpty();
        assertThat(backend.get(NAME).orElseThrow().document()).isEqualTo(CURRENT);
    }

    @Test
    void itIsReadByItsIdAlone() {
        lock("holder");
        String first = refused(backend, REFUSED, AS_HOLDER);
        String second = refused(backend, Documents.serial(3), AS_HOLDER);

        assertThat(backend.quarantine(NAME)).extracting(StateVersion::id).containsExactly(first, second);
        assertThat(backend.getQuarantined(NAME, String.valueOf(first))
                        .orElseThrow()
                        .document())
                .isEqualTo(REFUSED);
        assertThat(backend.getQuarantined(NAME, "unknown")).isEmpty();
        assertThat(backend.getQuarantined(StateName.of("other"), String.valueOf(first)))
                .isEmpty();
    }

    @Test
    void theIdOfAVersionReadsNothingAside() {
        String version = backend.current(NAME).orElseThrow().id();

        assertThat(backend.getQuarantined(NAME, version)).isEmpty();
    }

    @Test
    void theSameBytesAreKeptOnceAndNamedAgain() {
        lock("holder");

        String first = refused(backend, REFUSED, AS_HOLDER);
        String again = refused(backend, StateDocument.parse(REFUSED.toBytes()), AS_HOLDER);
        String elsewise = refused(backend, REFUSED, WriteOptions.none().withLock("other"));

        assertThat(first).isNotNull().isEqualTo(again).isEqualTo(elsewise);
        assertThat(backend.quarantine(NAME)).hasSize(1);
        assertThat(told).containsExactly("prod kept");
    }

    @Test
    void whenTheCountIsReachedNoMoreAreKept() {
        StateBackend two = backend(store, keeping(2, 1 << 20));
        lock("holder");

        String first = refused(two, Documents.serial(1), AS_HOLDER);
        String second = refused(two, Documents.serial(2), AS_HOLDER);
        String third = refused(two, Documents.serial(3), AS_HOLDER);

        assertThat(first).isNotNull();
        assertThat(second).isNotNull();
        assertThat(third).isNull();
        assertThat(two.quarantine(NAME)).extracting(StateVersion::id).containsExactly(first, second);
        assertThat(refused(two, Documents.serial(1), AS_HOLDER))
                .as("what is there is named still")
                .isEqualTo(first);
        assertThat(told).containsExactly("prod kept", "prod kept", "prod not kept");
    }

    @Test
    void theCountIsOfEachStateByItself() {
        StateBackend one = backend(store, keeping(1, 1 << 20));
        lock("holder");
        refused(one, REFUSED, AS_HOLDER);
        StateName other = StateName.of("other");

        Conflict refusal = catchThrowableOfType(Conflict.class, () -> one.put(other, Documents.serial(1), AS_HOLDER));

        assertThat(refusal.quarantined()).isNotNull();
    }

    @Test
    void whatWouldGoBeyondTheSizeIsNotKept() {
        StateDocument large = Documents.serial(4, "x".repeat(1000));
        StateDocument small = Documents.serial(3);
        StateBackend exact = backend(store, keeping(20, large.size() + small.size()));
        lock("holder");

        assertThat(refused(exact, large, AS_HOLDER)).isNotNull();
        assertThat(refused(exact, Documents.serial(2, "y".repeat(1000)), AS_HOLDER))
                .isNull();
        assertThat(refused(exact, small, AS_HOLDER)).as("up to the last byte").isNotNull();
        assertThat(refused(exact, Documents.serial(1), AS_HOLDER)).isNull();
        assertThat(exact.quarantine(NAME)).hasSize(2);
    }

    @Test
    void itCanBeSwitchedOff() {
        lock("holder");

        assertThat(refused(backend(store, keeping(0, 1 << 20)), REFUSED, AS_HOLDER))
                .isNull();
    }

    @Test
    void aPlaceThatFailsStillRefuses() {
        StateBackend failing = backend(
                new ForwardingStore(store) {
                    @Override
                    public void putAttachment(StateName name, StateVersion record, StateDocument document) {
                        throw new Unavailable("The disk is full, by the test.", null);
                    }
                },
                BackendSettings.defaults());
        lock("holder");

        Conflict refusal = catchThrowableOfType(Conflict.class, () -> failing.put(NAME, REFUSED, AS_HOLDER));

        assertThat(refusal.reason()).isEqualTo(Conflict.Reason.SERIAL);
        assertThat(refusal.quarantined()).isNull();
        assertThat(refusal).hasMessageNotContaining("quarantined as");
        assertThat(told).containsExactly("prod not kept");
    }

    @Test
    void aPlaceThatCannotBeReadStillRefuses() {
        StateBackend failing = backend(
                new ForwardingStore(store) {
                    @Override
                    public List<StateVersion> attachments(StateName name) {
                        throw new Unavailable("The storage is away, by the test.", null);
                    }
                },
                BackendSettings.defaults());

        Conflict refusal = catchThrowableOfType(Conflict.class, () -> failing.put(NAME, REFUSED, AS_HOLDER));

        assertThat(refusal.reason()).isEqualTo(Conflict.Reason.LOCK_LOST);
        assertThat(refusal.quarantined()).isNull();
        assertThat(told).containsExactly("prod not kept");
    }

    @Test
    void aDeleteSetsNothingAside() {
        lock("holder");

        Locked refusal = catchThrowableOfType(
                Locked.class, () -> backend.delete(NAME, WriteOptions.none().withLock("other")));

        assertThat(refusal.quarantined()).isNull();
        assertThat(backend.quarantine(NAME)).isEmpty();
    }

    @Test
    void itStaysWhenTheStateIsDeleted() {
        lock("holder");
        String id = String.valueOf(refused(backend, REFUSED, AS_HOLDER));

        backend.delete(NAME, AS_HOLDER);

        assertThat(backend.getQuarantined(NAME, id).orElseThrow().document()).isEqualTo(REFUSED);
    }

    @Test
    void manyStatesAreAskedForAtOnce() {
        StateName well = StateName.of("well");
        backend.put(well, CURRENT, WriteOptions.none());
        lock("holder");
        assertThat(backend.quarantined(List.of(NAME, well))).contains(Map.of());
        refused(backend, REFUSED, AS_HOLDER);
        refused(backend, Documents.serial(3, "another"), AS_HOLDER);

        assertThat(backend.quarantined(List.of(NAME, well, StateName.of("none"))))
                .contains(Map.of(NAME, 2));
        assertThat(backend.quarantined(List.of())).contains(Map.of());
    }
}
