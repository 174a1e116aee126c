package io.kolumn.state.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.Purge;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.StateBackendPurgeTest;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As without encryption, and the keys of a state go with it; none goes that anything is written with. */
class EncryptedBackendPurgeTest extends StateBackendPurgeTest {

    private static final WriteOptions WRITE = WriteOptions.none();

    private final MemoryStore storage = new MemoryStore();

    @Override
    protected StateStore newStore() {
        return EncryptedStores.over(new MemoryStore());
    }

    private StateBackend replica() {
        return new StateBackend(EncryptedStores.over(storage), Clock.systemUTC(), BackendSettings.defaults());
    }

    private static StateDocument document(long serial) {
        return StateDocument.parse("{\"version\": 4, \"serial\": " + serial
                + ", \"lineage\": \"one\", \"outputs\": {\"a\": {\"value\": 1}}, \"resources\": []}");
    }

    private List<String> keys() {
        return storage.attachments(NAME).stream()
                .filter(version -> KeyRecord.of(version).isPresent())
                .map(StateVersion::id)
                .toList();
    }

    @Test
    void theKeysOfAPurgedStateGoAndItsNextLifeHasAnother() {
        StateBackend one = replica();
        one.put(NAME, document(1), WRITE);
        List<String> before = keys();
        one.delete(NAME, WRITE);

        one.purge(NAME, Purge.whole(), WRITE);

        assertThat(before).hasSize(1);
        assertThat(keys()).isEmpty();
        one.put(NAME, document(1), WRITE);
        assertThat(keys()).hasSize(1).doesNotContainAnyElementsOf(before);
        assertThat(replica().get(NAME)).isPresent();
    }

    @Test
    void theKeyStaysWithTheVersionsThatStay() {
        StateBackend one = replica();
        one.put(NAME, document(1), WRITE);
        one.put(NAME, document(2), WRITE);

        one.purge(NAME, Purge.version(1), WRITE);

        assertThat(keys()).hasSize(1);
        assertThat(replica().get(NAME)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 30})
    void aReplicaThatKnowsTheOldKeyWritesNothingWithIt(int writes) {
        StateBackend one = replica();
        StateBackend two = replica();
        one.put(NAME, document(1), WRITE);
        two.put(NAME, document(2), WRITE);
        two.put(NAME, document(3), WRITE);
        one.delete(NAME, WRITE);
        one.purge(NAME, Purge.whole(), WRITE);
        for (int serial = 1; serial <= writes; serial++) {
            one.put(NAME, document(serial), WRITE);
        }

        two.put(NAME, document(writes + 1), WRITE);

        assertThat(replica().get(NAME)).isPresent();
        assertThat(replica().get(NAME).orElseThrow().document()).isEqualTo(document(writes + 1));
    }

    /** There the numbers begin again, and say nothing of a purge. */
    @Test
    void aReplicaThatKnowsTheKeyFromBeforeAMoveWritesNothingWithIt() {
        StateBackend one = replica();
        StateBackend two = replica();
        for (int serial = 1; serial <= 9; serial++) {
            two.put(NAME, document(serial), WRITE);
        }
        one.move(NAME, StateName.of("elsewhere"), WRITE);
        one.endMove(NAME);
        one.put(NAME, document(1), WRITE);
        one.delete(NAME, WRITE);
        one.purge(NAME, Purge.whole(), WRITE);
        one.put(NAME, document(1), WRITE);

        two.put(NAME, document(2), WRITE);

        assertThat(replica().get(NAME).orElseThrow().document()).isEqualTo(document(2));
        assertThat(replica().history(StateName.of("elsewhere"), 100, 100))
                .allSatisfy(version -> assertThat(replica().get(StateName.of("elsewhere"), version.number()))
                        .isPresent());
    }

    /** As a purge that is slow: the next life begins before it comes to the keys. */
    @Test
    void whatIsWrittenBeforeTheKeysAreDroppedIsReadAfterwards() {
        StateStore slow = new ForwardingStore(EncryptedStores.over(storage)) {
            @Override
            public void clear(StateName name, long versions) {
                StateBackend meanwhile = replica();
                meanwhile.put(name, document(1), WRITE);
                meanwhile.put(name, document(2), WRITE);
                super.clear(name, versions);
            }
        };
        StateBackend one = replica();
        one.put(NAME, document(5), WRITE);
        one.delete(NAME, WRITE);

        new StateBackend(slow, Clock.systemUTC(), BackendSettings.defaults()).purge(NAME, Purge.whole(), WRITE);

        assertThat(keys()).hasSize(1);
        assertThat(replica().get(NAME, 2)).isPresent();
        assertThat(replica().get(NAME, 3)).isPresent();
        assertThat(one.put(NAME, document(3), WRITE).version().number()).isEqualTo(4);
        assertThat(replica().get(NAME, 4)).isPresent();
    }

    @Test
    void aKeyThatIsProvenByTheHeadIsNotLookedUpForEachWrite() {
        int[] looks = {0};
        StateStore counting = new ForwardingStore(storage) {
            @Override
            public List<StateVersion> attachments(StateName name) {
                looks[0]++;
                return super.attachments(name);
            }
        };
        StateBackend one =
                new StateBackend(EncryptedStores.over(counting), Clock.systemUTC(), BackendSettings.defaults());
        one.put(NAME, document(1), WRITE);
        int first = looks[0];

        for (int serial = 2; serial < 200; serial++) {
            one.put(NAME, document(serial), WRITE);
        }

        assertThat(looks[0]).isEqualTo(first);
    }
}
