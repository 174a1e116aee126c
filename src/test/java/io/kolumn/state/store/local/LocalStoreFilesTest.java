package io.kolumn.state.store.local;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.record;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static io.kolumn.state.store.local.LocalFolder.commit;
import static io.kolumn.state.store.local.LocalFolder.current;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.Transition;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.store.TinyDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the store makes of its folder, and what it does when the folder, the disk or a file is not as it should be. */
class LocalStoreFilesTest {

    private static final StateName PROD = StateName.of("prod");
    private static final StateName NESTED = StateName.of("team-a/prod");

    @TempDir
    Path temporary;

    private LocalFolder folder;

    @BeforeEach
    void nameTheFolder() {
        folder = new LocalFolder(temporary);
    }

    @AfterEach
    void closeTheStores() {
        folder.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"number\": 0}", "{\"number\": 0, \"format\": \"OF A NEWER RELEASE\"}"})
    void aDamagedRecordOfWhatWasSetAsideIsNamed(String record) throws IOException {
        LocalStore store = folder.open();
        commit(store, create(PROD, document(1)));
        Path file = folder.write(".kolumn.klstate.d/prod/+aside-x.json", record);

        assertThatThrownBy(() -> store.attachments(PROD))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("state 'prod'")
                .hasMessageContaining(file + " is damaged");
    }

    // Permissions and names.

    @ParameterizedTest
    @CsvSource({"600, rw-------, rwx------", "644, rw-r--r--, rwxr-xr-x", "660, rw-rw----, rwxrwx---"})
    void filesAndFoldersHaveTheAskedPermissions(String octal, String files, String folders) throws IOException {
        folder = new LocalFolder(temporary.resolve("made/by/the-store"))
                .with("work", "back", Integer.parseInt(octal, 8));
        LocalStore store = folder.open();
        StateHead head = commit(store, create(NESTED, document(1)));
        commit(store, create(StateName.of("default"), document(1)));
        store.putAttachment(NESTED, record(0, document(3)), document(3));
        folder.write("work/team-a/prod.klstate", "edited and no state");
        commit(store, lock(commit(store, write(head, document(2))), lock("abc", 1)));

        try (Stream<Path> all = Files.walk(temporary.resolve("made"))) {
            List<Path> made = all.toList();
            Predicate<Path> hidden = file -> file.startsWith(folder.inside(""));
            List<Path> plain = made.stream().filter(hidden.negate()).toList();
            assertThat(plain)
                    .filteredOn(Files::isRegularFile)
                    .hasSize(4)
                    .allSatisfy(file -> assertPermissions(file, files));
            assertThat(plain).filteredOn(Files::isDirectory).allSatisfy(file -> assertPermissions(file, folders));
            assertThat(made)
                    .filteredOn(hidden)
                    .hasSizeGreaterThan(15)
                    .allSatisfy(file -> assertPermissions(file, Files.isDirectory(file) ? "rwx------" : "rw-------"));
        }
    }

    private static void assertPermissions(Path file, String expected) throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "kolumn.klstate, kolumn",
        "kolumn.klstate, prod.klstate/x",
        "kolumn.klstate, prod.klstate.lock/x",
        "kolumn.klstate, a/b.klstate/c/d",
        "state, state/x",
        "state, state.lock/x",
        "prod.klstate.lock, prod",
    })
    void aNameWhoseFileWouldBeThatOfAnotherIsRefused(String path, String refused) throws IOException {
        StateName name = StateName.of(refused);
        try (LocalStore store = new LocalStore(LocalSettings.at(folder.file(path)))) {
            List<ThrowingConsumer<LocalStore>> calls = Arrays.asList(
                    there -> there.commit(create(name, document(1))),
                    there -> there.commit(lock(name, lock("abc", 1))),
                    there -> there.putAttachment(name, record(0, document(1)), document(1)),
                    there -> there.head(name),
                    there -> there.history(name, 10, 10),
                    there -> there.attachments(name),
                    there -> there.content(name, record(1, document(1))),
                    there -> there.deleteContent(name, record(1, document(1))));
            for (ThrowingConsumer<LocalStore> call : calls) {
                assertThatThrownBy(() -> call.accept(store))
                        .isInstanceOf(Invalid.class)
                        .hasMessageContaining("'" + name + "'");
            }
            assertThat(store.list(ListQuery.all()).heads()).isEmpty();
        }
        assertThat(LocalFolder.files(temporary)).allMatch(file -> file.endsWith("/+store"));
    }

    @Test
    void namesThatLookLikeFilesOfTheStoreAreStates() throws IOException {
        LocalStore store = folder.open();
        List<String> names = List.of("a", "a.klstate", "a.klstate.lock", "kolumn.klstate", "head", "locks", "kolumn/x");
        for (String name : names) {
            StateHead head = commit(store, create(StateName.of(name), document(name.hashCode() & 0xff)));
            commit(store, lock(head, lock(name, 1)));
        }
        store = folder.reopen();
        for (String name : names) {
            StateHead head = store.head(StateName.of(name)).orElseThrow();
            assertThat(store.content(head.name(), current(head))).contains(document(name.hashCode() & 0xff));
            assertThat(store.attachments(head.name())).isEmpty();
            assertThat(folder.file(name + ".klstate"))
                    .hasBinaryContent(document(name.hashCode() & 0xff).toBytes());
            assertThat(folder.read(name + ".klstate.lock")).contains("\"" + name + "\"");
        }
    }

    @Test
    void aHiddenNameHasNoPlainFileAndLeavesHiddenFilesAlone() throws IOException {
        Path foreign = folder.write(".github/x.klstate", "somebody's");
        Path document = Files.write(folder.file(".prod.klstate"), document(3).toBytes());
        LocalStore store = folder.open();
        List<String> names = List.of(".github/x", ".prod", ".kolumn.klstate.d/x", "live/.terragrunt-stack/vpc");
        for (String name : names) {
            StateHead head = commit(store, create(StateName.of(name), document(1)));
            commit(store, lock(commit(store, write(head, document(2))), lock(name, 1)));
        }

        store = folder.reopen();

        assertThat(store.list(ListQuery.all()).heads())
                .extracting(head -> head.name().value())
                .containsExactlyInAnyOrderElementsOf(names);
        assertThat(foreign).hasContent("somebody's");
        assertThat(document).hasBinaryContent(document(3).toBytes());
        for (String name : names) {
            StateHead head = store.head(StateName.of(name)).orElseThrow();
            assertThat(store.content(head.name(), current(head))).contains(document(2));
            assertThat(store.attachments(head.name())).isEmpty();
        }
        assertThat(LocalFolder.files(temporary))
                .filteredOn(file -> !file.startsWith(".kolumn.klstate.d/"))
                .containsExactlyInAnyOrder(".github/x.klstate", ".prod.klstate");
    }

    @Test
    void backupsOfAHiddenNameAreNeverAmongWhatTheStoreKeeps() throws IOException {
        LocalSettings settings = new LocalSettings(folder.file("kolumn.klstate"), null, temporary, null, false);
        StateName inside = StateName.of(".kolumn.klstate.d/x");
        StateName outside = StateName.of(".kolumn/x");
        try (LocalStore store = new LocalStore(settings)) {
            assertThatThrownBy(() -> store.commit(create(inside, document(1))))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("'" + inside + "'");
            commit(store, write(commit(store, create(outside, document(1))), document(2)));
        }
        try (LocalStore again = new LocalStore(settings)) {
            assertThat(again.list(ListQuery.all()).heads()).hasSize(1);
            assertThat(folder.file(".kolumn/x")).isDirectoryContaining("glob:**+1-*.klstate");
        }
    }

    // Damage.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "garbage \u0000\u0001",
                "{\"layout\":1,\"name\":\"prod\"",
                "{\"layout\":2}"
            })
    void aHeadThatIsNoHeadIsAFaultThatNamesTheState(String damaged) throws IOException {
        LocalStore store = folder.open();
        StateHead head = commit(store, create(PROD, document(1)));
        StateHead whole = commit(store, create(NESTED, document(2)));
        Files.writeString(folder.head("prod"), damaged);

        for (ThrowingConsumer<LocalStore> call : List.<ThrowingConsumer<LocalStore>>of(
                there -> there.head(PROD),
                there -> there.history(PROD, 10, 10),
                there -> there.commit(write(head, document(3))),
                there -> there.commit(create(PROD, document(3))),
                there -> there.list(ListQuery.all()))) {
            assertThatThrownBy(() -> call.accept(store))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("'prod'");
        }
        assertThat(folder.head("prod")).hasContent(damaged);
        assertThat(store.commit(write(whole, document(3)))).isTrue();
        assertThat(folder.reopen().head(NESTED).orElseThrow().lastVersion()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"first bit", "last bit", "cut off", "longer", "emptied", "swapped"})
    void damagedContentIsNeverServed(String damage) throws IOException {
        LocalStore store = folder.open();
        StateHead first = commit(store, create(PROD, document(1)));
        StateHead head = commit(store, write(first, LocalFolder.large(2)));
        Path file = folder.content("prod", current(head));
        Files.write(file, damaged(damage, Files.readAllBytes(file)));

        for (LocalStore there : List.of(store, folder.open())) {
            StateBackend backend = new StateBackend(there, Clock.systemUTC(), BackendSettings.defaults());
            assertThatThrownBy(() -> backend.get(PROD))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("'prod'")
                    .hasMessageContaining("damaged");
            assertThat(backend.get(PROD, 1)).isPresent();
            assertThat(there.head(PROD)).contains(head);
        }
    }

    private static byte[] damaged(String damage, byte[] bytes) {
        byte[] other = Arrays.copyOf(bytes, bytes.length + (damage.equals("longer") ? 1 : 0));
        return switch (damage) {
            case "first bit" -> flipped(other, 0);
            case "last bit" -> flipped(other, other.length - 1);
            case "cut off" -> Arrays.copyOf(other, other.length - 1);
            case "emptied" -> new byte[0];
            case "swapped" -> document(1).toBytes();
            default -> other;
        };
    }

    private static byte[] flipped(byte[] bytes, int at) {
        bytes[at] ^= 1;
        return bytes;
    }

    @Test
    void missingContentIsAFaultAndAForgottenVersionIsNone() throws IOException {
        LocalStore store = folder.open();
        StateHead first = commit(store, create(PROD, document(1)));
        StateHead second = commit(store, write(first, LocalFolder.large(2), current(first)));
        store.deleteContent(PROD, current(first));
        Files.delete(folder.content("prod", current(second)));
        StateBackend backend = new StateBackend(store, Clock.systemUTC(), BackendSettings.defaults());

        assertThat(store.content(PROD, current(second))).isEmpty();
        assertThatThrownBy(() -> backend.get(PROD))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("'prod'")
                .hasMessageContaining("missing");
        assertThat(backend.get(PROD, 1)).isEmpty();
    }

    @Test
    void aFolderMadeByHandIsNoState() throws IOException {
        folder.write(".kolumn.klstate.d/with space/+head", "{}");
        folder.write(".kolumn.klstate.d/file", "x");
        LocalStore store = folder.open();
        assertThat(store.list(ListQuery.all()).heads()).isEmpty();
        assertThat(store.head(StateName.of("file/below"))).isEmpty();
        assertThatThrownBy(() -> store.commit(create(StateName.of("file/below"), document(1))))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("'file/below'");
    }

    // Folders and disks that cannot be used.

    @Test
    void aFolderThatCannotBeMadeIsAFaultUntilItCan() throws IOException {
        Path file = folder.write("data", "a file where the folder should be");
        try (LocalStore store = new LocalStore(LocalSettings.at(file.resolve("kolumn.klstate")))) {
            assertThatThrownBy(() -> store.head(PROD))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining(file.toString());
            assertThatThrownBy(() -> store.commit(create(PROD, document(1)))).isInstanceOf(Unavailable.class);
            StoreCheck check = store.check();
            assertThat(check.canRead()).isFalse();
            assertThat(check.canWrite()).isFalse();
            assertThat(check.problem()).contains(file.toString());
            assertThat(file).hasContent("a file where the folder should be");

            Files.delete(file);
            assertThat(store.check().healthy()).isTrue();
            assertThat(store.commit(create(PROD, document(1)))).isTrue();
        }
    }

    @Test
    void aStorageThatIsAwayHasNotLostItsStates() throws IOException {
        LocalStore store = folder.open();
        StateHead head = commit(store, create(NESTED, document(1)));
        Path away = folder.file("away");
        Files.move(folder.inside(""), away);
        for (boolean file : new boolean[] {false, true}) {
            if (file) {
                Files.writeString(folder.inside(""), "no folder");
            }
            assertThatThrownBy(() -> store.head(NESTED)).isInstanceOf(Unavailable.class);
            assertThatThrownBy(() -> store.history(NESTED, 10, 10)).isInstanceOf(Unavailable.class);
            assertThatThrownBy(() -> store.commit(create(PROD, document(1))))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining(folder.inside("").toString());
        }
        Files.delete(folder.inside(""));
        Files.move(away, folder.inside(""));
        assertThat(store.head(NESTED)).contains(head);
    }

    @Test
    void aFolderThatNobodyMayWriteIsAFault() {
        try (LocalStore store = new LocalStore(LocalSettings.at(Path.of("/proc/kolumn/kolumn.klstate")))) {
            assertThatThrownBy(() -> store.commit(create(PROD, document(1))))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("/proc/kolumn");
            assertThat(store.check().healthy()).isFalse();
        }
    }

    @Test
    void aFolderInPlaceOfThePlainFileHidesNoState() throws IOException {
        Files.createDirectory(folder.file("kolumn.klstate"));
        LocalStore store = folder.open();
        StateHead head = commit(store, create(StateName.of("default"), document(1)));
        assertThat(folder.reopen().content(head.name(), current(head))).contains(document(1));
        assertThat(folder.file("kolumn.klstate")).isEmptyDirectory();
    }

    @Test
    @Tag("mount")
    void aReadOnlyDiskIsReadAndSaysThatItCannotBeWritten() throws Exception {
        try (TinyDisk disk = new TinyDisk(Files.createDirectory(temporary.resolve("disk")), 512);
                LocalFolder tiny = new LocalFolder(disk.folder())) {
            StateHead head = commit(tiny.open(), create(PROD, document(1)));
            tiny.close();
            disk.readOnly(true);

            LocalStore store = tiny.open();
            assertThat(store.head(PROD)).contains(head);
            assertThat(store.content(PROD, current(head))).contains(document(1));
            assertThatThrownBy(() -> store.commit(write(head, document(2))))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("Read-only");
            assertThat(store.check().canRead()).isTrue();
            assertThat(store.check().canWrite()).isFalse();
            assertThat(store.check().problem()).contains("Read-only");

            disk.readOnly(false);
            assertThat(store.check().healthy()).isTrue();
            assertThat(store.commit(write(head, document(2)))).isTrue();
            tiny.close();
        }
    }

    @Test
    @Tag("mount")
    void aFullDiskRefusesWholeCommitsAndGoesOnWhenThereIsSpace() throws Exception {
        try (TinyDisk disk = new TinyDisk(Files.createDirectory(temporary.resolve("disk")), 1024);
                LocalFolder tiny = new LocalFolder(disk.folder())) {
            LocalStore store = tiny.open();
            StateHead head = commit(store, create(PROD, large(0)));
            int refused = 0;
            int done = 0;
            for (int freePages = 0; freePages < 40; freePages++) {
                disk.fill(freePages);
                List<String> before = LocalFolder.files(tiny.inside("prod"));
                StateDocument document = large(freePages + 1);
                if (commits(store, head, document)) {
                    done++;
                    store.deleteContent(PROD, current(head));
                    head = store.head(PROD).orElseThrow();
                    assertThat(head.current()).matches(current -> current != null && current.describes(document));
                } else {
                    refused++;
                    assertThat(store.head(PROD)).contains(head);
                    assertThat(LocalFolder.files(tiny.inside("prod"))).isEqualTo(before);
                }
                assertThat(store.content(PROD, current(head))).isPresent();
                assertThat(store.history(PROD, 1000, 1000)).containsExactly(current(head));
                assertThat(disk.folder()).isDirectoryNotContaining("glob:**+tmp-*");
            }
            assertThat(refused).isGreaterThan(10);
            assertThat(done).isGreaterThan(0);

            disk.fill(0);
            assertThat(store.check().canRead()).isTrue();
            assertThat(store.check().canWrite()).isFalse();
            assertThat(store.check().problem()).contains("No space");
            disk.free();
            assertThat(store.check().healthy()).isTrue();
            head = commit(store, write(head, document(99)));
            assertThat(tiny.reopen().head(PROD)).contains(head);
            assertThat(tiny.file("prod.klstate")).hasBinaryContent(document(99).toBytes());
            tiny.close();
        }
    }

    private static boolean commits(StateStore store, StateHead head, StateDocument document) {
        try {
            return store.commit(write(head, document, current(head)));
        } catch (Unavailable full) {
            assertThat(full).hasMessageContaining("'prod'").hasMessageContaining("No space");
            return false;
        }
    }

    private static StateDocument large(int serial) {
        return StateDocument.parse("{\"serial\":" + serial + ",\"noise\":\"" + "x".repeat(60_000) + "\"}");
    }

    // Threads, handles, locks.

    @Test
    void anInterruptedCallerStillCommits() {
        LocalStore store = folder.open();
        StateHead head = commit(store, create(PROD, document(1)));
        for (int i = 2; i < 20; i++) {
            Thread.currentThread().interrupt();
            boolean committed = store.commit(write(head, document(i)));
            assertThat(store.content(PROD, current(store.head(PROD).orElseThrow())))
                    .contains(document(i));
            assertThat(store.list(ListQuery.all()).heads()).hasSize(1);
            assertThat(store.check().healthy()).isTrue();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(committed).isTrue();
            head = store.head(PROD).orElseThrow();
        }
    }

    @Test
    void interruptsDuringCommitsCloseNoLockFile() throws Exception {
        LocalStore store = folder.open();
        commit(store, create(PROD, document(0)));
        CountDownLatch done = new CountDownLatch(1);
        Thread writer = Thread.ofVirtual().start(() -> {
            for (int i = 1; i <= 100; i++) {
                commit(store, write(store.head(PROD).orElseThrow(), document(i)));
            }
            done.countDown();
        });
        await().pollInterval(1, TimeUnit.MILLISECONDS).until(() -> {
            writer.interrupt();
            return !writer.isAlive();
        });
        assertThat(done.getCount()).isZero();
        assertThat(store.head(PROD).orElseThrow().lastVersion()).isEqualTo(101);
    }

    @Test
    void storesOfOneProcessShareTheLockFileUntilTheLastIsClosed() throws IOException {
        LocalStore one = folder.open();
        LocalStore two = folder.open();
        StateHead head = commit(one, create(PROD, document(1)));
        head = commit(two, write(head, document(2)));
        FileLocks shared = one.locks();
        assertThat(two.locks()).isSameAs(shared);

        one.close();
        commit(two, write(head, document(3)));
        assertThat(shared.<Boolean>exclusively("prod", () -> true)).isTrue();

        two.close();
        assertThatThrownBy(() -> shared.exclusively("prod", () -> true)).isInstanceOf(IOException.class);
        assertThat(folder.open().locks()).isNotSameAs(shared);
    }

    @Test
    void aCommitWaitsForTheLockThatAnotherHolds() throws Exception {
        LocalStore store = folder.open();
        StateHead head = commit(store, create(PROD, document(1)));
        try (FileChannel others = FileChannel.open(folder.inside("+locks"), StandardOpenOption.WRITE);
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            FileLock held = others.lock(0, 1L << 62, false);
            Transition waiting = write(head, LocalFolder.large(2));
            Future<Boolean> committing = thread.submit(() -> store.commit(waiting));
            await().until(() -> Files.exists(folder.inside("prod").resolve("+2-" + waiting.id())));
            assertThat(committing.isDone()).isFalse();
            assertThat(store.head(PROD)).contains(head);

            held.release();
            assertThat(committing.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
