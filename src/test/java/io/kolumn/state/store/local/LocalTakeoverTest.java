package io.kolumn.state.store.local;

import static io.kolumn.state.StateStoreContractTransitions.NOW;
import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.record;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static io.kolumn.state.store.local.LocalFolder.commit;
import static io.kolumn.state.store.local.LocalFolder.current;
import static io.kolumn.state.store.local.LocalFolder.large;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import io.kolumn.state.store.HeadJson;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States of a release without logs: read as they are, and taken over in place by their first change. */
class LocalTakeoverTest {

    private static final StateName PROD = StateName.of("team-a/prod");

    @TempDir
    Path temporary;

    private LocalFolder folder;
    private StateVersion first;
    private StateVersion second;
    private StateHead earlier;

    @BeforeEach
    void makeAnEarlierStore() throws IOException {
        folder = new LocalFolder(temporary);
        earlier = makeAnEarlierStore(folder);
    }

    private StateHead makeAnEarlierStore(LocalFolder where) throws IOException {
        first = record(1, document(1));
        second = record(2, large(2));
        StateHead head = new StateHead(PROD, "", second.id(), second, lock("abc", 3), 2, 2, 3, 2, NOW);
        where.earlier(new HeadWithHistory(head, List.of(second, first)), List.of(large(2), document(1)));
        return head.withRevision(head.commit());
    }

    @AfterEach
    void closeTheStores() {
        folder.close();
    }

    @Test
    void itIsReadAsItIs() throws IOException {
        LocalStore store = folder.open();
        byte[] before = Files.readAllBytes(folder.head("team-a/prod"));

        assertThat(store.head(PROD)).contains(earlier);
        assertThat(store.list(ListQuery.all()).heads()).containsExactly(earlier);
        assertThat(store.history(PROD, 10, 10)).containsExactly(second, first);
        assertThat(store.content(PROD, first)).contains(document(1));
        assertThat(store.content(PROD, second)).contains(large(2));
        assertThat(folder.file("team-a/prod.klstate")).hasBinaryContent(large(2).toBytes());
        assertThat(folder.head("team-a/prod")).hasBinaryContent(before);
        assertThat(folder.reopen().head(PROD)).contains(earlier);
        assertThat(folder.head("team-a/prod")).hasBinaryContent(before);
    }

    @Test
    void itsFirstChangeTakesItOver() throws IOException {
        LocalStore store = folder.open();
        StateHead written = commit(store, write(earlier, document(33)));

        assertThat(Files.readString(folder.head("team-a/prod"))).startsWith("{\"layout\":2}\n");
        assertThat(LocalFolder.files(folder.inside("team-a/prod")))
                .containsExactly("+1-" + first.id(), "+2-" + second.id(), "+head");
        store = folder.reopen();
        assertThat(store.head(PROD)).contains(written);
        assertThat(store.history(PROD, 10, 10)).containsExactly(current(written), second, first);
        assertThat(store.content(PROD, first)).contains(document(1));
        assertThat(store.content(PROD, second)).contains(large(2));
        assertThat(store.content(PROD, current(written))).contains(document(33));

        StateHead next = commit(store, write(written, document(44), first));
        store.deleteContent(PROD, first);
        assertThat(LocalFolder.files(folder.inside("team-a/prod"))).containsExactly("+2-" + second.id(), "+head");
        assertThat(folder.reopen().head(PROD)).contains(next);
    }

    @Test
    void aCrashAtAnyStepOfItLeavesTheOneOrTheOther() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        boolean finished = false;
        for (int at = 0; !finished; at++) {
            Path path = Files.createDirectory(temporary.resolve("cut-" + at));
            LocalFolder clean = new LocalFolder(path);
            StateHead head = makeAnEarlierStore(clean);
            clean.open();
            clean.close();
            StateHead unlocked = head.withLock(null, "unlocked", NOW);
            AtomicInteger step = new AtomicInteger(at);
            try (LocalStore store =
                    new LocalStore(LocalSettings.at(disk.through(path).resolve("kolumn.klstate")), Duration.ZERO)) {
                store.head(PROD);
                disk.reset((kind, file) -> {
                    if (step.getAndDecrement() <= 0) {
                        throw new FileSystemException(file.toString(), null, "the power is off");
                    }
                });
                try {
                    store.commit(new Transition(head, unlocked, null, List.of()));
                } catch (Unavailable e) {
                    assertThat(e).hasMessageContaining("'" + PROD + "'");
                } finally {
                    disk.heal();
                }
                finished = step.get() >= 0;
            }
            LocalStore store = clean.open();
            StateHead now = store.head(PROD).orElseThrow();
            assertThat(now.withRevision("")).isIn(head.withRevision(""), unlocked);
            assertThat(store.history(PROD, 10, 10)).containsExactly(second, first);
            assertThat(store.content(PROD, first)).contains(document(1));
            assertThat(store.content(PROD, second)).contains(large(2));
            commit(store, write(now, document(9)));
            clean.close();
        }
    }

    /** What an earlier release noted of its plain file is known until the file is replaced. */
    @Test
    void aPlainFileThatAnEarlierReleaseLeftBehindIsNoEdit() throws IOException {
        String shown = "{\"serial\": 0}";
        folder.write("team-a/prod.klstate", shown);
        Files.writeString(
                folder.inside("team-a/prod").resolve("+shown"),
                "0cf35e2d0e7d1b5cd4a7d9cf6d1cc40d0a8d9a64b7b5a2cfc0a8b9a64b7b5a2c\n"
                        + StateDocument.parse(shown).sha256() + "\n");

        LocalStore store = folder.open();

        assertThat(folder.file("team-a/prod.klstate")).hasBinaryContent(large(2).toBytes());
        assertThat(store.attachments(PROD)).isEmpty();
        assertThat(LocalFolder.files(folder.inside("team-a/prod"))).doesNotContain("+shown");
    }

    @Test
    void aStoreOfANewerReleaseIsRefused() throws IOException {
        folder.open();
        folder.close();
        Path mark = folder.inside("+store");
        Files.writeString(mark, Files.readString(mark).replace("layout 2", "layout 3"));

        assertThatThrownBy(() -> folder.open())
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining(folder.inside("") + " cannot be used")
                .hasMessageContaining("it was written by a newer release (layout 3, this one knows up to 2)");
    }

    @Test
    void aHeadOfANewerReleaseIsRefused() throws IOException {
        Files.writeString(folder.head("team-a/prod"), "{\"layout\":3}\nwhatever");
        LocalStore store = folder.open();
        assertThatThrownBy(() -> store.head(PROD)).hasMessageContaining("it was written by a newer release (layout 3");
        assertThatThrownBy(() -> store.commit(create(PROD, document(1)))).isInstanceOf(Unavailable.class);
    }

    @Test
    void theJsonOfAHeadIsThatOfEarlierReleases() throws IOException {
        byte[] bytes = Files.readAllBytes(folder.head("team-a/prod"));
        assertThat(HeadJson.head(bytes).withRevision(earlier.revision())).isEqualTo(earlier);
    }
}
