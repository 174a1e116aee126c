package io.kolumn.state.store.local;

import static io.kolumn.state.StateStoreContractTransitions.NOW;
import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.delete;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.record;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static io.kolumn.state.store.local.LocalFolder.commit;
import static io.kolumn.state.store.local.LocalFolder.current;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plain files beside the state: they follow the heads, and nothing that a person wrote into one is lost. */
class PlainFilesTest {

    private static final StateName PROD = StateName.of("prod");
    private static final StateName NESTED = StateName.of("team-a/network/prod");
    private static final String EDITED = "{\"version\":4,\"serial\":99,\"lineage\":\"contract\",\"by\":\"hand\"}";

    @TempDir
    Path temporary;

    private LocalFolder folder;
    private LocalStore store;

    @BeforeEach
    void openTheStore() {
        folder = new LocalFolder(temporary);
        store = folder.open();
    }

    @AfterEach
    void closeTheStore() {
        folder.close();
    }

    private static String text(long serial) {
        return new String(document(serial).toBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void aStateThatIsNotThereAsAWholeIsNotShown() throws IOException {
        StateVersion first = record(1, document(1));
        StateHead half = new StateHead(PROD, "", "adopting-" + first.id(), first, null, 1, 1, 0, 1, first.created());
        StateHead there = commit(store, new Transition(null, half, document(1), List.of()));
        assertThat(folder.file("prod.klstate")).doesNotExist();

        commit(store, write(there, document(2)));

        assertThat(folder.file("prod.klstate")).hasContent(text(2));
    }

    @Test
    void thePlainFileFollowsTheState() throws IOException {
        StateHead head = commit(store, create(PROD, document(1)));
        assertThat(folder.file("prod.klstate")).hasContent(text(1));

        head = commit(store, write(head, document(2)));
        assertThat(folder.read("prod.klstate")).isEqualTo(text(2));

        head = commit(store, delete(head));
        assertThat(folder.file("prod.klstate")).doesNotExist();

        commit(store, write(head, document(3)));
        assertThat(folder.read("prod.klstate")).isEqualTo(text(3));
        assertThat(store.attachments(PROD)).isEmpty();
        assertThat(folder.file(".")).isDirectoryNotContaining("glob:**+tmp-*");
    }

    @Test
    void theLockFileShowsTheHolderWhileLocked() throws IOException {
        String sent = "{\"ID\":\"abc\", \"Who\":\"ada@host\"}";
        LockInfo info = new LockInfo("abc", "OperationTypeApply", "", "ada@host", "1.11", NOW, "", sent);
        StateHead locked = commit(store, lock(PROD, new Lock(info, 1, NOW, null)));
        assertThat(folder.read("prod.klstate.lock")).contains("abc").contains("ada@host");
        assertThat(folder.file("prod.klstate")).doesNotExist();

        StateHead written = commit(store, write(locked, document(1)));
        assertThat(folder.file("prod.klstate.lock")).exists();

        StateHead taken = commit(store, lock(written, lock("thief", 2)));
        assertThat(folder.read("prod.klstate.lock")).contains("thief").doesNotContain("abc");

        commit(store, lock(taken, null));
        assertThat(folder.file("prod.klstate.lock")).doesNotExist();
        assertThat(folder.read("prod.klstate")).isEqualTo(text(1));
    }

    @Test
    void theStateDefaultIsThePathItself() throws IOException {
        StateHead head = commit(store, create(StateName.of("default"), document(1)));
        commit(store, lock(head, lock("abc", 1)));

        assertThat(folder.read("kolumn.klstate")).isEqualTo(text(1));
        assertThat(folder.read("kolumn.klstate.lock")).contains("abc");
        assertThat(folder.file("default.klstate")).doesNotExist();
    }

    @Test
    void slashesAreFoldersAndOtherStatesLiveInTheWorkspaceFolder() throws IOException {
        commit(store, create(NESTED, document(1)));
        assertThat(folder.read("team-a/network/prod.klstate")).isEqualTo(text(1));

        LocalStore elsewhere = folder.with("workspaces", null, 0644).reopen();
        commit(elsewhere, create(PROD, document(2)));
        commit(elsewhere, create(StateName.of("default"), document(3)));

        assertThat(folder.read("workspaces/prod.klstate")).isEqualTo(text(2));
        assertThat(folder.read("workspaces/team-a/network/prod.klstate")).isEqualTo(text(1));
        assertThat(folder.read("kolumn.klstate")).isEqualTo(text(3));
    }

    @Test
    void anEditedFileIsSetAsideBeforeItIsReplaced() throws IOException {
        StateHead head = commit(store, create(PROD, document(1)));
        folder.write("prod.klstate", EDITED);

        commit(store, write(head, document(2)));

        assertThat(folder.read("prod.klstate")).isEqualTo(text(2));
        assertThat(store.attachments(PROD)).hasSize(1);
        StateVersion edited = store.attachments(PROD).getFirst();
        assertThat(edited.operation()).isEqualTo("edited outside of the service");
        assertThat(edited.number()).isZero();
        assertThat(edited.serial()).isEqualTo(99);
        assertThat(store.content(PROD, edited)).contains(StateDocument.parse(EDITED));
    }

    @Test
    void anEditInPlaceOfTheSameLengthIsSetAside() throws IOException {
        StateHead head = commit(store, create(PROD, document(1)));
        String edited = text(1).replace("contract", "CONTRACT");
        Files.writeString(folder.file("prod.klstate"), edited, StandardOpenOption.WRITE);

        assertThat(store.content(PROD, current(head))).contains(document(1));
        commit(store, write(head, document(2)));

        assertThat(store.content(PROD, store.attachments(PROD).getFirst())).contains(StateDocument.parse(edited));
    }

    @Test
    void anEditedFileIsSetAsideBeforeItIsDeleted() throws IOException {
        StateHead head = commit(store, create(PROD, document(1)));
        folder.write("prod.klstate", EDITED);

        commit(store, delete(head));

        assertThat(folder.file("prod.klstate")).doesNotExist();
        assertThat(store.content(PROD, store.attachments(PROD).getFirst())).contains(StateDocument.parse(EDITED));
    }

    @Test
    void anEditThatIsNoStateIsKeptAsItIs() throws IOException {
        StateHead head = commit(store, create(PROD, document(1)));
        folder.write("prod.klstate", "resources {");

        commit(store, write(head, document(2)));

        assertThat(folder.read("prod.klstate")).isEqualTo(text(2));
        assertThat(store.attachments(PROD)).isEmpty();
        String kept = LocalFolder.files(folder.inside("prod")).stream()
                .filter(file -> file.startsWith("+edited-"))
                .findFirst()
                .orElseThrow();
        assertThat(folder.inside("prod").resolve(kept)).hasContent("resources {");
    }

    @Test
    void aFileThatWasRemovedOrPutBackToAKnownVersionIsNoEdit() throws IOException {
        StateHead head = commit(store, create(PROD, document(1)));
        Files.delete(folder.file("prod.klstate"));
        head = commit(store, write(head, document(2)));
        assertThat(folder.read("prod.klstate")).isEqualTo(text(2));

        folder.write("prod.klstate", text(1));
        commit(store, write(head, document(3)));

        assertThat(folder.read("prod.klstate")).isEqualTo(text(3));
        assertThat(store.attachments(PROD)).isEmpty();
    }

    @Test
    void whatAnotherProcessWroteIsNoEdit() throws IOException {
        LocalStore other = folder.open();
        StateHead head = commit(store, create(PROD, document(1)));
        for (int serial = 2; serial <= 6; serial++) {
            LocalStore writer = serial % 2 == 0 ? other : store;
            StateVersion dropped = current(head);
            head = commit(writer, write(head, document(serial), dropped));
            writer.deleteContent(PROD, dropped);
        }
        assertThat(folder.read("prod.klstate")).isEqualTo(text(6));
        assertThat(store.attachments(PROD)).isEmpty();
        assertThat(LocalFolder.files(folder.inside("prod"))).containsExactly("+head");
    }

    @Test
    void aPlainFileThatCannotBeWrittenFailsNoCommit() throws IOException {
        folder.write("prod.klstate/in/the.way", "x");
        folder.write("prod.klstate.lock/in/the.way", "x");
        folder.write("team-a", "a file where a folder is needed");

        StateHead head = commit(store, create(PROD, document(1)));
        commit(store, lock(commit(store, create(NESTED, document(2))), lock("abc", 1)));

        head = commit(store, lock(head, lock("abc", 1)));
        assertThat(store.content(PROD, current(head))).contains(document(1));
        assertThat(folder.read("team-a")).isEqualTo("a file where a folder is needed");
        assertThat(folder.file(".")).isDirectoryNotContaining("glob:**+tmp-*");
    }

    @Test
    void aNameTooLongForAPlainFileHasNone() throws IOException {
        StateName longest = StateName.of("n".repeat(StateName.MAX_LENGTH));
        StateName fits = StateName.of("n".repeat(255 - ".klstate.lock".length()));
        StateHead head = commit(store, lock(commit(store, create(longest, document(1))), lock("abc", 1)));
        commit(store, lock(commit(store, create(fits, document(2))), lock("abc", 1)));
        commit(store, write(head, document(3)));

        assertThat(folder.file(".")).isDirectoryNotContaining("glob:**/" + longest + "*");
        assertThat(folder.read(fits + ".klstate")).isEqualTo(text(2));
        assertThat(folder.file(fits + ".klstate.lock")).exists();
        assertThat(folder.reopen().head(longest).orElseThrow().lastVersion()).isEqualTo(2);
    }

    @Test
    void supersededVersionsAreCopiedToTheBackupFolder() throws IOException {
        store = folder.with(null, "backups", 0644).reopen();
        StateHead first = commit(store, create(NESTED, document(1)));
        assertThat(folder.file("backups")).doesNotExist();

        StateHead second = commit(store, write(first, document(2)));
        assertThat(LocalFolder.files(folder.file("backups"))).containsExactly(backup(first));
        assertThat(folder.read("backups/" + backup(first))).isEqualTo(text(1));

        StateHead tombstone = commit(store, delete(second));
        StateHead fourth = commit(store, write(tombstone, document(3), current(first)));
        store.deleteContent(NESTED, current(first));
        assertThat(LocalFolder.files(folder.file("backups"))).containsExactly(backup(second));

        commit(store, lock(fourth, lock("abc", 1)));
        assertThat(LocalFolder.files(folder.file("backups"))).containsExactly(backup(second));
    }

    private static String backup(StateHead head) {
        return head.name() + "/+" + current(head).number() + "-" + current(head).id() + ".klstate";
    }

    @Test
    void aBackupOfADamagedVersionFailsNoCommit() throws IOException {
        store = folder.with(null, "backups", 0644).reopen();
        StateHead first = commit(store, create(PROD, LocalFolder.large(1)));
        Files.writeString(folder.content("prod", current(first)), "damaged");

        StateHead second = commit(store, write(first, document(2)));

        assertThat(store.content(PROD, current(second))).contains(document(2));
        assertThat(folder.read("prod.klstate")).isEqualTo(text(2));
        assertThat(folder.file("backups/" + backup(first))).doesNotExist();
    }
}
