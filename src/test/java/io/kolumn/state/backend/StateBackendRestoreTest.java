package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.Documents;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.LostAnswerStore;
import io.kolumn.state.LostAnswerStore.Fate;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bringing back what was, and what was current when. */
public class StateBackendRestoreTest {

    private static final StateName NAME = StateName.of("team-a/network/prod");
    private static final WriteOptions WRITE = WriteOptions.none();

    /** The size of the pieces in which a document is kept. */
    private static final int PIECE = 256 * 1024;

    /** What the rules stand on; other stores run the same tests. */
    protected StateStore newStore() {
        return new MemoryStore();
    }

    @AfterEach
    void closeTheStore() {
        below.close();
    }

    private final MovableClock clock = new MovableClock();
    private final StateStore below = newStore();
    private final LostAnswerStore store = new LostAnswerStore(below);
    private final StateBackend backend = new StateBackend(store, clock, BackendSettings.defaults());
    private final StateBackend others = new StateBackend(below, clock, BackendSettings.defaults());

    /** The content of one serial under another. */
    private static StateDocument of(long content, long serial) {
        return Documents.serial(serial, "of " + content);
    }

    private StateVersion put(long serial) {
        clock.advance(Duration.ofMinutes(1));
        return others.put(NAME, of(serial, serial), WRITE).version();
    }

    private RestoreResult restore(long number, WriteOptions options) {
        return backend.restore(NAME, number, options, size -> {});
    }

    private RestoreResult restore(long number) {
        return restore(number, WRITE);
    }

    private StateDocument current() {
        return others.get(NAME).orElseThrow().document();
    }

    private String quarantined(StateDocument document) {
        return Objects.requireNonNull(
                catchThrowableOfType(Conflict.class, () -> others.put(NAME, document, WRITE.withLock("lost")))
                        .quarantined());
    }

    // Versions.

