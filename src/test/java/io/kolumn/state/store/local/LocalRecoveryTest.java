package io.kolumn.state.store.local;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.delete;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.record;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static io.kolumn.state.store.local.LocalFolder.age;
import static io.kolumn.state.store.local.LocalFolder.commit;
import static io.kolumn.state.store.local.LocalFolder.current;
import static io.kolumn.state.store.local.LocalFolder.large;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when a folder is opened: left-overs are swept, plain files mended, those without a head adopted. */
class LocalRecoveryTest {

    private static final StateName PROD = StateName.of("prod");
    private static final String PLAIN = "{\n  \"version\": 4, \"serial\": 17, \"lineage\": \"käse\"  }\r\n";

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

    private static String text(long serial) {
        return new String(document(serial).toBytes(), StandardCharsets.UTF_8);
    }

    // Plain files are mended.

    @Test
    void aMissingPlainFileComesBack() throws IOException {
        commit(folder.open(), create(PROD, document(1)));
        folder.crash();
        Files.delete(folder.file("prod.klstate"));

        folder.open();

        assertThat(folder.read("prod.klstate")).isEqualTo(text(1));
    }

    @Test
    void anOutdatedPlainFileIsReplacedAndIsNoEdit() throws IOException {
        LocalStore store = folder.open();
        commit(store, write(commit(store, create(PROD, document(1))), document(22)));
        folder.crash();
        age(folder.write("prod.klstate", text(1)));

        store = folder.open();

        assertThat(folder.read("prod.klstate")).isEqualTo(text(22));
        assertThat(store.attachments(PROD)).isEmpty();
    }

    @Test
    void aPlainFileEditedWhileClosedIsSetAsideAndReplaced() throws IOException {
        commit(folder.open(), create(PROD, document(1)));
        folder.crash();
        folder.write("prod.klstate", PLAIN);

        LocalStore store = folder.open();

        assertThat(folder.read("prod.klstate")).isEqualTo(text(1));
        assertThat(store.content(PROD, store.attachments(PROD).getFirst())).contains(StateDocument.parse(PLAIN));
        assertThat(folder.reopen().attachments(PROD)).hasSize(1);
    }

    @Test
    void anEditOfTheSameLengthIsNoticedToo() throws IOException {
        commit(folder.open(), create(PROD, document(1)));
        folder.crash();
        String edited = text(1).replace("contract", "CONTRACT");
        folder.write("prod.klstate", edited);

        LocalStore store = folder.open();

        assertThat(folder.read("prod.klstate")).isEqualTo(text(1));
        assertThat(store.attachments(PROD)).hasSize(1);
        assertThat(store.content(PROD, store.attachments(PROD).getFirst())).contains(StateDocument.parse(edited));
    }

    @Test
    void aPlainFileOfADeletedStateIsSetAsideAndRemoved() throws IOException {
        LocalStore store = folder.open();
        commit(store, delete(commit(store, create(PROD, document(1)))));
        folder.crash();
        folder.write("prod.klstate", PLAIN);

        store = folder.open();

        assertThat(folder.file("prod.klstate")).doesNotExist();
        assertThat(store.content(PROD, store.attachments(PROD).getFirst())).contains(StateDocument.parse(PLAIN));
    }

    @Test
    void lockFilesAreMendedToo() throws IOException {
        LocalStore store = folder.open();
        commit(store, create(PROD, document(1)));
        commit(store, lock(StateName.of("held"), lock("abc", 1)));
        folder.crash();
        folder.write("prod.klstate.lock", "{\"ID\":\"gone\"}");
        Files.delete(folder.file("held.klstate.lock"));

        folder.open();

        assertThat(folder.file("prod.klstate.lock")).doesNotExist();
        assertThat(folder.read("held.klstate.lock")).contains("abc");
    }

    @Test
    void whatIsInOrderIsLeftAlone() throws IOException {
        LocalStore store = folder.open();
        commit(store, lock(commit(store, create(PROD, document(1))), lock("abc", 1)));
        commit(store, create(StateName.of("other"), document(2)));
        Object prod = Files.getAttribute(folder.file("prod.klstate"), "unix:ino");
        Object other = Files.getAttribute(folder.file("other.klstate"), "unix:ino");

        folder.reopen();

        assertThat(Files.getAttribute(folder.file("prod.klstate"), "unix:ino")).isEqualTo(prod);
        assertThat(Files.getAttribute(folder.file("other.klstate"), "unix:ino")).isEqualTo(other);
    }

