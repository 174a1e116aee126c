package io.kolumn.state.store.local;

import static io.kolumn.state.StateStoreContractTransitions.NOW;
import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.delete;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static io.kolumn.state.store.local.LocalFolder.commit;
import static io.kolumn.state.store.local.LocalFolder.current;
import static io.kolumn.state.store.local.LocalFolder.large;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.ListQuery;
import io.kolumn.state.MovedTo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import io.kolumn.state.store.HeadJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log of a state: what a crash leaves of a record, what a flipped bit does, and what is dead. */
class LocalLogTest {

    private static final StateName PROD = StateName.of("prod");

    @TempDir
    Path temporary;

    private LocalFolder folder;
    private LocalStore store;
    private Path log;

    @BeforeEach
    void openTheStore() {
        folder = new LocalFolder(temporary);
        store = folder.open();
        log = folder.head("prod");
    }

    @AfterEach
    void closeTheStore() {
        folder.close();
    }

    // Records that were not written to their end.

    @Test
    void aRecordThatIsCutOffAtAnyByteIsNoneAndTheNextTakesItsPlace() throws IOException {
        StateHead first = commit(store, create(PROD, document(1)));
        int end = (int) Files.size(log);
        StateHead second = commit(store, write(first, document(2)));
        byte[] whole = Files.readAllBytes(log);
        for (int length = end; length < whole.length; length++) {
            Files.write(log, Arrays.copyOf(whole, length));
            assertThat(store.head(PROD)).as("%s bytes", length).contains(first);
            assertThat(store.list(ListQuery.all()).heads()).containsExactly(first);
            assertThat(store.commit(write(second, document(3)))).isFalse();

            StateHead next = commit(store, write(first, document(4)));

            assertThat(store.content(PROD, current(next))).contains(document(4));
            assertThat(store.content(PROD, current(first))).contains(document(1));
            assertThat(whole(next)).isTrue();
        }
        Files.write(log, whole);
        assertThat(store.head(PROD)).contains(second);
    }

    /** Whether the log ends with its last record, and a store that remembers nothing reads the same. */
    private boolean whole(StateHead expected) throws IOException {
        FileStamp stamp = FileStamp.of(log).orElseThrow();
        LogView view = new LogReader(log, stamp).view(PROD);
        return view.end() == stamp.size() && view.indexed().head().equals(expected);
    }

    /** As a power cut leaves them: the length of the file is there, and some of what was written is not. */
    @Test
    void aRecordOfWhichASectorIsZerosIsNone() throws IOException {
        StateHead first = commit(store, create(PROD, document(1)));
        int end = (int) Files.size(log);
        commit(store, write(first, noise(40_000)));
        byte[] whole = Files.readAllBytes(log);
        for (int from = end; from < whole.length; from = (from / 512 + 1) * 512) {
            byte[] torn = whole.clone();
            Arrays.fill(torn, from, Math.min(torn.length, (from / 512 + 1) * 512), (byte) 0);
            Files.write(log, torn);
            assertThat(store.head(PROD)).as("zeros from %s", from).contains(first);
        }
        commit(store, write(first, document(3)));
        assertThat(Files.readString(log)).doesNotContain("\u0000");
    }

    private static StateDocument noise(int length) {
        return StateDocument.parse(
                "{\"serial\": 2, \"lineage\": \"contract\", \"noise\": \"" + "x".repeat(length) + "\"}");
    }

    @Test
    void aLogWithoutAWholeRecordIsAFault() throws IOException {
        commit(store, create(PROD, document(1)));
        byte[] whole = Files.readAllBytes(log);
        for (int length = 0; length < whole.length; length++) {
            Files.write(log, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> store.head(PROD))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("'prod'");
            assertThatThrownBy(() -> store.commit(create(PROD, document(2)))).isInstanceOf(Unavailable.class);
        }
    }

    // Damage.

    @Test
    void aBitThatIsFlippedInTheLastRecordIsFoundAndTheVersionBeforeIsReadable() throws IOException {
        StateHead first = commit(store, create(PROD, document(1)));
        int end = (int) Files.size(log);
        StateHead head = commit(store, write(first, document(2)));
        byte[] whole = Files.readAllBytes(log);
        long begin = end + LogRecord.LINE;
        for (int at = end; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(log, flipped);

            if (at >= begin && at < begin + current(head).size()) {
                assertThat(store.head(PROD)).as("byte %s", at).contains(head);
                assertThatThrownBy(() -> store.content(PROD, current(head)))
                        .hasMessageContaining("Version 2 of state 'prod'")
                        .hasMessageContaining("damaged");
            } else {
                assertThatThrownBy(() -> store.head(PROD))
                        .as("byte %s", at)
                        .isInstanceOf(Unavailable.class)
                        .hasMessageContaining("state 'prod'")
                        .hasMessageContaining(log + " is damaged at byte " + end);
                assertThatThrownBy(() -> store.commit(write(head, document(3)))).isInstanceOf(Unavailable.class);
                assertThat(store.history(PROD, 10, 10)).containsExactly(current(first));
            }
            assertThat(store.content(PROD, current(first))).contains(document(1));
            assertThat(Files.readAllBytes(log)).isEqualTo(flipped);
        }
    }

