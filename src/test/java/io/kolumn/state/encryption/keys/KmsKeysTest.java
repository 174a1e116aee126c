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
import io.kolumn.state.encryption.keys.KmsSettings.AccessKey;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys that AWS KMS keeps to itself: what is asked of it, and what becomes of its answers. */
class KmsKeysTest extends KeyProviderContract {

    private static final byte[] SECRET = {1, 2, 3, 4, 5, 6, 7, 8};
    private static final byte[] BOUND = {9};
    private static final String REGION = "eu-central-1";
    private static final String ONE = FakeKms.arn(REGION, "11111111-1111-1111-1111-111111111111");
    private static final String TWO = FakeKms.arn(REGION, "22222222-2222-2222-2222-222222222222");
    private static final AccessKey WHO = new AccessKey(FakeKms.ACCESS_KEY, "a-secret-of-the-tests", null);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-25T00:00:00Z"));
    private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
    private FakeKms kms;
    private KmsKeys keys;

    @BeforeEach
    void start() throws IOException {
        kms = new FakeKms(0).make(ONE).make(TWO).alias("kolumn", ONE);
        keys = keys("alias/kolumn");
    }

    @AfterEach
    void end() {
        keys.close();
        kms.close();
    }

    @Override
    KeyProvider keys() {
        return keys;
    }

    private KmsKeys keys(String key) {
        return new KmsKeys(settings(key, WHO, null, Set.of(), Duration.ofSeconds(5)), clock);
    }

    private KmsSettings settings(
            String key, @Nullable AccessKey who, @Nullable String profile, Set<KeyArn> former, Duration timeout) {
        String region = KeyArn.parse(key).map(KeyArn::region).orElse(REGION);
        return new KmsSettings(key, region, kms.address(), who, profile, former, timeout);
    }

    private static Unavailable refused(Runnable asking) {
        Throwable refused = catchThrowable(asking::run);
        assertThat(refused)
                .isInstanceOf(Unavailable.class)
                .hasMessageNotContainingAny("a-secret-of-the-tests", "user/x");
        return (Unavailable) refused;
    }

    @Test
    void theIdOfAKeyIsItsArnHoweverItIsNamed() {
        for (String name : new String[] {
            ONE, ONE.substring(ONE.indexOf('/') + 1), "alias/kolumn", ONE.replaceAll("key/.*", "alias/kolumn")
        }) {
            try (KmsKeys named = keys(name)) {
                assertThat(named.active()).as(name).isEqualTo(ONE);
                assertThat(named.wrap(SECRET, BOUND).key()).as(name).isEqualTo(ONE);
            }
        }
    }

    @Test
    void noNameOfAStateIsInTheContext() {
        keys.unwrap(keys.wrap(SECRET, "team-a/prod".getBytes()), "team-a/prod".getBytes());

        assertThat(kms.contexts())
                .hasSize(2)
                .allMatch(context -> context.matches("\\{\"kolumn-state-bound-to\":\"[0-9a-f]{64}\"}"));
    }