    @Test
    void aStateThatCannotBeMendedLeavesTheOthersAlone() throws IOException {
        LocalStore store = folder.open();
        StateHead damaged = commit(store, create(StateName.of("damaged"), large(1)));
        StateHead missing = commit(store, create(StateName.of("missing"), large(2)));
        commit(store, create(StateName.of("garbage"), document(3)));
        commit(store, create(StateName.of("whole"), document(4)));
        folder.crash();
        Files.writeString(folder.content("damaged", current(damaged)), "{}");
        Files.delete(folder.content("missing", current(missing)));
        Files.writeString(folder.head("garbage"), "garbage");
        for (String name : List.of("damaged", "missing", "garbage", "whole")) {
            Files.delete(folder.file(name + ".klstate"));
        }

        store = folder.open();

        StateHead whole = store.head(StateName.of("whole")).orElseThrow();
        assertThat(store.content(whole.name(), current(whole))).contains(document(4));
        assertThat(store.commit(write(whole, document(5)))).isTrue();
        assertThat(folder.read("whole.klstate")).isEqualTo(text(5));
        assertThat(store.commit(write(damaged, document(6)))).isTrue();
        assertThat(store.commit(write(missing, document(7)))).isTrue();
    }

    @Test
    void aStateWhoseNameOtherSettingsAllowedLeavesTheOthersAlone() throws IOException {
        LocalStore store = folder.with(".workspaces", null, 0644).open();
        commit(store, create(StateName.of("kolumn"), document(1)));
        commit(store, create(PROD, document(2)));

        store = folder.with(null, null, 0644).reopen();

        assertThat(store.list(ListQuery.all()).heads())
                .extracting(StateHead::name)
                .containsExactly(PROD);
        assertThat(folder.read("prod.klstate")).isEqualTo(text(2));
        assertThat(folder.with(".workspaces", null, 0644)
                        .reopen()
                        .list(ListQuery.all())
                        .heads())
                .hasSize(2);
    }

    // Left-overs of crashes are swept.

    @Test
    void oldLeftOversGoAndFreshOnesStay() throws IOException {
        LocalStore store = folder.with(null, "backups", 0644).open();
        StateHead head = commit(store, write(commit(store, create(PROD, document(1))), document(2)));
        store.putAttachment(PROD, record(0, document(3)), document(3));
        folder.crash();
        List<String> before = LocalFolder.files(temporary);
        for (String name : before) {
            age(folder.file(name));
        }
        String inside = ".kolumn.klstate.d/prod/";
        for (String orphan :
                List.of("+tmp-old", "+3-old", "+2-old", "+1-" + current(head).id())) {
            age(folder.write(inside + orphan, "left"));
        }
        folder.write(inside + "+tmp-fresh", "under way");
        folder.write(inside + "+3-fresh", "under way");

        store = folder.open();

        List<String> after = new ArrayList<>(before);
        after.addAll(List.of(inside + "+tmp-fresh", inside + "+3-fresh"));
        assertThat(LocalFolder.files(temporary)).containsExactlyInAnyOrderElementsOf(after);
        assertThat(store.history(PROD, 10, 10)).hasSize(2);
        assertThat(store.attachments(PROD)).hasSize(1);

        age(folder.file(inside + "+tmp-fresh"));
        age(folder.file(inside + "+3-fresh"));
        folder.reopen();

        assertThat(LocalFolder.files(temporary)).as("a later start").containsExactlyInAnyOrderElementsOf(before);
    }

