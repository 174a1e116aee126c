package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.Documents;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Conflict.Reason;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may write what over what, and what is read afterwards. */
public class StateBackendTest {

    /** What the rules stand on; other stores run the same tests. */
    protected StateStore newStore() {
        return new MemoryStore();
    }

    @AfterEach
    void closeTheStore() {
        store.close();
    }

    private static final StateName NAME = StateName.of("team-a/network/prod");
    private static final WriteOptions WRITE = WriteOptions.none();
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Duration SKEW = BackendSettings.defaults().maxClockSkew();

    private final MovableClock clock = new MovableClock();
    private final StateStore store = newStore();
    private final StateBackend backend = new StateBackend(store, clock, BackendSettings.defaults());

    /** What a state's lock can be when somebody writes; the holder is always {@code holder}. */
    enum LockState {
        NEVER,
        RELEASED,
        HELD,
        LEASED,
        EXPIRED_WITHIN_SKEW,
        EXPIRED
    }

    private void bring(LockState lock) {
        if (lock == LockState.NEVER) {
            return;
        }
        boolean lease = lock.compareTo(LockState.LEASED) >= 0;
        lock("holder", "OperationTypeApply", LockOptions.none().withTtl(lease ? TTL : null));
        switch (lock) {
            case NEVER, HELD, LEASED -> {}
            case RELEASED -> backend.unlock(NAME, "holder");
            case EXPIRED_WITHIN_SKEW -> clock.advance(TTL.plus(SKEW));
            case EXPIRED -> clock.advance(TTL.plus(SKEW).plusNanos(1000));
        }
    }

    private Lock lock(String id, String operation, LockOptions options) {
        return backend.lock(NAME, LockInfo.of(id, "alice@laptop", operation), options)
                .lock();
    }

    @ParameterizedTest(name = "{0}, id {1}: {2}")
    @CsvSource({
        "NEVER,               ,       done",
        "NEVER,               other,  lock-lost",
        "RELEASED,            ,       done",
        "RELEASED,            holder, lock-lost",
        "RELEASED,            other,  lock-lost",
        "HELD,                holder, done under the lock",
        "HELD,                other,  locked",
        "HELD,                ,       locked",
        "LEASED,              holder, done under the lock",
        "LEASED,              other,  locked",
        "LEASED,              ,       locked",
        "EXPIRED_WITHIN_SKEW, holder, done under the lock",
        "EXPIRED_WITHIN_SKEW, other,  locked",
        "EXPIRED_WITHIN_SKEW, ,       locked",
        "EXPIRED,             holder, done under the lock",
        "EXPIRED,             other,  lock-lost",
        "EXPIRED,             ,       done",
    })
    void theLockDecidesWhoWrites(LockState lock, @Nullable String id, String expected) {
        backend.put(NAME, Documents.serial(1), WRITE);
        bring(lock);

        assertThat(outcome(() -> backend.put(NAME, Documents.serial(2), WRITE.withLock(id))))
                .isEqualTo(expected);
        assertThat(serial()).isEqualTo(expected.startsWith("done") ? 2L : 1L);
    }

    @ParameterizedTest(name = "{0}, id {1}: {2}")
    @CsvSource({
        "NEVER,               ,       done",
        "NEVER,               other,  lock-lost",
        "RELEASED,            ,       done",
        "RELEASED,            holder, lock-lost",
        "HELD,                holder, done under the lock",
        "HELD,                other,  locked",
        "HELD,                ,       locked",
        "LEASED,              ,       locked",
        "EXPIRED_WITHIN_SKEW, holder, done under the lock",
        "EXPIRED_WITHIN_SKEW, other,  locked",
        "EXPIRED_WITHIN_SKEW, ,       locked",
        "EXPIRED,             holder, done under the lock",
        "EXPIRED,             other,  lock-lost",
        "EXPIRED,             ,       done",
    })
    void theLockDecidesWhoDeletes(LockState lock, @Nullable String id, String expected) {
        backend.put(NAME, Documents.serial(1), WRITE);
        bring(lock);

        assertThat(outcome(() -> backend.delete(NAME, WRITE.withLock(id)))).isEqualTo(expected);
        assertThat(backend.get(NAME).isEmpty()).isEqualTo(expected.startsWith("done"));
    }