    @Test
    void anOlderVersionIsTheCurrentOneAgainWithAHigherSerial() {
        put(5);
        put(9);

        RestoreResult restored = restore(1, WriteOptions.by("ada"));

        assertThat(restored.version().number()).isEqualTo(3);
        assertThat(restored.version().operation()).isEqualTo("restore of 1");
        assertThat(restored.version().author()).isEqualTo("ada");
        assertThat(restored.serial()).isEqualTo(RestoreResult.Serial.RAISED);
        assertThat(List.of(restored.changed(), restored.created())).containsExactly(true, false);
        assertThat(current()).isEqualTo(of(5, 10));
        assertThat(current().toBytes())
                .isEqualTo(new String(of(5, 5).toBytes(), StandardCharsets.UTF_8)
                        .replace("\"serial\": 5", "\"serial\": 10")
                        .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aClientGoesOnFromARestoredVersion() {
        put(5);
        put(9);
        restore(1);

        assertThat(others.put(NAME, Documents.serial(11), WRITE).version().number())
                .isEqualTo(4);
    }

    @Test
    void theHighestSerialEverCountsNotThatOfTheCurrentDocument() {
        put(5);
        put(90);
        others.put(NAME, Documents.serial(6), WRITE.forced());

        restore(1);

        assertThat(current().serial()).isEqualTo(91);
    }

    @Test
    void aDeletedStateIsThereAgain() {
        put(5);
        put(6);
        others.delete(NAME, WRITE);

        RestoreResult restored = restore(2);

        assertThat(restored.created()).isTrue();
        assertThat(restored.version().number()).isEqualTo(3);
        assertThat(current()).isEqualTo(of(6, 7));
    }

    static Stream<String> documentsOfEveryShape() {
        return Stream.of(
                "{\"serial\":5,\"version\":4,\"lineage\":\"a\",\"outputs\":{\"serial\":{\"value\":5}}}",
                "\r\n\t{ \"outputs\":{\"serial\":5,\"x\":[{\"serial\":5}]} , \"serial\" \n:\t 5 , \"version\":4}\n\n",
                "{\"käse \\u0041\":\"日本 🧀\",\"version\":4,\"lineage\":\"\\\"serial\\\": 5\",\"serial\":5}",
                "{\"version\":4,\"resources\":[{\"serial\":5}],\"noise\":\"" + "ü".repeat(300_000) + "\",\"serial\":5}",
                "{\"version\":4,\"resources\":[],\"noise\":\"" + "x".repeat(PIECE - 45) + "\",\"serial\":5}",
                "{\"version\":0,\"serial\":5,\"lineage\":\"k\",\"providers\":{},\"metadata\":{}}");
    }

    @ParameterizedTest
    @MethodSource("documentsOfEveryShape")
    void nothingButTheDigitsOfTheSerialChanges(String text) {
        others.put(NAME, StateDocument.parse(text), WRITE);
        others.put(NAME, Documents.serial(99_999), WRITE.forced());

        restore(1);

        String restored = new String(current().toBytes(), StandardCharsets.UTF_8);
        int at = restored.indexOf("100000");
        assertThat(at).isPositive();
        assertThat(restored.substring(0, at) + "5" + restored.substring(at + 6)).isEqualTo(text);
        assertThat(current().serial()).isEqualTo(100_000);
    }

    @Test
    void theSerialIsFoundWhereverAPieceOfTheDocumentEnds() {
        for (int padding = 0; padding < 64; padding++) {
            String before = "{\"version\":4,\"noise\":\"" + "x".repeat(8000 - 32 + padding) + "\",\"serial\":";
            StateDocument document = StateDocument.parse(before + "12345,\"z\":1}");

            StateDocument replaced = document.withSerial(7);

            assertThat(replaced.toBytes()).isEqualTo((before + "7,\"z\":1}").getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void anEncryptedDocumentGoesBackExactlyAsItWas() {
        StateDocument encrypted = StateDocument.parse(Documents.fixture("opentofu-encrypted.tfstate"));
        others.put(NAME, encrypted, WRITE);
        others.put(NAME, Documents.serial(1_000_000), WRITE.forced());

        RestoreResult restored = restore(1);

        assertThat(current()).isEqualTo(encrypted);
        assertThat(restored.serial()).isEqualTo(RestoreResult.Serial.UNCHANGED);
        assertThat(restored.version().number()).isEqualTo(3);
        assertThat(below.head(NAME).orElseThrow().highestSerial()).isEqualTo(1_000_000);
    }

    @Test
    void aDocumentWithoutASerialGoesBackAsItWas() {
        StateDocument newer = StateDocument.parse(Documents.fixture("kolumn-universal-newer.klstate"));
        others.put(NAME, newer, WRITE);
        others.put(NAME, Documents.serial(7), WRITE);

        assertThat(restore(1).serial()).isEqualTo(RestoreResult.Serial.NONE);

        assertThat(current()).isEqualTo(newer);
    }

    @Test
    void nothingFollowsTheHighestSerialThereIs() {
        put(5);
        put(Long.MAX_VALUE);

        assertThatThrownBy(() -> restore(1))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("highest possible serial");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 3, Long.MAX_VALUE})
    void aVersionThatIsNotKeptIsNotFound(long number) {
        put(5);
        put(6);

        assertThatThrownBy(() -> restore(number)).isInstanceOf(NotFound.class).hasMessageContaining(NAME.value());
    }

    @ParameterizedTest(name = "holder {0}, id {1}: {2}")
    @CsvSource({
        "true,  holder, done",
        "true,  other,  locked",
        "true,  ,       locked",
        "false, ,       done",
        "false, other,  conflict",
    })
    void theLockDecidesWhoRestores(boolean held, String id, String expected) {
        put(5);
        put(6);
        if (held) {
            others.lock(NAME, LockInfo.of("holder", "alice@laptop", "apply"), LockOptions.none());
        }

        assertThat(outcome(WRITE.withLock(id))).isEqualTo(expected);

        assertThat(current().serial()).isEqualTo(expected.equals("done") ? 7L : 6L);
        assertThat(others.quarantine(NAME))
                .as("a refused restore is in the history anyway")
                .isEmpty();
    }

    private String outcome(WriteOptions options) {
        try {
            restore(1, options);
            return "done";
        } catch (Locked | Conflict refusal) {
            return refusal.code();
        }
    }

    @Test
    void aRestoreUnderALockIsOfItsSession() {
        put(5);
        put(6);
        Lock lock = others.lock(NAME, LockInfo.of("id", "alice@laptop", "apply"), LockOptions.none())
                .lock();

        StateVersion version = restore(1, WRITE.withLock("id")).version();

        assertThat(version.fence()).isEqualTo(lock.fence());
        assertThat(version.author()).isEqualTo("alice@laptop");
        assertThat(others.lockOf(NAME)).contains(lock);
    }

    @Test
    void preconditionsAreObeyed() {
        put(5);
        put(6);

        Conflict refusal = catchThrowableOfType(Conflict.class, () -> restore(1, WRITE.when(Precondition.is(1))));

        assertThat(refusal.reason()).isEqualTo(Conflict.Reason.PRECONDITION);
        assertThat(restore(1, WRITE.when(Precondition.is(2))).changed()).isTrue();
    }

    @Test
    void aRestoreCountsForTheRetention() {
        StateBackend two =
                new StateBackend(below, clock, BackendSettings.defaults().keeping(2, null));
        put(5);
        put(6);

        two.restore(NAME, 1, WRITE, size -> {});

        assertThat(others.history(NAME, 100, 100))
                .extracting(StateVersion::number)
                .containsExactly(3L, 2L);
        assertThat(current()).isEqualTo(of(5, 7));
    }

    @Test
    void restoringWhatIsCurrentChangesNothing() {
        put(5);
        put(6);

        assertThat(restore(2))
                .matches(restored -> !restored.changed())
                .extracting(RestoreResult::version)
                .isEqualTo(others.current(NAME).orElseThrow());
    }

    @Test
    void roomIsAskedForBeforeAnythingIsRead() {
        put(5);
        put(6);

        assertThatThrownBy(() -> backend.restore(NAME, 1, WRITE, size -> {
                    throw new Unavailable("no room for " + size, null);
                }))
                .hasMessage("no room for " + 2 * of(5, 5).size());
    }

    // Answers that are lost.

    @ParameterizedTest
    @EnumSource(
            value = Fate.class,
            mode = Mode.EXCLUDE,
            names = {"ANSWERED", "FAILED"})
    void aRestoreWhoseAnswerIsLostHappensOnce(Fate fate) {
        put(5);
        put(6);
        store.next(fate);

        assertThat(restore(1).version().number()).isEqualTo(3);

        assertThat(others.history(NAME, 100, 100)).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fate.class,
            mode = Mode.EXCLUDE,
            names = {"ANSWERED", "FAILED"})
    void aRestoreThatIsTriedAgainHappensOnce(Fate fate) {
        put(5);
        put(6);
        store.next(fate, Fate.NEVER, Fate.NEVER, Fate.NEVER);
        try {
            restore(1);
        } catch (Unavailable unknown) {
            assertThat(unknown.outcomeUnknown()).isTrue();
        }

        assertThat(restore(1).version().number()).isEqualTo(3);

        assertThat(others.history(NAME, 100, 100)).hasSize(3);
        assertThat(current()).isEqualTo(of(5, 7));
    }

    @Test
    void aRestoreOfUnknownOutcomeDoesNotTakeAwayWhatOthersWroteSince() {
        put(5);
        put(6);
        store.next(Fate.NEVER).meanwhile(() -> put(8));

        assertThatThrownBy(() -> restore(1))
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        unknown -> assertThat(unknown.outcomeUnknown()).isTrue());

        assertThat(current()).isEqualTo(of(8, 8));
    }

    // The quarantine.

    @Test
    void aDocumentThatWasSetAsideIsAVersionAndSetAsideNoMore() {
        put(5);
        String id = quarantined(Documents.serial(6, "what an apply did"));
        String stays = quarantined(Documents.serial(6, "another"));

        RestoreResult restored = backend.restoreQuarantined(NAME, id, WRITE, size -> {});

        assertThat(restored.quarantined()).isEqualTo(id);
        assertThat(restored.version().operation()).isEqualTo("restore of set aside " + id);
        assertThat(current()).isEqualTo(Documents.serial(6, "what an apply did"));
        assertThat(others.quarantine(NAME)).extracting(StateVersion::id).containsExactly(stays);
    }

    @Test
    void aSerialThatIsAboveAllIsKept() {
        put(5);
        String id = quarantined(Documents.serial(50));

        backend.restoreQuarantined(NAME, id, WRITE, size -> {});

        assertThat(current()).isEqualTo(Documents.serial(50));
    }

    @Test
    void aDocumentThatIsCurrentAnywayIsRestoredAndFoundBySecondTry() {
        put(5);
        String id = quarantined(Documents.serial(6, "x"));
        others.put(NAME, Documents.serial(6, "x"), WRITE);

        RestoreResult first = backend.restoreQuarantined(NAME, id, WRITE, size -> {});

        assertThat(first.version().number()).isEqualTo(3);
        assertThat(current()).isEqualTo(Documents.serial(7, "x"));
        assertThat(backend.restoreQuarantined(NAME, id, WRITE, size -> {}).version())
                .isEqualTo(first.version());
    }

    @Test
    void aRefusedRestoreLeavesTheDocumentSetAside() {
        put(5);
        String id = quarantined(Documents.serial(6, "x"));
        others.lock(NAME, LockInfo.of("id", "ada", ""), LockOptions.none());

        assertThatThrownBy(() -> backend.restoreQuarantined(NAME, id, WRITE, size -> {}))
                .isInstanceOf(Locked.class);

        assertThat(others.quarantine(NAME)).extracting(StateVersion::id).containsExactly(id);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fate.class,
            mode = Mode.EXCLUDE,
            names = {"ANSWERED", "FAILED"})
    void aDocumentWhoseRestoreIsTriedAgainIsRestoredOnce(Fate fate) {
        put(5);
        String id = quarantined(Documents.serial(6, "x"));
        store.next(fate, Fate.NEVER, Fate.NEVER, Fate.NEVER);
        try {
            backend.restoreQuarantined(NAME, id, WRITE, size -> {});
        } catch (Unavailable unknown) {
            assertThat(unknown.outcomeUnknown()).isTrue();
        }

        assertThat(backend.restoreQuarantined(NAME, id, WRITE, size -> {})
                        .version()
                        .number())
                .isEqualTo(2);

        assertThat(others.history(NAME, 100, 100)).hasSize(2);
        assertThat(others.quarantine(NAME)).isEmpty();
    }

    @Test
    void aSecondTryFindsThatItWasRestored() {
        put(5);
        String id = quarantined(Documents.serial(6, "x"));
        RestoreResult first = backend.restoreQuarantined(NAME, id, WRITE, size -> {});
        put(9);

        RestoreResult again = backend.restoreQuarantined(NAME, id, WRITE, size -> {});

        assertThat(again).isEqualTo(new RestoreResult(first.version(), false, false, id));
        assertThat(current()).isEqualTo(of(9, 9));
    }

    @Test
    void aCrashBeforeItLeftTheQuarantineIsMendedByASecondTry() {
        put(5);
        String id = quarantined(Documents.serial(6, "x"));
        StateStore failing = new ForwardingStore(below) {
            @Override
            public void deleteContent(StateName name, StateVersion version) {
                throw new Unavailable("The storage went away, by the test.", null);
            }
        };
        StateBackend there = new StateBackend(failing, clock, BackendSettings.defaults());
        assertThat(there.restoreQuarantined(NAME, id, WRITE, size -> {}).changed())
                .isTrue();
        assertThat(others.quarantine(NAME)).hasSize(1);

        assertThat(backend.restoreQuarantined(NAME, id, WRITE, size -> {}).changed())
                .isFalse();

        assertThat(others.quarantine(NAME)).isEmpty();
        assertThat(others.history(NAME, 100, 100)).hasSize(2);
    }

    @Test
    void whatWasNeverSetAsideIsNotFound() {
        put(5);

        assertThatThrownBy(() -> backend.restoreQuarantined(NAME, "nothing", WRITE, size -> {}))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("'nothing'");
    }

    // Points in time.

    private static Instant minute(double minutes) {
        return MovableClock.START.plusSeconds(Math.round(60 * minutes));
    }

    private String at(double minutes) {
        return backend.at(NAME, minute(minutes))
                .map(found -> found.version().number() + (found.certain() ? "" : "?"))
                .orElse("none");
    }

    @Test
    void theVersionThatWasCurrentThenIsFound() {
        IntStream.rangeClosed(1, 3).forEach(this::put);

        assertThat(Stream.of(0.5, 1.0, 1.5, 2.0, 2.99, 3.0, 1000.0).map(this::at))
                .containsExactly("none", "1", "1", "2", "2", "3", "3");
    }

    @Test
    void aDeletedStateWasThereUntilItWasDeletedWhateverItsLockDidSince() {
        put(1);
        clock.advance(Duration.ofMinutes(1));
        others.delete(NAME, WRITE);
        clock.advance(Duration.ofMinutes(1));
        others.lock(NAME, LockInfo.of("id", "ada", ""), LockOptions.none());
        clock.advance(Duration.ofMinutes(1));
        others.unlock(NAME, "id");

        assertThat(Stream.of(0.5, 1.0, 1.99, 2.0, 3.5, 9.0).map(this::at))
                .containsExactly("none", "1", "1", "none", "none", "none");
    }

    /** Not recorded: what stands in the contract of {@link StateBackend#at}. */
    @Test
    void aDeletionBeforeANewDocumentIsNotSeen() {
        put(1);
        others.delete(NAME, WRITE);
        put(2);

        assertThat(Stream.of(1.5, 2.0).map(this::at)).containsExactly("1", "2");
    }

    @Test
    void whereVersionsAreNoLongerKeptTheAnswerSaysSo() {
        put(1);
        others.lock(NAME, LockInfo.of("id", "ada", ""), LockOptions.none());
        for (int serial = 2; serial <= 4; serial++) {
            clock.advance(Duration.ofMinutes(1));
            others.put(NAME, Documents.serial(serial), WRITE.withLock("id"));
        }
        others.unlock(NAME, "id");
        put(5);

        assertThat(Stream.of(1.5, 2.5, 4.0, 5.0).map(this::at)).containsExactly("1?", "1?", "4", "5");
    }

    @Test
    void aLongHistoryIsReadAsFarAsNeeded() {
        IntStream.rangeClosed(1, 100).forEach(this::put);
        StateBackend all =
                new StateBackend(below, clock, BackendSettings.defaults().keeping(1000, null));
        for (int serial = 101; serial <= 350; serial++) {
            clock.advance(Duration.ofMinutes(1));
            all.put(NAME, Documents.serial(serial), WRITE);
        }

        assertThat(Stream.of(1.0, 50.5, 250.0, 351.0).map(this::at)).containsExactly("1", "50", "250", "350");
    }

    /** As a replica does whose clock is behind that of the one before. */
    private void clockJumpsBack() {
        clock.advance(Duration.ofHours(-2));
    }

    @Test
    void timesOfVersionsNeverRunBackwardsWhateverTheClockSays() {
        put(1);
        clockJumpsBack();
        put(2);
        clockJumpsBack();
        restore(1);
        clockJumpsBack();
        put(5);

        List<StateVersion> newestFirst = others.history(NAME, Long.MAX_VALUE, 10);
        assertThat(newestFirst).hasSize(4);
        assertThat(newestFirst.reversed())
                .isSortedAccordingTo(Comparator.comparing(StateVersion::created))
                .extracting(StateVersion::created)
                .doesNotHaveDuplicates();
        for (StateVersion version : newestFirst) {
            assertThat(others.at(NAME, version.created()).orElseThrow().version())
                    .isEqualTo(version);
        }
    }

    @Test
    void aDeletionIsLaterThanWhatItDeletesAndEarlierThanWhatFollows() {
        StateVersion before = put(1);
        clockJumpsBack();
        others.delete(NAME, WRITE);
        assertThat(others.at(NAME, before.created()).orElseThrow().version()).isEqualTo(before);
        Instant deleted = others.head(NAME).orElseThrow().changed();
        assertThat(deleted).isAfter(before.created());
        assertThat(others.at(NAME, deleted)).isEmpty();

        clockJumpsBack();
        assertThat(put(2).created()).isAfter(deleted);
    }

    /** The clock of a backend is read after the head, so that it is no older than what the head tells of. */
    @Test
    void theClockIsReadAfterTheHead() {
        List<String> order = new ArrayList<>();
        StateStore watched = new ForwardingStore(below) {
            @Override
            public Optional<StateHead> head(StateName name) {
                order.add("head");
                return super.head(name);
            }

            @Override
            public Optional<StateHead> recent(StateName name) {
                return Optional.empty();
            }
        };
        Clock noted = new Clock() {
            @Override
            public Instant instant() {
                order.add("clock");
                return clock.instant();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        new StateBackend(watched, noted, BackendSettings.defaults()).put(NAME, of(1, 1), WRITE);

        assertThat(order).containsExactly("head", "clock");
    }

    @Test
    void whatNeverWasIsNotFoundAtAnyTime() {
        assertThat(at(5)).isEqualTo("none");
    }
}