    /** More states than one thread takes at a time. */
    @Test
    void manyStatesAreLookedAfter() throws IOException {
        int states = 300;
        LocalStore store = folder.open();
        for (int number = 0; number < states; number++) {
            commit(store, create(StateName.of("team-" + number % 7 + "/" + number), document(number)));
        }
        folder.crash();
        for (int number = 0; number < states; number++) {
            String name = "team-" + number % 7 + "/" + number;
            Files.delete(folder.file(name + ".klstate"));
            if (number % 2 == 0) {
                age(folder.write(".kolumn.klstate.d/" + name + "/+9-abc", "left"));
            }
        }

        folder.open();

        for (int number = 0; number < states; number++) {
            String name = "team-" + number % 7 + "/" + number;
            assertThat(folder.file(name + ".klstate"))
                    .hasBinaryContent(document(number).toBytes());
            assertThat(folder.inside(name).resolve("+9-abc")).doesNotExist();
        }
    }

    @Test
    void oldLeftOversOfAFirstCommitGoToo() throws IOException {
        age(folder.write(".kolumn.klstate.d/team-a/never/+1-abc", "left"));
        age(folder.write(".kolumn.klstate.d/team-a/never/+tmp-abc", "left"));
        folder.write(".kolumn.klstate.d/team-a/soon/+1-abc", "under way");

        LocalStore store = folder.open();

        assertThat(LocalFolder.files(folder.inside("team-a"))).containsExactly("soon/+1-abc");
        assertThat(store.head(StateName.of("team-a/never"))).isEmpty();
        commit(store, create(StateName.of("team-a/never"), document(1)));
    }

    @Test
    void halfWrittenPlainFilesAreReplaced() throws IOException {
        LocalStore store = folder.with("work", "backups", 0644).open();
        StateName name = StateName.of("a/b");
        StateHead head = commit(store, write(commit(store, create(name, document(1))), document(2)));
        folder.crash();
        List<String> before = LocalFolder.files(temporary);
        folder.write("work/a/+tmp-b", "{\"half\":");
        folder.write("backups/a/b/+tmp-+", "{\"half\":");
        folder.write("work/a/b.klstate", text(1));
        age(folder.write(".kolumn.klstate.d/+tmp-probe", "old"));

        store = folder.open();

        assertThat(folder.read("work/a/b.klstate")).isEqualTo(text(2));
        assertThat(LocalFolder.files(folder.file("work"))).containsExactly("a/b.klstate");
        commit(store, write(head, document(3)));
        assertThat(LocalFolder.files(temporary)).containsAll(before).hasSize(before.size() + 1);
    }

