package io.kolumn.state.encryption;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.record;
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
import io.kolumn.state.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Somebody who can write the storage, and has no key, puts plain documents where encrypted ones belong. */
class PlainVersionsTest {

    private static final StateName NAME = StateName.of("team-a/network/prod");

    private final MemoryStore below = new MemoryStore();

    private static EncryptedStore on(StateStore below) {
        return EncryptedStores.over(below, "k1");
    }

    private static EncryptedStore off(StateStore below) {
        return EncryptedStores.over(
                below, new EncryptionSettings(false, true, Compression.NONE, Duration.ofMinutes(5)), "k1");
    }

    private static void put(EncryptedStore store, long serial) {
        StateHead head = store.head(NAME).orElse(null);
        Transition next = head == null ? create(NAME, document(serial)) : write(head, document(serial));
        assertThat(store.commit(next)).isTrue();
    }

    private static Optional<StateDocument> current(EncryptedStore store) {
        StateHead head = store.head(NAME).orElseThrow();
        return store.content(NAME, Objects.requireNonNull(head.current()));
    }

    private static void assertRefused(EncryptedStore store) {
        assertThatThrownBy(() -> current(store))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("is not encrypted, although earlier versions are");
    }

    /** Writes a plain version with this number past the service, with none of the versions before it where they go. */
    private void plant(long number, boolean alone) {
        StateHead head = below.head(NAME).orElseThrow();
        StateVersion[] gone =
                alone ? below.history(NAME, Long.MAX_VALUE, 100).toArray(StateVersion[]::new) : new StateVersion[0];
        assertThat(below.commit(write(NAME, head, record(number, document(number)), document(number), gone)))
                .isTrue();
    }

    @Test
    void aPlainVersionBehindEncryptedOnesIsRefused() {
        put(on(below), 1);
        plant(2, false);

        assertRefused(on(below));
    }

    @Test
    void aPlainVersionIsRefusedAlsoWhereNoEncryptedOneIsLeft() {
        put(on(below), 1);
        plant(2, true);

        assertThat(below.history(NAME, 10, 10)).extracting(StateVersion::sealed).containsExactly(false);
        assertRefused(on(below));
    }

    @Test
    void theNumberThatAKeyWasMadeForCannotBeRaised() {
        put(on(below), 1);
        StateVersion key = below.attachments(NAME).getFirst();
        StateDocument wrapped = below.content(NAME, key).orElseThrow();
        assertThat(key.operation()).endsWith(" for 1");
        for (String altered : List.of(
                key.operation().replace(" for 1", " for 900"), key.operation().replace(" for 1", ""))) {
            below.deleteContent(NAME, key);
            below.putAttachment(NAME, renamed(key, altered), wrapped);
            if (below.history(NAME, 10, 10).getFirst().sealed()) {
                plant(2, true);
            }

            assertThatThrownBy(() -> current(on(below))).isInstanceOf(Unavailable.class);
        }
    }

    private static StateVersion renamed(StateVersion version, String operation) {
        return new StateVersion(
                version.number(),
                version.id(),
                version.format(),
                version.empty(),
                version.serial(),
                version.lineage(),
                version.sha256(),
                version.size(),
                version.created(),
                version.author(),
                operation,
                version.fence());
    }

    @Test
    void versionsFromBeforeEncryptionStayReadable() {
        assertThat(below.commit(create(NAME, document(1)))).isTrue();
        EncryptedStore store = on(below);
        put(store, 2);
        put(store, 3);

        assertThat(store.history(NAME, 10, 10))
                .allSatisfy(
                        version -> assertThat(on(below).content(NAME, version)).isPresent());
    }

    @Test
    void whatAServiceWroteThatWasToldNotToEncryptIsRead() {
        put(on(below), 1);
        put(off(below), 2);
        put(off(below), 3);

        assertThat(current(on(below))).contains(document(3));
        assertThat(current(off(below))).contains(document(3));
        assertThat(below.attachments(NAME))
                .filteredOn(kept -> kept.id().startsWith("key-plain-"))
                .as("one seal for all that follow")
                .hasSize(1);
    }