    @Test
    void anAliasThatPointsToAnotherKeyIsNoticedWithinAMinute() {
        Wrapped byOne = keys.wrap(SECRET, BOUND);
        kms.alias("kolumn", TWO);
        assertThat(keys.active()).isEqualTo(ONE);
        assertThat(keys.wrap(SECRET, BOUND).key()).isEqualTo(ONE);
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(1)));

        assertThat(keys.active()).isEqualTo(TWO);
        assertThat(keys.wrap(SECRET, BOUND).key()).isEqualTo(TWO);
        assertThat(keys.unwrap(byOne, BOUND)).isPresent();
    }

    @Test
    void theRotationOfKmsItselfChangesNothing() {
        Wrapped before = keys.wrap(SECRET, BOUND);
        kms.rotate(ONE);
        now.updateAndGet(time -> time.plus(Duration.ofHours(1)));

        assertThat(keys.active()).isEqualTo(ONE);
        assertThat(keys.wrap(SECRET, BOUND).key()).isEqualTo(ONE);
        assertThat(keys.unwrap(before, BOUND)).isPresent();
    }

    @Test
    void aKeyOfAnotherRegionIsAskedThere() {
        String elsewhere = FakeKms.arn("us-west-2", "33333333-3333-3333-3333-333333333333");
        kms.make(elsewhere);
        try (KmsKeys before = keys(elsewhere)) {
            Wrapped wrapped = before.wrap(SECRET, BOUND);
            assertThat(keys.unwrap(wrapped, BOUND)).isPresent();
        }
        assertThat(kms.requests())
                .containsOnly(
                        "DescribeKey us-west-2", "Encrypt us-west-2", "Decrypt us-west-2", "DescribeKey eu-central-1");
    }

    @Test
    void whatAMultiRegionKeyWrappedIsUnwrappedByItsReplica() {
        String primary = FakeKms.arn("us-west-2", "mrk-1");
        String replica = FakeKms.arn(REGION, "mrk-1");
        kms.make(primary).replicate(primary, replica);
        Wrapped wrapped;
        try (KmsKeys there = keys(primary)) {
            wrapped = there.wrap(SECRET, BOUND);
        }
        kms.remove(primary);
        try (KmsKeys here = keys(replica)) {
            assertThat(here.unwrap(wrapped, BOUND)).isPresent();
            assertThat(here.active()).isEqualTo(replica);
        }
    }

    @Test
    void aKeyOfAnotherAccountIsNotAskedUnlessItIsNamed() {
        String foreign = ONE.replace(FakeKms.ACCOUNT, "999999999999");
        kms.make(foreign);
        Wrapped wrapped;
        try (KmsKeys theirs = keys(foreign)) {
            wrapped = theirs.wrap(SECRET, BOUND);
            assertThat(theirs.unwrap(wrapped, BOUND)).isPresent();
        }
        int before = kms.contexts().size();

        assertThat(keys.unwrap(wrapped, BOUND)).isEmpty();
        assertThat(kms.contexts()).hasSize(before);
        KmsSettings settings =
                settings("alias/kolumn", WHO, null, Set.of(KeyArn.parse(foreign).orElseThrow()), Duration.ofSeconds(5));
        try (KmsKeys moved = new KmsKeys(settings, clock)) {
            assertThat(moved.unwrap(wrapped, BOUND)).isPresent();
        }
    }

    @Test
    void aKeyThatWasDeletedIsNoLongerKnown() {
        Wrapped wrapped = keys.wrap(SECRET, BOUND);
        kms.remove(ONE);

        assertThat(keys.unwrap(wrapped, BOUND)).isEmpty();
        assertThat(refused(() -> keys.wrap(SECRET, BOUND))).hasMessageContainingAll(ONE, "does not exist");
    }

    @ParameterizedTest
    @CsvSource({"Disabled, is disabled", "PendingDeletion, deletion"})
    void aKeyThatCannotBeUsedIsNamedAndStaysKnown(String state, String said) {
        Wrapped wrapped = keys.wrap(SECRET, BOUND);
        kms.state(ONE, state);

        assertThat(refused(() -> keys.unwrap(wrapped, BOUND))).hasMessageContainingAll(ONE, said);
        assertThat(refused(() -> keys.wrap(SECRET, BOUND))).hasMessageContainingAll(ONE, said);
        now.updateAndGet(time -> time.plus(Duration.ofMinutes(1)));
        assertThat(keys.active()).isEqualTo(ONE);
        try (KmsKeys fresh = keys("alias/kolumn")) {
            assertThat(refused(fresh::active)).hasMessageContaining("alias/kolumn");
        }
        kms.state(ONE, "Enabled");
        assertThat(keys.unwrap(wrapped, BOUND)).isPresent();
    }

    @Test
    void aKeyToSignWithIsRefusedWhereItIsLookedAt() {
        kms.spec(ONE, "RSA_2048");

        assertThat(refused(keys::active)).hasMessageContainingAll("alias/kolumn", "RSA_2048", "symmetric");
    }

    @ParameterizedTest
    @CsvSource({"DescribeKey", "Encrypt", "Decrypt"})
    void aMissingRightIsNamed(String action) {
        Wrapped wrapped = keys.wrap(SECRET, BOUND);
        kms.deny(action);
        try (KmsKeys fresh = keys(ONE)) {
            assertThat(refused(() -> {
                        fresh.wrap(SECRET, BOUND);
                        fresh.unwrap(wrapped, BOUND);
                    }))
                    .hasMessageContainingAll("kms:" + action, ONE, "Grant it");
        }
    }

    @Test
    void credentialsThatAreWrongOrMissingAreSaidAndNotShown() {
        AccessKey unknown = new AccessKey("AKIAOTHER", "a-secret-of-the-tests", "a-secret-of-the-tests");
        KmsSettings wrong = settings(ONE, unknown, null, Set.of(), Duration.ofSeconds(5));
        try (KmsKeys refused = new KmsKeys(wrong, clock)) {
            assertThat(refused(refused::active)).hasMessageContaining("does not know the access key");
            assertThat(wrong + " " + refused + " " + unknown).doesNotContain("a-secret-of-the-tests");
        }
        KmsSettings none = settings(ONE, null, "a-profile-of-nobody", Set.of(), Duration.ofSeconds(5));
        try (KmsKeys refused = new KmsKeys(none, clock)) {
            assertThat(refused(refused::active)).hasMessageContaining("no credentials");
        }
    }

    @ParameterizedTest
    @CsvSource({"400, ThrottlingException", "500, KMSInternalException", "503, KeyUnavailableException"})
    void whatPassesIsTriedAgain(int status, String type) {
        kms.failing(1, status, type);

        assertThat(keys.wrap(SECRET, BOUND).key()).isEqualTo(ONE);
        assertThat(kms.requests()).hasSize(3);
    }

    @Test
    void whatDoesNotPassIsSaid() {
        assertThat(keys.active()).isEqualTo(ONE);
        kms.failing(3, 400, "ThrottlingException");
        assertThat(refused(() -> keys.wrap(SECRET, BOUND))).hasMessageContainingAll("slow down", "3 attempts");
        kms.failing(3, 500, "KMSInternalException");
        assertThat(refused(() -> keys.wrap(SECRET, BOUND))).hasMessageContainingAll(ONE, "KMSInternalException");
        kms.failing(3, 502, "");
        assertThat(refused(() -> keys.wrap(SECRET, BOUND))).hasMessageContainingAll("502", "endpoint");
    }

    @Test
    void whileKmsIsAwayTheKeyOfBeforeGoesOn() {
        assertThat(keys.active()).isEqualTo(ONE);
        kms.deny("DescribeKey");
        now.updateAndGet(time -> time.plus(Duration.ofHours(1)));
        assertThat(keys.active()).isEqualTo(ONE);
        kms.alias("kolumn", TWO);
        kms.workingAgain();
        now.updateAndGet(time -> time.plus(Duration.ofHours(1)));
        assertThat(keys.active()).isEqualTo(TWO);
    }

    @Test
    void oneThatIsAwayOrSilentIsUnavailable() {
        kms.silent();
        try (KmsKeys hasty = new KmsKeys(settings(ONE, WHO, null, Set.of(), Duration.ofMillis(100)), clock)) {
            assertThat(refused(hasty::active)).hasMessageContainingAll(ONE, "does not answer");
        }
        kms.close();
        assertThat(refused(keys::active)).hasMessageContainingAll("alias/kolumn", "cannot be reached");
    }

    @Test
    void statesAreEncryptedAndTheirKeysWrappedAnew() {
        MemoryStore below = new MemoryStore();
        StateName name = StateName.of("a/b");
        StateDocument document = StateDocument.parse("{\"version\":4,\"serial\":1,\"lineage\":\"l\"}");
        try (StateBackend states = backend(below)) {
            states.put(name, document, WriteOptions.none());
            states.get(name);
            assertThat(kms.requests()).noneMatch(request -> request.startsWith("Decrypt"));
        }
        kms.alias("kolumn", TWO);
        try (KmsKeys rotating = keys("alias/kolumn")) {
            KeyRotation rotation = new KeyRotation(below, rotating, clock);
            assertThat(rotation.wrappedBy("")).containsOnlyKeys(ONE);
            assertThat(rotation.run("", () -> false).rewrapped()).isEqualTo(1);
            assertThat(rotation.wrappedBy("")).containsOnlyKeys(TWO);
        }
        kms.remove(ONE);
        try (StateBackend states = backend(below)) {
            assertThat(states.get(name))
                    .hasValueSatisfying(stored -> assertThat(stored.document()).isEqualTo(document));
        }
        kms.remove(TWO);
        kms.make(ONE).alias("kolumn", ONE);
        try (StateBackend states = backend(below)) {
            assertThatThrownBy(() -> states.get(name))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContainingAll("a/b", TWO, "which this service does not have");
        }
    }

    /** Over a store that stays when it is closed. */
    private StateBackend backend(StateStore below) {
        StateStore lasting = new ForwardingStore(below) {
            @Override
            public void close() {}
        };
        return new StateBackend(
                new EncryptedStore(lasting, keys("alias/kolumn"), EncryptionSettings.defaults(), clock),
                clock,
                BackendSettings.defaults());
    }
}