    /** The sweep of another process takes the file of a commit that stood still for hours. */
    @Test
    void aCommitWhoseDocumentWasSweptFails() throws Exception {
        LocalStore store = folder.open();
        StateHead head = commit(store, create(PROD, document(1)));
        Transition slow = write(head, large(2));
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Boolean> committing = store.locks().exclusively("prod", () -> {
                Future<Boolean> running = thread.submit(() -> store.commit(slow));
                Path content = folder.inside("prod").resolve("+2-" + slow.id());
                await().until(() -> Files.exists(content));
                await().until(() -> Files.deleteIfExists(content));
                return running;
            });
            assertThat(committing.get(10, TimeUnit.SECONDS)).isFalse();
        }
        assertThat(store.head(PROD)).contains(head);
        assertThat(LocalFolder.files(folder.inside("prod"))).containsExactly("+head");
        assertThat(store.commit(write(head, document(3)))).isTrue();
    }

    // Plain files of older tools are adopted.

    @Test
    void aPlainFileIsAdoptedAsVersionOne() throws IOException {
        FileTime written = FileTime.from(Instant.parse("2025-05-05T05:05:05Z"));
        for (String file : List.of("kolumn.klstate", "prod.klstate", "team-a/x/prod.klstate")) {
            Files.setLastModifiedTime(folder.write(file, PLAIN), written);
        }

        LocalStore store = folder.open();

        assertThat(store.list(ListQuery.all()).heads())
                .extracting(head -> head.name().value())
                .containsExactly("default", "prod", "team-a/x/prod");
        for (StateHead head : store.list(ListQuery.all()).heads()) {
            StateVersion version = current(head);
            assertThat(version.number()).isEqualTo(1);
            assertThat(version.serial()).isEqualTo(17);
            assertThat(version.lineage()).isEqualTo("käse");
            assertThat(version.operation()).isEqualTo("adopted");
            assertThat(version.created()).isEqualTo(written.toInstant());
            assertThat(head.highestSerial()).isEqualTo(17);
            assertThat(head.versionCount()).isEqualTo(1);
            assertThat(store.content(head.name(), version)).contains(StateDocument.parse(PLAIN));
            assertThat(store.history(head.name(), 10, 10)).containsExactly(version);
        }
        assertThat(folder.read("team-a/x/prod.klstate")).isEqualTo(PLAIN);
        assertThat(store.attachments(PROD)).isEmpty();
    }

    @Test
    void anAdoptedStateGoesOnLikeAnyOther() throws IOException {
        folder.write("prod.klstate", PLAIN);
        LocalStore store = folder.open();
        StateHead adopted = store.head(PROD).orElseThrow();

        commit(store, write(adopted, document(18)));

        store = folder.reopen();
        assertThat(store.head(PROD).orElseThrow().lastVersion()).isEqualTo(2);
        assertThat(store.content(PROD, current(adopted))).contains(StateDocument.parse(PLAIN));
        assertThat(folder.read("prod.klstate")).isEqualTo(text(18));
        assertThat(store.attachments(PROD)).isEmpty();
    }

    @Test
    void theFilesOfTheWorkspaceFolderAreAdopted() throws IOException {
        folder.write("kolumn.klstate", PLAIN);
        folder.write("prod.klstate", text(1));
        folder.write("work/prod.klstate", text(2));

        LocalStore store = folder.with("work", null, 0644).open();

        assertThat(store.list(ListQuery.all()).heads())
                .extracting(head -> head.name().value())
                .containsExactly("default", "prod");
        assertThat(store.head(PROD).orElseThrow().highestSerial()).isEqualTo(2);
    }

    @Test
    void whatIsNoStateOrHasNoNameIsLeftUntouched() throws IOException {
        List<String> files = List.of(
                "empty.klstate",
                "broken.klstate",
                "with space.klstate",
                "-dash.klstate",
                ".klstate",
                ".hidden.klstate",
                ".git/prod.klstate",
                "in.klstate/prod.klstate",
                "prod.klstate.lock",
                "prod.tfstate",
                "default.klstate",
                "backups/prod/+1-abc.klstate");
        for (String file : files) {
            folder.write(file, file.startsWith("empty") ? "" : file.startsWith("broken") ? "{\"serial\":" : PLAIN);
        }

        LocalStore store = folder.open();

        assertThat(store.list(ListQuery.all()).heads()).isEmpty();
        assertThat(LocalFolder.files(temporary)).containsAll(files);
        assertThat(folder.read("broken.klstate")).isEqualTo("{\"serial\":");
        assertThat(folder.read("default.klstate")).isEqualTo(PLAIN);
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        Path outside = Files.writeString(temporary.resolve("outside.json"), PLAIN);
        Files.createSymbolicLink(folder.file("link.klstate"), outside);

        assertThat(folder.open().head(StateName.of("link"))).isEmpty();
    }

    @Test
    void aBrokenPlainFileIsKeptWhenItsStateIsWritten() throws IOException {
        folder.write("broken.klstate", "{\"serial\":");
        commit(folder.open(), create(StateName.of("broken"), document(1)));

        assertThat(folder.read("broken.klstate")).isEqualTo(text(1));
        assertThat(LocalFolder.files(folder.inside("broken"))).anyMatch(file -> file.startsWith("+edited-"));
    }

    @Test
    void manyOpenersAdoptOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            folder.write("s" + i + ".klstate", text(i));
        }
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<LocalStore> stores = IntStream.range(0, 4)
                    .mapToObj(i -> new LocalStore(LocalSettings.at(folder.file("kolumn.klstate"))))
                    .toList();
            List<Future<Integer>> seen = stores.stream()
                    .map(store -> threads.submit(
                            () -> store.list(ListQuery.all()).heads().size()))
                    .toList();
            for (Future<Integer> one : seen) {
                assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo(20);
            }
            stores.forEach(LocalStore::close);
        }
        LocalStore store = folder.open();
        for (StateHead head : store.list(ListQuery.all()).heads()) {
            assertThat(store.history(head.name(), 10, 10)).hasSize(1);
            assertThat(store.attachments(head.name())).isEmpty();
        }
    }
}