    @Test
    void switchedOnAgainAPlainVersionIsRefusedAgain() {
        put(on(below), 1);
        put(off(below), 2);
        put(on(below), 3);
        plant(4, true);

        assertRefused(on(below));
        assertRefused(off(below));
    }

    @Test
    void aSealThatNobodyWithAKeyMadeCountsForNothing() {
        put(on(below), 1);
        put(off(below), 2);
        StateVersion seal = below.attachments(NAME).stream()
                .filter(kept -> kept.id().startsWith("key-plain-"))
                .findFirst()
                .orElseThrow();
        StateDocument content = below.content(NAME, seal).orElseThrow();
        put(on(below), 3);
        below.putAttachment(
                NAME,
                new StateVersion(
                        0,
                        "key-plain-" + "0".repeat(32),
                        seal.format(),
                        false,
                        null,
                        null,
                        seal.sha256(),
                        seal.size(),
                        seal.created(),
                        "",
                        seal.operation().replace("plain from 2", "plain from 4"),
                        0),
                content);
        plant(4, true);

        assertRefused(on(below));
    }

    @Test
    void aServiceOfTwoMindsReadsAllThatItWrote() {
        EncryptedStore on = on(below);
        EncryptedStore off = off(below);
        for (int serial = 1; serial <= 8; serial++) {
            put(serial % 3 == 0 ? off : on, serial);
        }

        for (EncryptedStore reader : List.of(on(below), off(below), on, off)) {
            assertThat(reader.history(NAME, 100, 100))
                    .hasSize(8)
                    .allSatisfy(
                            version -> assertThat(reader.content(NAME, version)).isPresent());
        }
    }

    @Test
    void aKeyOfAnEarlierReleaseIsBoundToItsFirstVersionWithTheNextWrite() {
        put(on(below), 1);
        put(on(below), 2);
        StateVersion key = below.attachments(NAME).getFirst();
        KeyProvider provider = EncryptedStores.keys("k1");
        byte[] now = new StateKey.Bound("key")
                .text(NAME.value())
                .text(key.id().substring(4, 36))
                .number(1)
                .bytes();
        byte[] before = new StateKey.Bound("key")
                .text(NAME.value())
                .text(key.id().substring(4, 36))
                .bytes();
        byte[] secret =
                provider.unwrap(new KeyProvider.Wrapped("k1", text(key)), now).orElseThrow();
        below.deleteContent(NAME, key);
        StateDocument earlier = StateDocument.sealed(
                List.of(provider.wrap(secret, before).text().getBytes(StandardCharsets.US_ASCII)));
        StateVersion old = renamed(key, key.operation().replace(" for 1", ""));
        below.putAttachment(NAME, describing(old, earlier), earlier);

        assertThat(current(on(below))).contains(document(2));
        put(on(below), 3);
        assertThat(below.attachments(NAME))
                .singleElement()
                .satisfies(kept -> assertThat(kept.operation()).endsWith(" for 1"));
        assertThat(current(on(below))).contains(document(3));
    }

    private String text(StateVersion key) {
        return new String(below.content(NAME, key).orElseThrow().toBytes(), StandardCharsets.US_ASCII);
    }

    private static StateVersion describing(StateVersion record, StateDocument content) {
        return new StateVersion(
                0,
                record.id(),
                record.format(),
                false,
                null,
                null,
                content.sha256(),
                content.size(),
                record.created(),
                "",
                record.operation(),
                0);
    }

    @Test
    void whereAllIsEncryptedAPlainDocumentCanBeRefusedWhateverTheStorageSays() {
        assertThat(below.commit(create(NAME, document(1)))).isTrue();
        EncryptedStore strict = EncryptedStores.over(
                below, new EncryptionSettings(true, false, Compression.NONE, Duration.ofMinutes(5)), "k1");

        assertThatThrownBy(() -> current(strict))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("encryption.plain=refuse");
        put(strict, 2);
        assertThat(current(strict)).contains(document(2));
    }
}