    /** "done" or "done under the lock", by the lock that is left, or why it was refused. */
    private String outcome(Runnable call) {
        try {
            call.run();
            return backend.lockOf(NAME).isPresent() ? "done under the lock" : "done";
        } catch (Locked locked) {
            assertThat(locked.holder()).isEqualTo(backend.lockOf(NAME).orElseThrow());
            assertThat(locked.holder().id()).isEqualTo("holder");
            assertThat(locked).hasMessageContaining(NAME.value()).hasMessageContaining("alice@laptop");
            return locked.code();
        } catch (Conflict conflict) {
            assertThat(conflict.current()).isEqualTo(backend.current(NAME).orElse(null));
            assertThat(conflict).hasMessageContaining(NAME.value());
            return conflict.reason().code();
        }
    }

    private @Nullable Long serial() {
        return backend.get(NAME).orElseThrow().document().serial();
    }

    @Test
    void aWriteWithoutIdClearsAnExpiredLockInItsOwnCommit() {
        bring(LockState.EXPIRED);
        String before = head().commit();

        WriteResult written = backend.put(NAME, Documents.serial(1), WRITE);

        assertThat(head().lock()).isNull();
        assertThat(head().commit())
                .isNotEqualTo(before)
                .isEqualTo(written.version().id());
        assertThat(written.version().fence()).isZero();
    }

    private StateHead head() {
        return store.head(NAME).orElseThrow();
    }

    /** Each row breaks several rules; the first of them answers. */
    @ParameterizedTest(name = "{0}, id {1}, {2}, serial {3}: {4}")
    @CsvSource({
        "HELD,  ,       IS 7,   same,  unchanged",
        "HELD,  other,  ABSENT, same,  unchanged",
        "NEVER, other,  IS 7,   same,  unchanged",
        "NEVER, ,       ABSENT, same,  unchanged",
        "HELD,  other,  IS 7,   older, locked",
        "HELD,  ,       IS 7,   older, locked",
        "NEVER, other,  IS 7,   older, lock-lost",
        "HELD,  holder, IS 7,   older, precondition",
        "NEVER, ,       ABSENT, older, precondition",
        "NEVER, ,       EXISTS, older, serial",
        "HELD,  holder, EXISTS, older, serial",
    })
    void theRulesAreAskedInTheirOrder(
            LockState lock, @Nullable String id, String condition, String serial, String expected) {
        StateDocument current = Documents.serial(5);
        backend.put(NAME, current, WRITE);
        bring(lock);
        StateDocument next = serial.equals("same") ? current : Documents.serial(4);
        WriteOptions options = WRITE.withLock(id).when(precondition(condition));

        assertThat(result(next, options)).isEqualTo(expected);
        if (!expected.equals("unchanged") && !expected.equals("serial")) {
            assertThat(result(next, options.forced()))
                    .as("force skips rule 5 alone")
                    .isEqualTo(expected);
        }
        assertThat(backend.get(NAME).orElseThrow().document()).isEqualTo(current);
    }

    private String result(StateDocument document, WriteOptions options) {
        try {
            return backend.put(NAME, document, options).changed() ? "written" : "unchanged";
        } catch (Locked locked) {
            return locked.code();
        } catch (Conflict conflict) {
            return conflict.reason().code();
        }
    }

    private static Precondition precondition(String text) {
        String[] words = text.split(" ");
        Set<Long> versions = words.length == 1 ? Set.of() : Set.of(Long.valueOf(words[1]));
        return new Precondition(Precondition.Kind.valueOf(words[0]), versions);
    }

