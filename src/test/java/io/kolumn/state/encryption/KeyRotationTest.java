package io.kolumn.state.encryption;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.delete;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import io.kolumn.state.encryption.KeyRotation.Outcome;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.local.LocalSettings;
import io.kolumn.state.store.local.LocalStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of states are wrapped anew, and at no moment is one lost. */
class KeyRotationTest {

    private final MemoryStore below = new MemoryStore();

    private static StateName name(int i) {
        return StateName.of("team/" + i);
    }

    /** States with a version each, encrypted under the key k1. */
    private static void states(StateStore store, int count) {
        EncryptedStore encrypted = EncryptedStores.over(store, "k1");
        for (int i = 0; i < count; i++) {
            assertThat(encrypted.commit(create(name(i), document(i)))).isTrue();
        }
    }

    private static Outcome rotate(StateStore store, String... keys) {
        return new KeyRotation(store, EncryptedStores.keys(keys), Clock.systemUTC()).run("", () -> false);
    }

    private static void assertReadable(StateStore store, int count, String... keys) {
        EncryptedStore encrypted = EncryptedStores.over(store, keys);
        for (int i = 0; i < count; i++) {
            StateVersion version =
                    Objects.requireNonNull(encrypted.head(name(i)).orElseThrow().current());
            assertThat(encrypted.content(name(i), version)).contains(document(i));
        }
    }

    private static Map<String, Long> wrappedBy(StateStore store) {
        return new KeyRotation(store, EncryptedStores.keys("none"), Clock.systemUTC()).wrappedBy("");
    }

    @Test
    void allIsReadableByTheNewKeyAloneAndNoDocumentWasTouched() {
        states(below, 5);
        List<StateHead> before = heads();

        assertThat(rotate(below, "k2", "k1")).isEqualTo(new Outcome(5, 5, 0, Map.of()));

        assertReadable(below, 5, "k2");
        assertThat(heads()).isEqualTo(before);
        assertThat(wrappedBy(below)).isEqualTo(Map.of("k2", 5L));
        assertThat(rotate(below, "k2", "k1")).isEqualTo(new Outcome(5, 0, 5, Map.of()));
    }

    private List<StateHead> heads() {
        return IntStream.range(0, 5)
                .mapToObj(i -> below.head(name(i)).orElseThrow())
                .toList();
    }

    @Test
    void deletedStatesAreAmongThem() {
        states(below, 1);
        EncryptedStore encrypted = EncryptedStores.over(below, "k1");
        assertThat(encrypted.commit(delete(encrypted.head(name(0)).orElseThrow())))
                .isTrue();

        assertThat(rotate(below, "k2", "k1").rewrapped()).isEqualTo(1);

        EncryptedStore reader = EncryptedStores.over(below, "k2");
        assertThat(reader.content(name(0), reader.history(name(0), 2, 1).getFirst()))
                .contains(document(0));
    }

    @Test
    void oneThatIsKilledAnywhereLeavesAllReadableAndIsResumed(@TempDir Path folder) {
        for (int changes = 0; changes <= 8; changes++) {
            try (LocalStore local = new LocalStore(LocalSettings.at(folder.resolve(changes + "/kolumn.klstate")))) {
                states(local, 4);
                Dying dying = new Dying(local, changes);

                if (changes < 8) {
                    assertThatThrownBy(() -> rotate(dying, "k2", "k1")).isInstanceOf(Killed.class);
                } else {
                    assertThat(rotate(dying, "k2", "k1").rewrapped()).isEqualTo(4);
                }
                assertReadable(local, 4, "k2", "k1");

                assertThat(rotate(local, "k2", "k1").failures()).isEmpty();
                assertReadable(local, 4, "k2");
                assertThat(wrappedBy(local)).isEqualTo(Map.of("k2", 4L));
            }
        }
    }

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Its process dies after so many changes. */
    private static final class Dying extends ForwardingStore {
        private int left;

        Dying(StateStore below, int left) {
            super(below);
            this.left = left;
        }

        @Override
        public void putAttachment(StateName name, StateVersion record, StateDocument document) {
            live();
            super.putAttachment(name, record, document);
        }

        @Override
        public void deleteContent(StateName name, StateVersion version) {
            live();
            super.deleteContent(name, version);
        }

        private void live() {
            if (left-- <= 0) {
                throw new Killed();
            }
        }
    }

    @Test
    void aKeyThatIsLostIsSaidAndTheOthersAreWrappedAnew() {
        states(below, 2);
        assertThat(EncryptedStores.over(below, "lost").commit(create(StateName.of("a"), document(1))))
                .isTrue();

        Outcome outcome = rotate(below, "k2", "k1");

        assertThat(outcome.rewrapped()).isEqualTo(2);
        assertThat(outcome.failures()).containsOnlyKeys(StateName.of("a"));
        assertThat(outcome.failures().get(StateName.of("a"))).contains("'lost'");
        assertReadable(below, 2, "k2");
        assertThat(wrappedBy(below)).isEqualTo(Map.of("k2", 2L, "lost", 1L));
    }

    @Test
    void rotationsAtTheSameTimeAndToDifferentKeysLoseNone() throws Exception {
        for (int round = 0; round < 20; round++) {
            MemoryStore store = new MemoryStore();
            states(store, 6);
            CyclicBarrier start = new CyclicBarrier(3);
            try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
                List<Future<Outcome>> running = Stream.of("k2", "k3", "k4")
                        .map(active -> threads.submit((Callable<Outcome>) () -> {
                            start.await();
                            return rotate(store, activeFirst(active));
                        }))
                        .toList();
                for (Future<Outcome> rotation : running) {
                    rotation.get();
                }
            }
            assertReadable(store, 6, "k4", "k3", "k2", "k1");
            rotate(store, "k9", "k4", "k3", "k2", "k1");
            assertReadable(store, 6, "k9");
        }
    }

    private static String[] activeFirst(String active) {
        return Stream.concat(
                        Stream.of(active), Stream.of("k1", "k2", "k3", "k4").filter(key -> !key.equals(active)))
                .toArray(String[]::new);
    }

    @Test
    void aServiceWritesWhileKeysAreWrappedAnew() throws Exception {
        states(below, 1);
        EncryptedStore service = EncryptedStores.over(below, "k1", "k2");
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> writing = threads.submit(() -> {
                for (int i = 1; i <= 200; i++) {
                    StateHead head = service.head(name(0)).orElseThrow();
                    assertThat(service.commit(write(head, document(i)))).isTrue();
                }
            });
            for (int i = 0; i < 20; i++) {
                rotate(below, i % 2 == 0 ? "k2" : "k1", i % 2 == 0 ? "k1" : "k2");
            }
            writing.get();
        }
        EncryptedStore reader = EncryptedStores.over(below, "k1", "k2");
        List<StateVersion> history = reader.history(name(0), Long.MAX_VALUE, 1000);
        assertThat(history).hasSize(201);
        for (StateVersion version : history) {
            assertThat(reader.content(name(0), version)).contains(document(Objects.requireNonNull(version.serial())));
        }
    }

    @Test
    void aStorageThatFailsIsNoOutcome() {
        states(below, 1);
        StateStore failing = new ForwardingStore(below) {
            @Override
            public boolean commit(Transition transition) {
                throw new IllegalStateException("A rotation commits nothing");
            }

            @Override
            public void putAttachment(StateName name, StateVersion record, StateDocument document) {
                throw new Unavailable("The storage is full, by the test.", null);
            }
        };

        assertThat(rotate(failing, "k2", "k1").failures().values())
                .singleElement()
                .asString()
                .contains("full");
        assertReadable(below, 1, "k1");
    }
}