    @Test
    void aBitThatIsFlippedInAnEarlierRecordHarmsNothingButItsDocument() throws IOException {
        StateHead first = commit(store, create(PROD, document(1)));
        int end = (int) Files.size(log);
        StateHead head = commit(store, write(first, document(2)));
        byte[] whole = Files.readAllBytes(log);
        long begin = LogView.FIRST_LINE.length + LogRecord.LINE;
        for (int at = LogView.FIRST_LINE.length; at < end; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(log, flipped);

            assertThat(store.head(PROD)).contains(head);
            assertThat(store.content(PROD, current(head))).contains(document(2));
            if (at >= begin && at < begin + current(first).size()) {
                assertThatThrownBy(() -> store.content(PROD, current(first)))
                        .hasMessageContaining("Version 1 of state 'prod'")
                        .hasMessageContaining("damaged");
            } else {
                assertThat(store.content(PROD, current(first))).contains(document(1));
            }
        }
    }

    @Test
    void aDamagedLogGoesBackAsItsFaultSays() throws Exception {
        StateHead first = commit(store, create(PROD, document(1)));
        int end = (int) Files.size(log);
        commit(store, write(first, document(2)));
        byte[] flipped = Files.readAllBytes(log);
        flipped[flipped.length - 3] ^= 1;
        Files.write(log, flipped);

        String said = "truncate -s " + end + " " + log;
        assertThatThrownBy(() -> store.head(PROD)).hasMessageContaining(said);
        assertThat(new ProcessBuilder(said.split(" ", -1)).start().waitFor()).isZero();

        assertThat(store.head(PROD)).contains(first);
        commit(store, write(first, document(3)));
    }

    // What is dead.

    @Test
    void whatIsDeadDoesNotPileUp() throws IOException {
        StateHead head = commit(store, create(PROD, document(1)));
        for (int serial = 2; serial < 300; serial++) {
            head = commit(store, lock(head, lock("l" + serial, serial)));
            head = commit(store, write(head, document(serial), current(head)));
            assertThat(Files.size(log)).isLessThan(80 * 1024);
        }
        assertThat(whole(head)).isTrue();
        assertThat(LocalFolder.files(folder.inside("prod"))).containsExactly("+head");
        assertThat(folder.reopen().head(PROD)).contains(head);
    }

    @Test
    void aLogThatIsWrittenAnewKeepsEveryVersionThatIsKept() throws IOException {
        StateHead head = commit(store, create(PROD, noise(30_000)));
        List<StateVersion> kept = List.of(current(head));
        for (int serial = 2; serial < 40; serial++) {
            StateDocument document = serial % 9 == 0 ? large(serial) : document(serial);
            head = commit(store, write(head, document));
            head = commit(store, lock(head, lock("l".repeat(200), serial)));
            kept = store.history(PROD, 100, 100);
        }
        assertThat(kept).hasSize(39);
        LocalStore again = folder.reopen();
        assertThat(again.history(PROD, 100, 100)).isEqualTo(kept);
        for (StateVersion version : kept) {
            assertThat(again.content(PROD, version))
                    .hasValueSatisfying(
                            there -> assertThat(version.describes(there)).isTrue());
        }
        assertThat(FileStamp.of(log).orElseThrow().size()).isLessThan(250_000);
    }

    @Test
    void anotherStoreThatRemembersTheOldFileReadsTheNewOne() throws IOException {
        LocalStore other = folder.open();
        StateHead head = commit(store, create(PROD, document(1)));
        StateVersion first = current(head);
        for (int round = 0; round < 20; round++) {
            assertThat(other.head(PROD)).contains(head);
            StateVersion[] dropped = round == 0 ? new StateVersion[0] : new StateVersion[] {current(head)};
            head = commit(store, write(head, noise(8_000 + round), dropped));
            store.clear(PROD, 0);
            assertThat(other.content(PROD, first)).contains(document(1));
            assertThat(other.content(PROD, current(head))).contains(noise(8_000 + round));
        }
    }

