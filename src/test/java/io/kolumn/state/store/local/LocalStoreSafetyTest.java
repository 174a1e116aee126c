package io.kolumn.state.store.local;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.delete;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.record;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static io.kolumn.state.store.local.LocalFolder.commit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.store.TinyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other users of the machine can do to a local store, and what is left of it on a full disk. */
class LocalStoreSafetyTest {

    private static final StateName PROD = StateName.of("prod");
    private static final StateName NESTED = StateName.of("team/prod");

    @TempDir
    Path temporary;

    private LocalFolder folder;

    @BeforeEach
    void nameTheFolder() {
        folder = new LocalFolder(temporary.resolve("store")).with("work", null, 0644);
    }

    @AfterEach
    void closeTheStores() {
        folder.close();
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    // Who reads it.

    @ParameterizedTest
    @ValueSource(ints = {0644, 0666, 0600})
    void theHiddenFolderIsForTheServiceAloneWhateverPermissionsSay(int permissions) throws IOException {
        folder.with("work", "back", permissions);
        LocalStore store = folder.open();
        StateHead head = commit(store, create(NESTED, document(1)));
        store.putAttachment(NESTED, record(0, document(3)), document(3));
        commit(store, lock(commit(store, write(head, document(2))), lock("abc", 1)));

        try (Stream<Path> all = Files.walk(folder.inside(""))) {
            assertThat(all.toList())
                    .hasSizeGreaterThan(10)
                    .allSatisfy(file -> assertThat(permissions(file))
                            .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void aHiddenFolderThatOthersCouldReadIsClosedToThem() throws IOException {
        commit(folder.open(), create(PROD, document(1)));
        Files.setPosixFilePermissions(folder.inside(""), PosixFilePermissions.fromString("rwxr-xr-x"));

        folder.reopen();

        assertThat(permissions(folder.inside(""))).isEqualTo("rwx------");
    }

    // Links.

    private Path secret() throws IOException {
        return Files.write(temporary.resolve("secret.json"), document(99).toBytes());
    }

    @Test
    void aLinkIsNotAdopted() throws IOException {
        Files.createDirectories(folder.file("work"));
        Files.createSymbolicLink(folder.file("work/prod.klstate"), secret());
        Files.createSymbolicLink(folder.file("kolumn.klstate"), secret());

        LocalStore store = folder.open();

        assertThat(store.head(PROD)).isEmpty();
        assertThat(store.head(StateName.of("default"))).isEmpty();
    }

    @Test
    void aLinkInPlaceOfAPlainFileIsNeitherReadNorWrittenThrough() throws IOException {
        Path secret = secret();
        Files.createDirectories(folder.file("work"));
        for (String link : List.of("prod.klstate", "prod.klstate.lock", "+tmp-prod", "+tmp-prod.klstate")) {
            Files.createSymbolicLink(folder.file("work/" + link), secret);
        }
        LocalStore store = folder.open();

        StateHead head = commit(store, create(PROD, document(1)));
        commit(store, lock(head, lock("abc", 1)));

        assertThat(secret).hasBinaryContent(document(99).toBytes());
        assertThat(store.attachments(PROD)).isEmpty();
        assertThat(LocalFolder.files(folder.inside("prod"))).noneMatch(file -> file.contains("edited"));
        assertThat(folder.file("work/prod.klstate"))
                .hasBinaryContent(document(1).toBytes())
                .matches(file -> !Files.isSymbolicLink(file));
        assertThat(folder.file("work/prod.klstate.lock")).matches(file -> !Files.isSymbolicLink(file));
    }

    @Test
    void aLinkedFolderOfPlainFilesIsNotFollowed() throws IOException {
        Path outside = Files.createDirectories(temporary.resolve("outside/deep"));
        Path there = Files.write(outside.resolve("prod.klstate"), document(99).toBytes());
        Files.createDirectories(folder.file("work"));
        Files.createSymbolicLink(folder.file("work/sub"), outside.getParent());
        StateName name = StateName.of("sub/deep/prod");
        LocalStore store = folder.open();

        StateHead head = commit(store, create(name, document(1)));
        commit(store, delete(commit(store, lock(head, lock("abc", 1)))));

        assertThat(there).hasBinaryContent(document(99).toBytes());
        assertThat(LocalFolder.files(outside)).containsExactly("prod.klstate");
        assertThat(store.attachments(name)).isEmpty();
    }

    @Test
    void aHiddenFolderThatIsALinkIsRefused() throws IOException {
        Path elsewhere = Files.createDirectories(temporary.resolve("elsewhere"));
        Files.createDirectories(folder.file(""));
        Files.createSymbolicLink(folder.file(".kolumn.klstate.d"), elsewhere);

        assertThatThrownBy(() -> folder.open())
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("is a symbolic link, which is not followed");
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void aFolderThatTheSettingsNameMayBeALink() throws IOException {
        Files.createDirectories(folder.file(""));
        Path real = Files.createDirectories(temporary.resolve("real"));
        Files.createSymbolicLink(folder.file("work"), real);

        commit(folder.open(), create(NESTED, document(1)));

        assertThat(real.resolve("team/prod.klstate"))
                .hasBinaryContent(document(1).toBytes());
    }

    // A full disk.

    private static StateDocument large() {
        return StateDocument.parse("{\"serial\":7,\"noise\":\"" + "x".repeat(200_000) + "\"}");
    }

    @Test
    @Tag("mount")
    void onAFullDiskItIsNotReadyAndStillUnlocksAndDeletes() throws Exception {
        try (TinyDisk disk = new TinyDisk(Files.createDirectory(temporary.resolve("disk")), 2048);
                LocalFolder tiny = new LocalFolder(disk.folder())) {
            LocalStore store = tiny.open();
            StateHead prod = commit(store, create(PROD, document(1)));
            StateHead nested = commit(store, create(NESTED, document(1)));
            assertThat(store.check().canWrite()).isTrue();
            StateHead held = commit(store, lock(prod, lock("abc", 1)));
            disk.fill(0);

            assertThat(store.check().canWrite()).isFalse();
            for (int round = 0; round < 20; round++) {
                StateHead free = commit(store, lock(held, null));
                held = commit(store, lock(free, lock("abc", 2 + round)));
                StateHead before = held;
                assertThatThrownBy(() -> store.commit(write(before, large())))
                        .isInstanceOf(Unavailable.class)
                        .hasMessageContaining("No space");
            }
            assertThat(commit(store, delete(nested)).tombstone()).isTrue();
            assertThat(disk.folder()).isDirectoryNotContaining("glob:**+tmp-*");

            disk.free();
            assertThat(store.check().canWrite()).isTrue();
            commit(store, write(held, document(2)));
            tiny.close();
        }
    }

    @Test
    @Tag("mount")
    void theRoomOfAnUnlockIsNotTakenByADocument() throws Exception {
        try (TinyDisk disk = new TinyDisk(Files.createDirectory(temporary.resolve("disk")), 2048);
                LocalFolder tiny = new LocalFolder(disk.folder())) {
            LocalStore store = tiny.open();
            StateHead held = commit(store, lock(commit(store, create(PROD, document(1))), lock("abc", 1)));
            try (Stream<Path> reserve = Files.list(tiny.inside(""))) {
                for (Path part : reserve.filter(file -> file.toString().contains("+reserve-"))
                        .toList()) {
                    Files.delete(part);
                }
            }
            disk.fill(8);
            tiny.close();
            LocalStore again = tiny.open();

            assertThatThrownBy(() -> again.commit(write(held, document(2))))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("the room that is left is kept for unlocking and deleting");
            commit(again, lock(held, null));
            tiny.close();
        }
    }

    /** Each process that writes makes sure of the reserve, and several begin at the same time. */
    @Test
    void ofProcessesThatMakeTheReserveAtTheSameTimeNoneIsRefused() throws Exception {
        int racers = 4;
        try (ExecutorService threads = Executors.newFixedThreadPool(racers)) {
            for (int round = 0; round < 50; round++) {
                Path same = temporary.resolve("together-" + round);
                CyclicBarrier barrier = new CyclicBarrier(racers);
                List<Future<StateHead>> written = new ArrayList<>();
                for (int racer = 0; racer < racers; racer++) {
                    StateName name = StateName.of("race/" + racer);
                    written.add(threads.submit(() -> {
                        barrier.await();
                        try (LocalFolder own = new LocalFolder(same)) {
                            return commit(own.open(), create(name, document(1)));
                        }
                    }));
                }
                for (Future<StateHead> one : written) {
                    assertThat(one.get().lastVersion()).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void aLinkInThePlaceOfAContentIsNotFollowed() throws IOException {
        StateDocument document = large();
        StateHead head = commit(folder.open(), create(PROD, document));
        Path content;
        try (Stream<Path> all = Files.walk(folder.inside("prod"))) {
            content = all.filter(Files::isRegularFile)
                    .filter(file -> file.toFile().length() == document.size())
                    .findFirst()
                    .orElseThrow();
        }
        Files.createSymbolicLink(content, Files.move(content, temporary.resolve("elsewhere")));

        LocalStore store = folder.reopen();
        assertThatThrownBy(() -> store.content(PROD, head.current())).isInstanceOf(Unavailable.class);
    }
}