    @ParameterizedTest(name = "{0} {1} -> {2} {3}: {4}")
    @CsvSource({
        // serial and lineage of the current document, of the next one, and what comes of it
        "5, a, 6, a, written",
        "5, a, 7, a, written",
        "5, a, 5, a, serial",
        "5, a, 4, a, serial",
        "5, a, 0, a, serial",
        "0, a, 0, a, serial",
        "9223372036854775806, a, 9223372036854775807, a, written",
        "9223372036854775807, a, 9223372036854775807, a, serial",
        "5, a, 6, b, lineage",
        "5, a, 4, b, lineage",
        "5, a, 6, A, lineage",
        "5, a, 6,  , written",
        "5, a, 5,  , serial",
        "5, a,  , a, written",
        "5, a,  , b, lineage",
        "5, a,  ,  , lineage",
        "5,  ,  ,  , lineage",
        " , a,  ,  , lineage",
        "5,  , 6, b, written",
        "5,  , 4, b, serial",
        " , a, 1, a, written",
        " , a, 1, b, lineage",
        " ,  ,  ,  , written",
        " ,  , 1, a, written",
    })
    void theDocumentMustFollowTheCurrentOne(
            @Nullable Long serial,
            @Nullable String lineage,
            @Nullable Long nextSerial,
            @Nullable String nextLineage,
            String expected) {
        StateDocument current = Documents.of(serial, lineage, "current");
        StateDocument next = Documents.of(nextSerial, nextLineage, "next");
        backend.put(NAME, current, WRITE);

        assertThat(result(next, WRITE)).isEqualTo(expected);
        assertThat(backend.get(NAME).orElseThrow().document()).isEqualTo(expected.equals("written") ? next : current);
        assertThat(result(next, WRITE.forced())).isEqualTo(expected.equals("written") ? "unchanged" : "written");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"125, b", "124, a", "3, a", "1, b", ", a", ","})
    void anythingMayFollowADocumentWithoutResourcesAndOutputs(@Nullable Long serial, @Nullable String lineage) {
        backend.put(NAME, Documents.empty(124, "a"), WRITE);

        assertThat(result(Documents.of(serial, lineage, "next"), WRITE)).isEqualTo("written");
    }

    @Test
    void anEmptyDocumentMustFollowAFullOne() {
        backend.put(NAME, Documents.of(5L, "a", ""), WRITE);

        assertThat(result(Documents.empty(5, "a"), WRITE)).isEqualTo("serial");
        assertThat(result(Documents.empty(6, "b"), WRITE)).isEqualTo("lineage");
        assertThat(result(Documents.empty(6, "a"), WRITE)).isEqualTo("written");
    }

    @Test
    void anEncryptedDocumentIsNeverTakenForEmpty() {
        backend.put(NAME, StateDocument.parse(Documents.fixture("opentofu-encrypted.tfstate")), WRITE);

        assertThat(result(Documents.of(6L, "3a1f6c1e-6f5d-4a0b-9a2c-0d4d0f5c2b11", ""), WRITE))
                .isEqualTo("serial");
        assertThat(result(Documents.of(8L, "another", ""), WRITE)).isEqualTo("lineage");
    }

    @ParameterizedTest
    @CsvSource({
        "state-push,                  written",
        "migration destination state, written",
        "migration source state,      serial",
        "OperationTypeApply,          serial",
        "State-Push,                  serial",
        "'',                          serial",
    })
    void aPushUnderALockForForcedPushesSkipsSerialAndLineage(String operation, String expected) {
        backend.put(NAME, Documents.of(5L, "a", ""), WRITE);
        lock("holder", operation, LockOptions.none());

        assertThat(result(Documents.of(4L, "a", ""), WRITE.withLock("holder"))).isEqualTo(expected);
        assertThat(result(Documents.of(9L, "b", ""), WRITE.withLock("holder")))
                .isEqualTo(expected.equals("serial") ? "lineage" : expected);
        assertThat(result(Documents.of(10L, "b", ""), WRITE.withLock("other"))).isEqualTo("locked");
        assertThat(result(Documents.of(10L, "b", ""), WRITE)).isEqualTo("locked");
    }

    @ParameterizedTest(name = "current version {0}, {1}: {2}")
    @CsvSource({
        "0, EXISTS,   precondition",
        "0, ABSENT,   written",
        "0, IS 1,     precondition",
        "0, IS_NOT 1, written",
        "2, EXISTS,   written",
        "2, ABSENT,   precondition",
        "2, IS 2,     written",
        "2, IS 1,     precondition",
        "2, IS_NOT 2, precondition",
        "2, IS_NOT 1, written",
    })
    void aPreconditionAsksForTheCurrentVersion(int versions, String condition, String expected) {
        for (int serial = 1; serial <= versions; serial++) {
            backend.put(NAME, Documents.serial(serial), WRITE);
        }
        WriteOptions options = WRITE.when(precondition(condition));

        assertThat(result(Documents.serial(9), options)).isEqualTo(expected);
        assertThat(backend.current(NAME).map(StateVersion::number).orElse(0L))
                .isEqualTo(expected.equals("written") ? versions + 1L : versions);
    }

    @Test
    void everyPreconditionMustHold() {
        backend.put(NAME, Documents.serial(1), WRITE);

        assertThat(result(Documents.serial(2), WRITE.when(Precondition.exists(), Precondition.is(7))))
                .isEqualTo("precondition");
        assertThat(result(Documents.serial(2), WRITE.when(Precondition.exists(), Precondition.is(1))))
                .isEqualTo("written");
    }

    @Test
    void aPreconditionHoldsBackADelete() {
        backend.put(NAME, Documents.serial(1), WRITE);

        assertThatThrownBy(() -> backend.delete(NAME, WRITE.when(Precondition.is(2))))
                .isInstanceOfSatisfying(
                        Conflict.class,
                        conflict -> assertThat(conflict.reason()).isEqualTo(Reason.PRECONDITION));
        assertThat(backend.delete(NAME, WRITE.when(Precondition.is(1)))).isTrue();
        assertThatThrownBy(() -> backend.delete(NAME, WRITE.when(Precondition.exists())))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("has no current document");
    }

    @Test
    void aRefusalSaysWhatIsThereAndWhatCame() {
        backend.put(NAME, Documents.of(5L, "line-a", "s3cr3t-current"), WRITE);

        assertThatThrownBy(() -> backend.put(NAME, Documents.of(4L, "line-a", "s3cr3t-next"), WRITE))
                .hasMessageContainingAll(NAME.value(), "version 1", "serial 5", "older serial 4")
                .hasMessageNotContaining("s3cr3t");
        assertThatThrownBy(() -> backend.put(NAME, Documents.of(5L, "line-a", "s3cr3t-next"), WRITE))
                .hasMessageContaining("the same serial but different content");
        assertThatThrownBy(() -> backend.put(NAME, Documents.of(6L, "line-b", "s3cr3t-next"), WRITE))
                .hasMessageContainingAll("lineage line-a", "'line-b'");
    }

    @Test
    void theSameBytesAgainAreASuccessAndNoNewVersion() {
        WriteResult first = backend.put(NAME, Documents.serial(1), WRITE);
        StateHead before = head();

        WriteResult again =
                backend.put(NAME, StateDocument.parse(Documents.serial(1).toBytes()), WRITE);

        assertThat(first).isEqualTo(new WriteResult(first.version(), true, true));
        assertThat(again).isEqualTo(new WriteResult(first.version(), false, false));
        assertThat(head()).isEqualTo(before);
        assertThat(backend.history(NAME, Long.MAX_VALUE, 10)).hasSize(1);
    }

    @Test
    void theBytesOfAnOlderVersionAreNotARetry() {
        backend.put(NAME, Documents.serial(1), WRITE);
        backend.put(NAME, Documents.serial(2), WRITE);

        assertThat(result(Documents.serial(1), WRITE)).isEqualTo("serial");
    }

    @Test
    void aVersionRecordsTheDocumentAndItsWriter() {
        StateDocument document = StateDocument.parse(Documents.fixture("terraform-v4-small.tfstate"));

        StateVersion version =
                backend.put(NAME, document, WriteOptions.by("ci")).version();

        assertThat(version)
                .isEqualTo(new StateVersion(
                        1,
                        version.id(),
                        StateDocument.Format.TERRAFORM,
                        false,
                        5L,
                        "0cc1d458-7184-3ef1-b05e-7e8d532d4217",
                        document.sha256(),
                        document.size(),
                        MovableClock.START,
                        "ci",
                        "put",
                        0));
        assertThat(version.id()).matches("[0-9a-f]{32}").isEqualTo(head().commit());
    }

    @Test
    void aVersionWrittenUnderALockNamesItsHolderOperationAndFence() {
        lock("holder", "OperationTypeApply", LockOptions.none());
        clock.advance(Duration.ofSeconds(20));

        StateVersion first =
                backend.put(NAME, Documents.serial(1), WRITE.withLock("holder")).version();
        StateVersion second = backend.put(
                        NAME, Documents.serial(2), WriteOptions.by("ci").withLock("holder"))
                .version();

        assertThat(first.author()).isEqualTo("alice@laptop");
        assertThat(first.operation()).isEqualTo("OperationTypeApply");
        assertThat(first.fence()).isEqualTo(1);
        assertThat(first.created()).isEqualTo(MovableClock.START.plusSeconds(20));
        assertThat(second.author())
                .as("who is known to write beats what the lock says")
                .isEqualTo("ci");
    }

    @Test
    void aLockWithoutOperationLeavesPutAsTheOperation() {
        lock("holder", "", LockOptions.none());

        assertThat(backend.put(NAME, Documents.serial(1), WRITE.withLock("holder"))
                        .version()
                        .operation())
                .isEqualTo("put");
    }

    @Test
    void aDeletedStateIsGoneButItsHistoryAndCountersStay() {
        lock("holder", "OperationTypeApply", LockOptions.none());
        backend.put(NAME, Documents.serial(1), WRITE.withLock("holder"));
        backend.unlock(NAME, "holder");
        backend.put(NAME, Documents.serial(2), WRITE);

        assertThat(backend.delete(NAME, WRITE)).isTrue();

        assertThat(backend.get(NAME)).isEmpty();
        assertThat(backend.current(NAME)).isEmpty();
        assertThat(head().tombstone()).isTrue();
        assertThat(backend.history(NAME, Long.MAX_VALUE, 10))
                .extracting(StateVersion::number)
                .containsExactly(2L, 1L);
        assertThat(backend.get(NAME, 2).orElseThrow().document()).isEqualTo(Documents.serial(2));

        WriteResult again = backend.put(NAME, Documents.of(1L, "another", ""), WRITE);
        assertThat(again.created()).isTrue();
        assertThat(again.version().number()).isEqualTo(3);
        assertThat(head().highestSerial()).isEqualTo(2);
        assertThat(lock("next", "", LockOptions.none()).fence()).isEqualTo(2);
    }

    @Test
    void theBytesOfADeletedStateMakeANewVersion() {
        backend.put(NAME, Documents.serial(1), WRITE);
        backend.delete(NAME, WRITE);

        assertThat(backend.put(NAME, Documents.serial(1), WRITE))
                .satisfies(written -> assertThat(written.created()).isTrue())
                .satisfies(written -> assertThat(written.changed()).isTrue())
                .satisfies(written -> assertThat(written.version().number()).isEqualTo(2));
    }

    @Test
    void thereIsNothingToDeleteTwice() {
        assertThat(backend.delete(NAME, WRITE)).isFalse();
        assertThat(store.head(NAME)).isEmpty();

        backend.put(NAME, Documents.serial(1), WRITE);
        lock("holder", "", LockOptions.none());
        backend.delete(NAME, WRITE.withLock("holder"));
        StateHead tombstone = head();

        assertThat(backend.delete(NAME, WRITE.withLock("holder"))).isFalse();
        assertThat(head()).isEqualTo(tombstone);
        assertThat(tombstone.lock()).as("the holder goes on").isNotNull();
    }

    @Test
    void whatWasNeverWrittenIsAbsent() {
        assertThat(backend.get(NAME)).isEmpty();
        assertThat(backend.get(NAME, 1)).isEmpty();
        assertThat(backend.current(NAME)).isEmpty();
        assertThat(backend.history(NAME, Long.MAX_VALUE, 10)).isEmpty();
        assertThat(backend.quarantine(NAME)).isEmpty();
        assertThat(backend.getQuarantined(NAME, "1")).isEmpty();
        assertThat(backend.list(ListQuery.all()).heads()).isEmpty();
    }

    @Test
    void everyKeptVersionCanBeRead() {
        for (int serial = 1; serial <= 3; serial++) {
            backend.put(NAME, Documents.serial(serial), WRITE);
        }

        for (long number = 1; number <= 3; number++) {
            VersionedDocument stored = backend.get(NAME, number).orElseThrow();
            assertThat(stored.version().number()).isEqualTo(number);
            assertThat(stored.document()).isEqualTo(Documents.serial(number));
        }
        assertThat(backend.get(NAME).orElseThrow().version().number()).isEqualTo(3);
        assertThat(backend.history(NAME, 3, 1)).extracting(StateVersion::number).containsExactly(2L);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 2, Long.MAX_VALUE})
    void aVersionThatNeverWasIsAbsent(long number) {
        backend.put(NAME, Documents.serial(1), WRITE);

        assertThat(backend.get(NAME, number)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1001})
    void aHistoryPageHasItsBounds(int limit) {
        assertThatThrownBy(() -> backend.history(NAME, Long.MAX_VALUE, limit))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("limit=" + limit);
    }

    @Test
    void aListingHidesTombstonesAndLockOnlyHeadsUnlessAsked() {
        StateName deleted = StateName.of("deleted");
        StateName locked = StateName.of("locked");
        backend.put(NAME, Documents.serial(1), WRITE);
        backend.put(deleted, Documents.serial(1), WRITE);
        backend.delete(deleted, WRITE);
        backend.lock(locked, LockInfo.of("holder", "", ""), LockOptions.none());

        assertThat(names(false, false)).containsExactly(NAME);
        assertThat(names(true, false)).containsExactly(deleted, NAME);
        assertThat(names(false, true)).containsExactly(locked, NAME);
        assertThat(names(true, true)).containsExactly(deleted, locked, NAME);
    }

    private List<StateName> names(boolean deleted, boolean locked) {
        ListQuery query = new ListQuery("", null, 10, deleted, locked);
        return backend.list(query).heads().stream().map(StateHead::name).toList();
    }

    @Test
    void timeComesFromTheClockAlone() {
        clock.advance(Duration.between(MovableClock.START, Instant.EPOCH));

        assertThat(backend.put(NAME, Documents.serial(1), WRITE).version().created())
                .isEqualTo(Instant.EPOCH);
        assertThat(lock("holder", "", LockOptions.none()).acquired()).isEqualTo(Instant.EPOCH);
        assertThat(head().changed()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void closingTheBackendClosesItsStore() {
        backend.close();

        Unavailable refusal = catchThrowableOfType(Unavailable.class, () -> backend.get(NAME));
        assertThat(refusal.outcomeUnknown()).isFalse();
        assertThat(backend.check().healthy()).isFalse();
    }
}