    /** Between the look and the read: there the same place has other bytes. */
    @Test
    void aLogThatIsWrittenAnewWhileADocumentIsReadIsReadAgain() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        StateDocument sealed = StateDocument.sealed(List.of(new byte[] {1, 2, 3}));
        StateHead head = commit(store, create(PROD, noise(50)));
        StateHead second = commit(store, write(head, sealed, current(head)));
        try (LocalStore other =
                new LocalStore(LocalSettings.at(disk.through(temporary).resolve("kolumn.klstate")), Duration.ZERO)) {
            assertThat(other.head(PROD)).contains(second);
            disk.reset(new FaultyDisk.Fault() {
                private boolean done;

                @Override
                public void before(FaultyDisk.Step step, Path file) {}

                @Override
                public void opening(Path file) {
                    if (!done && file.endsWith("+head")) {
                        done = true;
                        store.clear(PROD, 0);
                    }
                }
            });

            assertThat(other.content(PROD, current(second)))
                    .hasValueSatisfying(read -> assertThat(read.toBytes()).containsExactly(1, 2, 3));
        }
    }

    /** The plain file cannot be written, as on a full disk, while its version leaves the log. */
    @Test
    void aPlainFileThatIsBehindALogWrittenAnewIsNoEdit() throws IOException {
        StateHead head = commit(store, create(PROD, document(1)));
        Path obstacle = folder.write("+tmp-prod/in/the.way", "x");
        for (int serial = 2; serial < 60; serial++) {
            head = commit(store, write(head, noise(8_000 + serial), current(head)));
        }
        assertThat(Files.readString(log)).doesNotContain(new String(document(1).toBytes(), StandardCharsets.UTF_8));
        assertThat(folder.file("prod.klstate")).hasBinaryContent(document(1).toBytes());

        Files.delete(obstacle);
        Files.delete(folder.file("+tmp-prod/in"));
        Files.delete(folder.file("+tmp-prod"));
        folder.reopen();

        assertThat(folder.file("prod.klstate")).hasBinaryContent(noise(8_059).toBytes());
        assertThat(folder.open().attachments(PROD)).isEmpty();
    }

    @Test
    void whereAStateWasMovedAwayNothingOfItStays() throws IOException {
        StateHead head = commit(store, create(PROD, StateDocument.parse("{\"secret\": \"first\"}")));
        MovedTo to = new MovedTo(
                StateName.of("new"),
                NOW,
                NOW.plusSeconds(60),
                "ada",
                current(head).id());
        StateHead moved =
                commit(store, new Transition(head, head.movedAway(to, "random"), null, store.history(PROD, 10, 10)));

        assertThat(Files.readString(log)).contains("moved").doesNotContain("secret");
        assertThat(folder.reopen().head(PROD)).contains(moved);
    }

    @Test
    void whatWasPurgedIsInNoFile() throws IOException {
        StateHead head = commit(store, create(PROD, StateDocument.parse("{\"secret\": \"first\"}")));
        StateHead second = commit(store, write(head, StateDocument.parse("{\"other\": \"second\"}"), current(head)));
        assertThat(Files.readString(log)).contains("\"first\"");

        store.deleteContent(PROD, current(head));
        store.clear(PROD, 0);

        assertThat(Files.readString(log)).doesNotContain("first").contains("second");
        assertThat(store.head(PROD)).contains(second);
    }

    // Bytes.

    /** What the documentation says of the bytes, read by nothing of the store. */
    @Test
    void theBytesAreAsDescribed() throws IOException {
        StateHead head = commit(store, create(PROD, document(1)));
        head = commit(store, lock(head, lock("abc", 1)));
        head = commit(store, delete(head));
        String text = Files.readString(log, StandardCharsets.ISO_8859_1);
        assertThat(text).startsWith("{\"layout\":2}\n");

        int at = 13;
        int before = 0;
        for (String kind : List.of("version", "lock", "deletion")) {
            String line = text.substring(at, at + 79);
            assertThat(line).matches("%-8s (\\d{12} ){4}[0-9a-f]{8} [0-9a-f]{8}\n".formatted(kind));
            String[] fields = line.strip().split(" +", -1);
            assertThat(Integer.parseInt(fields[2])).isEqualTo(before);
            int content = Integer.parseInt(fields[3]);
            int length = 79 + content + Integer.parseInt(fields[4]) + 79;
            assertThat(text.substring(at + length - 79, at + length)).isEqualTo(line);
            assertThat(text.substring(at + 79, at + 79 + content))
                    .isEqualTo(kind.equals("version") ? new String(document(1).toBytes(), StandardCharsets.UTF_8) : "");
            assertThat(text.substring(at + 79 + content, at + length - 79))
                    .startsWith("{\"layout\":1,\"name\":\"prod\"")
                    .endsWith("\n1@92 \n");
            before = at;
            at += length;
        }
        assertThat(at).isEqualTo(text.length());
        assertThat(whole(head)).isTrue();
    }

    /** Releases without logs read the file as a head. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEarlierReleaseSaysThatANewerOneWroteIt(boolean indexed) throws IOException {
        commit(store, create(PROD, document(1)));
        byte[] bytes = Files.readAllBytes(log);
        assertThatThrownBy(() -> {
                    var _ = indexed ? HeadJson.indexed(bytes) : HeadJson.head(bytes);
                })
                .isInstanceOf(IOException.class)
                .hasMessage("it was written by a newer release (layout 2, this one knows up to 1)");
    }
}
