package io.kolumn.state.encryption.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.encryption.EncryptedStore;
import io.kolumn.state.encryption.EncryptionSettings;
import io.kolumn.state.encryption.KeyProvider;
import io.kolumn.state.encryption.KeyProvider.Wrapped;
import io.kolumn.state.encryption.KeyRotation;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that Vault keeps to itself: what is asked of it, and what becomes of its answers. */
class VaultKeysTest extends KeyProviderContract {

    private static final byte[] SECRET = {1, 2, 3, 4, 5, 6, 7, 8};
    private static final byte[] BOUND = {9};

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-25T00:00:00Z"));
    private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
    private FakeVault vault;
    private VaultKeys keys;

    @BeforeEach
    void start() throws IOException {
        vault = new FakeVault().rotate("kolumn");
        keys = new VaultKeys(vault.settings("kolumn"), clock);
    }

    @AfterEach
    void end() {
        keys.close();
        vault.close();
    }

    @Override
    KeyProvider keys() {
        return keys;
    }

    @Test
    void whatWasWrappedIsUnwrapped() {
        Wrapped wrapped = keys.wrap(SECRET, BOUND);

        assertThat(wrapped.key()).isEqualTo("kolumn:v1").isEqualTo(keys.active());
        assertThat(wrapped.text()).startsWith("vault:v1:");
        assertThat(keys.unwrap(wrapped, BOUND))
                .hasValueSatisfying(secret -> assertThat(secret).isEqualTo(SECRET));
    }

    @Test
    void whatIsBoundToSomethingElseIsRefused() {
        Wrapped wrapped = keys.wrap(SECRET, BOUND);

        assertThatThrownBy(() -> keys.unwrap(wrapped, new byte[] {8}))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("authentication failed");
    }

    @Test
    void aNewVersionIsNoticedWithinAMinuteAndOldOnesAreRead() {
        Wrapped byOne = keys.wrap(SECRET, BOUND);
        assertThat(keys.active()).isEqualTo("kolumn:v1");
        vault.rotate("kolumn");
        assertThat(keys.active()).isEqualTo("kolumn:v1");
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(1)));

        assertThat(keys.active()).isEqualTo("kolumn:v2");
        assertThat(keys.wrap(SECRET, BOUND).key()).isEqualTo("kolumn:v2");
        assertThat(keys.unwrap(byOne, BOUND)).isPresent();
    }

    @Test
    void anotherKeyTakesOver() {
        Wrapped before = keys.wrap(SECRET, BOUND);
        try (VaultKeys next = new VaultKeys(vault.rotate("next").settings("next"), clock)) {
            assertThat(next.active()).isEqualTo("next:v1");
            assertThat(next.unwrap(before, BOUND)).isPresent();
        }
    }

    @Test
    void aKeyOrVersionThatIsGoneIsNoLongerKnown() {
        Wrapped wrapped = keys.wrap(SECRET, BOUND);
        vault.oldest(2);
        assertThat(keys.unwrap(wrapped, BOUND)).isEmpty();
        vault.remove("kolumn");
        assertThat(keys.unwrap(wrapped, BOUND)).isEmpty();
        assertThat(keys.unwrap(new Wrapped("a-local-key", "text"), BOUND)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 473, 500, 503})
    void whileVaultIsAwayTheNewestVersionOfBeforeGoesOn(int status) {
        assertThat(keys.active()).isEqualTo("kolumn:v1");
        vault.failing(status);
        now.updateAndGet(time -> time.plus(Duration.ofHours(1)));

        assertThat(keys.active()).isEqualTo("kolumn:v1");
        assertThatThrownBy(() -> keys.wrap(SECRET, BOUND))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining(String.valueOf(status));
        vault.failing(0);
        assertThat(keys.wrap(SECRET, BOUND).key()).isEqualTo("kolumn:v1");
    }

    @Test
    void oneThatDoesNotAnswerIsUnavailable() {
        vault.close();

        assertThatThrownBy(() -> keys.active()).isInstanceOf(Unavailable.class).hasMessageContaining("does not answer");
    }

    @Test
    void aTokenThatIsRefusedIsSaidAndNotShown(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "hvs.wrong\n");
        VaultSettings right = vault.settings("kolumn");
        VaultSettings wrong =
                new VaultSettings(right.address(), right.mount(), right.key(), null, file, null, right.timeout());
        try (VaultKeys refused = new VaultKeys(wrong, clock)) {
            Throwable said = catchThrowable(refused::active);
            assertThat(said)
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("rejected the token")
                    .hasMessageNotContaining("hvs.");

            Files.writeString(file, FakeVault.TOKEN);
            assertThat(refused.active()).isEqualTo("kolumn:v1");

            Files.writeString(file, "hvs.two\nlines");
            assertThat(catchThrowable(() -> refused.wrap(SECRET, BOUND)))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageNotContaining("hvs.");
        }
        assertThat(right.toString() + keys).doesNotContain("hvs.");
    }

    @Test
    void statesAreEncryptedAndTheirKeysWrappedAnew() {
        MemoryStore below = new MemoryStore();
        StateName name = StateName.of("a/b");
        StateDocument document = StateDocument.parse("{\"version\":4,\"serial\":1,\"lineage\":\"l\"}");
        try (StateBackend states = backend(below)) {
            states.put(name, document, WriteOptions.none());
            states.get(name);
            states.get(name);
            assertThat(vault.requests()).noneMatch(path -> path.contains("/decrypt/"));
        }
        vault.rotate("kolumn");
        try (VaultKeys rotating = new VaultKeys(vault.settings("kolumn"), clock)) {
            assertThat(new KeyRotation(below, rotating, clock)
                            .run("", () -> false)
                            .rewrapped())
                    .isEqualTo(1);
        }
        vault.oldest(2);
        try (StateBackend states = backend(below)) {
            assertThat(states.get(name))
                    .hasValueSatisfying(stored -> assertThat(stored.document()).isEqualTo(document));
        }
    }

    /** Over a store that stays when it is closed. */
    private StateBackend backend(StateStore below) {
        StateStore lasting = new ForwardingStore(below) {
            @Override
            public void close() {}
        };
        VaultKeys own = new VaultKeys(vault.settings("kolumn"), clock);
        return new StateBackend(
                new EncryptedStore(lasting, own, EncryptionSettings.defaults(), clock),
                clock,
                BackendSettings.defaults());
    }
}
