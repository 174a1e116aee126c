package io.kolumn.state.store.local;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.delete;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static io.kolumn.state.store.local.LocalFolder.commit;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.Transition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a change, a read and a start cost, in what can be counted: syncs, files, bytes and looks. */
class LocalCountsTest {

    private static final StateName PROD = StateName.of("prod");

    @TempDir
    Path temporary;

    private final FaultyDisk disk = new FaultyDisk();
    private LocalStore store;
    private StateHead warm;

    @BeforeEach
    void openTheStore() {
        store = store(temporary);
        warm = commit(store, create(StateName.of("warm"), document(1)));
    }

    private LocalStore store(Path folder) {
        return new LocalStore(LocalSettings.at(disk.through(folder).resolve("kolumn.klstate")), Duration.ZERO);
    }

    @AfterEach
    void closeTheStore() {
        store.close();
    }

    private StateHead assertSyncs(int expected, Transition transition) {
        disk.reset((step, file) -> {});
        StateHead head = commit(store, transition);
        assertThat(disk.steps()).filteredOn(step -> step.startsWith("SYNC ")).hasSize(expected);
        return head;
    }

    private static StateDocument sized(long serial, long size) {
        String begin = "{\"serial\": " + serial + ", \"lineage\": \"contract\", \"noise\": \"";
        return StateDocument.parse(begin + "x".repeat((int) size - begin.length() - 2) + "\"}");
    }

    @Test
    void aChangeIsOneSyncAndOneOfALargeDocumentThree() {
        StateHead head = warm;
        head = assertSyncs(1, lock(head, lock("abc", 1)));
        head = assertSyncs(1, write(head, sized(2, 1024)));
        head = assertSyncs(1, write(head, sized(3, 20_000)));
        head = assertSyncs(1, lock(head, null));
        head = assertSyncs(1, delete(head));
        head = assertSyncs(3, write(head, sized(4, 64 * 1024 + 1)));
        head = assertSyncs(3, write(head, sized(5, 10_000_000)));
        assertSyncs(1, lock(head, lock("def", 2)));
    }

    @Test
    void aDocumentOf64KilobytesIsOneSyncStill() {
        assertSyncs(1, write(warm, sized(2, 64 * 1024)));
    }

    /** The file, its folder, and the folder above for each new one; with a slash, that of the plain file as well. */
    @Test
    void theFirstChangeOfANameAlsoSyncsWhatIsNew() {
        assertSyncs(3, create(PROD, document(1)));
        assertSyncs(5, create(StateName.of("a/b"), document(1)));
    }

    @Test
    void aSmallStateIsTwoFilesAndTwelveKilobytesWithItsFolder() throws IOException {
        commit(store, create(PROD, sized(1, 200)));
        Path hidden = temporary.resolve(".kolumn.klstate.d/prod");
        assertThat(LocalFolder.files(hidden)).containsExactly("+head");
        assertThat(temporary.resolve("prod.klstate")).exists();
        long blocks = blocks(hidden.resolve("+head")) + blocks(temporary.resolve("prod.klstate")) + 1;
        assertThat(blocks * 4).isLessThanOrEqualTo(12);
    }

    private static long blocks(Path file) throws IOException {
        return (Files.size(file) + 4095) / 4096;
    }

    @Test
    void aReadOfWhatIsKnownIsOneLook() {
        disk.reset((step, file) -> {});
        assertThat(store.head(warm.name())).contains(warm);
        assertThat(disk.looks()).hasSize(1).allMatch(look -> look.startsWith("LOOK ") && look.endsWith("+head"));
    }

    @Test
    void aReadOfWhatIsNotKnownIsOneLookAndOneOpen() {
        store.close();
        store = store(temporary);
        store.check();
        disk.reset((step, file) -> {});
        assertThat(store.head(warm.name())).contains(warm);
        assertThat(disk.looks()).hasSize(2);
    }

    @Test
    void aStartLooksAtNoState() throws IOException {
        int few = looksOfAStart("few", 2);
        int many = looksOfAStart("many", 80);
        assertThat(many).isEqualTo(few).isLessThan(40);
    }

    private int looksOfAStart(String name, int states) throws IOException {
        Path folder = Files.createDirectory(temporary.resolve(name));
        try (LocalStore first = store(folder)) {
            for (int number = 0; number < states; number++) {
                commit(first, create(StateName.of("s" + number % 7 + "/" + number), document(number)));
            }
        }
        disk.reset((step, file) -> {});
        try (LocalStore again = store(folder)) {
            assertThat(again.head(StateName.of("s0/0"))).isPresent();
            assertThat(disk.looks()).noneMatch(look -> look.contains("/s1"));
            return disk.looks().size();
        }
    }
}
