package io.kolumn.state.encryption;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.record;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kolumn.state.ListQuery;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Documents that another store keeps encrypted, and what that store has of them. */
class EncryptedStoreTest {

    private static final StateName NAME = StateName.of("team-a/network/prod");
    private static final StateName OTHER = StateName.of("team-b/network/prod");

    private final MemoryStore below = new MemoryStore();
    private final EncryptedStore store = EncryptedStores.over(below, "k1");

    private static StateVersion current(StateStore store, StateName name) {
        return Objects.requireNonNull(store.head(name).orElseThrow().current());
    }

    private static StateBackend backend(StateStore store) {
        return new StateBackend(store, Clock.systemUTC(), BackendSettings.defaults());
    }

    private static String text(StateDocument document) {
        return new String(document.toBytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void theStoreBelowKeepsAnEnvelopeWithARecordOfItsOwn() {
        store.commit(create(NAME, document(1)));

        StateVersion kept = current(below, NAME);
        StateDocument envelope = below.content(NAME, kept).orElseThrow();
        assertThat(text(envelope)).doesNotContain("contract").startsWith("KSE");
        assertThat(kept.sealed()).isTrue();
        assertThat(kept.describes(envelope)).isTrue();
        assertThat(kept.describes(document(1))).isFalse();
        assertThat(current(store, NAME).describes(document(1))).isTrue();
        assertThat(current(store, NAME).operation()).isEqualTo("put");
    }

    @Test
    void whatIsSetAsideIsEncryptedToo() {
        StateVersion refused = record(0, document(2));
        store.putAttachment(NAME, refused, document(2));

        StateVersion kept = below.attachments(NAME).stream()
                .filter(record -> record.id().equals(refused.id()))
                .findFirst()
                .orElseThrow();
        assertThat(kept.sealed()).isTrue();
        assertThat(text(below.content(NAME, kept).orElseThrow())).doesNotContain("contract");
        assertThat(store.attachments(NAME)).containsExactly(refused);
    }

    @Test
    void everyVersionHasAKeyOfItsOwn() {
        StateHead one = committed(store, create(NAME, document(1)));
        committed(store, write(one, document(1)));

        List<byte[]> contents = below.history(NAME, 3, 2).stream()
                .map(kept -> below.content(NAME, kept).orElseThrow().toBytes())
                .toList();
        assertThat(new String(contents.get(0), 21, 16, StandardCharsets.ISO_8859_1))
                .isNotEqualTo(new String(contents.get(1), 21, 16, StandardCharsets.ISO_8859_1));
    }

    private static StateHead committed(StateStore store, Transition transition) {
        assertThat(store.commit(transition)).isTrue();
        return store.head(transition.name()).orElseThrow();
    }

    @Test
    void aListOfStatesAsksForNoContentAndNoKey() {
        store.commit(create(NAME, document(1)));
        EncryptedStore without = EncryptedStores.over(below, "k2");

        assertThat(without.list(ListQuery.all()).heads())
                .isEqualTo(store.list(ListQuery.all()).heads());
        assertThat(without.history(NAME, 10, 10)).isEqualTo(store.history(NAME, 10, 10));
        assertThat(current(without, NAME).sha256()).isEqualTo(document(1).sha256());
    }

    // A ciphertext belongs to one version of one state.

    @Test
    void aContentThatWasMovedToAnotherStateIsRefused() {
        store.commit(create(NAME, document(1)));
        StateVersion kept = current(below, NAME);
        StateDocument envelope = below.content(NAME, kept).orElseThrow();
        StateHead forged = new StateHead(OTHER, "", kept.id(), kept, null, 1, 1, 0, 1, kept.created());
        below.commit(new Transition(null, forged, envelope, List.of()));
        below.attachments(NAME)
                .forEach(key ->
                        below.putAttachment(OTHER, key, below.content(NAME, key).orElseThrow()));

        assertThat(current(store, OTHER)).isEqualTo(current(store, NAME));
        assertThatThrownBy(() -> store.content(OTHER, current(store, OTHER)))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("wrapped key");
    }

    @Test
    void aContentThatWasMovedToAnotherVersionIsRefused() {
        StateHead one = committed(store, create(NAME, document(1)));
        StateVersion kept = current(below, NAME);
        StateDocument envelope = below.content(NAME, kept).orElseThrow();
        StateVersion moved = new StateVersion(
                2,
                kept.id(),
                kept.format(),
                kept.empty(),
                kept.serial(),
                kept.lineage(),
                kept.sha256(),
                kept.size(),
                kept.created(),
                kept.author(),
                kept.operation(),
                kept.fence());
        StateHead forged = new StateHead(NAME, "", "forged", moved, null, 2, 2, 0, 1, kept.created());
        assertThat(below.commit(new Transition(below.head(NAME).orElseThrow(), forged, envelope, List.of())))
                .isTrue();

        assertThat(one.lastVersion()).isEqualTo(1);
        assertThatThrownBy(() -> store.content(NAME, current(store, NAME)))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("Version 2 of state 'team-a/network/prod'")
                .hasMessageContaining("belongs to another state or version");
    }

    @Test
    void anAlteredRecordIsRefused() {
        store.commit(create(NAME, document(1)));
        StateVersion kept = current(below, NAME);
        StateDocument envelope = below.content(NAME, kept).orElseThrow();
        StateVersion raised = new StateVersion(
                kept.number(),
                kept.id(),
                kept.format(),
                kept.empty(),
                99L,
                kept.lineage(),
                kept.sha256(),
                kept.size(),
                kept.created(),
                kept.author(),
                kept.operation(),
                kept.fence());
        MemoryStore forged = new MemoryStore();
        forged.commit(new Transition(
                null,
                new StateHead(NAME, "", kept.id(), raised, null, 1, 1, 0, 99, kept.created()),
                envelope,
                List.of()));
        below.attachments(NAME)
                .forEach(key ->
                        forged.putAttachment(NAME, key, below.content(NAME, key).orElseThrow()));
        EncryptedStore reader = EncryptedStores.over(forged, "k1");

        assertThatThrownBy(() -> reader.content(NAME, current(reader, NAME)))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("it was altered");
    }

    // Keys come and go.

    @Test
    void aNewActiveKeyMakesANewKeyOfTheStateAndOldVersionsAreRead() {
        StateHead one = committed(store, create(NAME, document(1)));
        EncryptedStore next = EncryptedStores.over(below, "k2", "k1");
        committed(next, write(one, document(2)));

        assertThat(new StateKeysOf(below).madeUnder(NAME)).containsExactlyInAnyOrder("k1", "k2");
        assertThat(contents(next)).containsExactly(document(2), document(1));
    }

    private static List<StateDocument> contents(StateStore store) {
        return store.history(NAME, Long.MAX_VALUE, 100).stream()
                .map(version -> store.content(NAME, version).orElseThrow())
                .toList();
    }

    /** The keys that a store has beside a state. */
    private record StateKeysOf(StateStore store) {
        List<String> madeUnder(StateName name) {
            return store.attachments(name).stream()
                    .flatMap(version -> KeyRecord.of(version).stream())
                    .map(KeyRecord::madeUnder)
                    .toList();
        }
    }

    @Test
    void aLostKeyIsNamedWithTheVersionThatNeedsItAndAllElseGoesOn() {
        StateHead one = committed(store, create(NAME, document(1)));
        EncryptedStore without = EncryptedStores.over(below, "k2");

        Throwable lost = catchThrowable(() -> without.content(NAME, current(without, NAME)));
        assertThat(lost)
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("Version 1 of state 'team-a/network/prod'")
                .hasMessageContaining("'k1'")
                .hasMessageContaining("Add the key again");
        committed(without, write(one, document(2)));
        assertThat(without.content(NAME, current(without, NAME))).contains(document(2));
        assertThat(backend(without)
                        .lock(NAME, LockInfo.of("id", "ada", "apply"), LockOptions.none())
                        .fresh())
                .isTrue();
    }

    @Test
    void anotherSecretUnderTheSameNameIsNoKey() {
        store.commit(create(NAME, document(1)));
        String secret = EncryptedStores.base64("another");
        EncryptedStore reader = new EncryptedStore(
                below,
                io.kolumn.state.encryption.keys.LocalKeys.of("k1=" + secret),
                EncryptionSettings.defaults(),
                Clock.systemUTC());

        Throwable refused = catchThrowable(() -> reader.content(NAME, current(reader, NAME)));
        assertThat(refused)
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("key 'k1' is not the one that wrapped it")
                .hasMessageNotContaining(secret);
    }

    @Test
    void aProviderThatIsAwayIsUnavailableAndKeysInMemoryGoOn() {
        Fickle provider = new Fickle();
        EncryptedStore fickle = new EncryptedStore(below, provider, EncryptionSettings.defaults(), Clock.systemUTC());
        committed(fickle, create(NAME, document(1)));
        store.commit(create(OTHER, document(1)));
        provider.away = true;

        assertThat(fickle.content(NAME, current(fickle, NAME))).contains(document(1));
        assertThatThrownBy(() -> fickle.content(OTHER, current(fickle, OTHER)))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("away");
        assertThatThrownBy(() -> fickle.commit(create(StateName.of("new"), document(1))))
                .isInstanceOf(Unavailable.class);
        assertThat(fickle.head(StateName.of("new"))).isEmpty();
        assertThat(fickle.check()).matches(check -> check.canRead() && !check.canWrite());
    }

    /** A provider that can be away. */
    private static final class Fickle implements KeyProvider {
        private final KeyProvider keys = EncryptedStores.keys("k1");
        private boolean away;

        private KeyProvider keys() {
            if (away) {
                throw new Unavailable("The keys are away, by the test.", null);
            }
            return keys;
        }

        @Override
        public String active() {
            return keys().active();
        }

        @Override
        public Wrapped wrap(byte[] secret, byte[] aad) {
            return keys().wrap(secret, aad);
        }

        @Override
        public Optional<byte[]> unwrap(Wrapped wrapped, byte[] aad) {
            return keys().unwrap(wrapped, aad);
        }

        @Override
        public void close() {
            keys.close();
        }
    }

    @Test
    void aKeyThatIsMissingInTheStorageIsSaid() {
        store.commit(create(NAME, document(1)));
        below.attachments(NAME).forEach(key -> below.deleteContent(NAME, key));
        EncryptedStore reader = EncryptedStores.over(below, "k1");

        assertThatThrownBy(() -> reader.content(NAME, current(reader, NAME)))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("is missing in the storage");
    }

    // On and off.

    @Test
    void whatWasWrittenBeforeEncryptionIsReadAndWhatComesAfterIsEncrypted() {
        StateHead plain = committed(below, create(NAME, document(1)));
        committed(store, write(store.head(NAME).orElseThrow(), document(2)));

        assertThat(plain.lastVersion()).isEqualTo(1);
        assertThat(contents(store)).containsExactly(document(2), document(1));
        assertThat(below.history(NAME, 10, 10)).extracting(StateVersion::sealed).containsExactly(true, false);
    }

    @Test
    void switchedOffItReadsWhatIsEncryptedAndWritesPlainly() {
        committed(store, create(NAME, document(1)));
        EncryptionSettings off = new EncryptionSettings(false, true, Compression.NONE, Duration.ofMinutes(5));
        EncryptedStore reader = EncryptedStores.over(below, off, "k1");
        committed(reader, write(reader.head(NAME).orElseThrow(), document(2)));
        reader.putAttachment(NAME, record(0, document(3)), document(3));

        assertThat(contents(reader)).containsExactly(document(2), document(1));
        assertThat(below.history(NAME, 10, 10)).extracting(StateVersion::sealed).containsExactly(false, true);
        assertThat(below.attachments(NAME))
                .extracting(StateVersion::sealed)
                .containsExactlyInAnyOrder(false, true, true);
    }

    @Test
    void withoutAnyKeysNothingEncryptedIsServedOrWrittenOver() {
        committed(store, create(NAME, document(1)));
        store.putAttachment(NAME, record(0, document(3)), document(3));
        StateBackend plain = backend(below);

        assertNoKeys(() -> plain.get(NAME));
        assertNoKeys(() -> plain.get(NAME, 1));
        assertNoKeys(() -> plain.current(NAME));
        assertNoKeys(() -> plain.put(NAME, document(1), WriteOptions.none()));
        assertNoKeys(() -> plain.snapshot(NAME));
        for (StateVersion quarantined : plain.quarantine(NAME)) {
            assertNoKeys(() -> plain.getQuarantined(NAME, quarantined.id()));
            assertNoKeys(() -> plain.restoreQuarantined(NAME, quarantined.id(), WriteOptions.none(), size -> {}));
        }
        assertThat(plain.quarantine(NAME)).hasSize(2);
        assertThat(plain.lock(NAME, LockInfo.of("id", "ada", "apply"), LockOptions.none())
                        .fresh())
                .isTrue();
    }

    private static void assertNoKeys(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("is encrypted")
                .hasMessageContaining("kolumn.state.encryption.key-provider");
    }

    @Test
    void nobodyAboveSeesTheKeysOrTakesTheirPlace() {
        store.commit(create(NAME, document(1)));
        StateVersion key = below.attachments(NAME).getFirst();

        assertThat(store.attachments(NAME)).isEmpty();
        assertThatThrownBy(() -> store.deleteContent(NAME, key)).isInstanceOf(Invalid.class);
        StateVersion posing = record(0, key.id(), document(2), key.created());
        assertThatThrownBy(() -> store.putAttachment(NAME, posing, document(2))).isInstanceOf(Invalid.class);
        assertThat(below.attachments(NAME)).containsExactly(key);
    }

    // Commits that are tried again.

    @Test
    void aCommitThatIsTriedAgainStagesTheSameBytes() {
        List<Transition> seen = new ArrayList<>();
        StateStore lossy = new ForwardingStore(below) {
            @Override
            public boolean commit(Transition transition) {
                seen.add(transition);
                if (seen.size() == 1) {
                    throw Unavailable.outcomeUnknown("The answer was lost, by the test.", null);
                }
                return super.commit(transition);
            }
        };
        Switching provider = new Switching();
        EncryptedStore retried = new EncryptedStore(lossy, provider, EncryptionSettings.defaults(), Clock.systemUTC());
        Transition transition = create(NAME, document(1));

        assertThatThrownBy(() -> retried.commit(transition)).isInstanceOf(Unavailable.class);
        provider.keys = EncryptedStores.keys("k2", "k1");
        assertThat(retried.commit(transition)).isTrue();

        assertThat(seen.get(1).content()).isEqualTo(seen.get(0).content());
        assertThat(seen.get(1).to()).isEqualTo(seen.get(0).to());
        assertThat(retried.content(NAME, current(retried, NAME))).contains(document(1));
    }

    /** A provider whose keys change. */
    private static final class Switching implements KeyProvider {
        private KeyProvider keys = EncryptedStores.keys("k1");

        @Override
        public String active() {
            return keys.active();
        }

        @Override
        public Wrapped wrap(byte[] secret, byte[] aad) {
            return keys.wrap(secret, aad);
        }

        @Override
        public Optional<byte[]> unwrap(Wrapped wrapped, byte[] aad) {
            return keys.unwrap(wrapped, aad);
        }

        @Override
        public void close() {
            keys.close();
        }
    }

    @Test
    void twoHandlesShareTheKeysOfAState() {
        EncryptedStore other = EncryptedStores.over(below, "k1");
        StateHead one = committed(store, create(NAME, document(1)));
        committed(other, write(other.head(NAME).orElseThrow(), document(2)));

        assertThat(one.lastVersion()).isEqualTo(1);
        assertThat(below.attachments(NAME)).hasSize(1);
        assertThat(contents(store)).isEqualTo(contents(other));
    }
}
