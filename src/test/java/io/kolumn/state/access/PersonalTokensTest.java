package io.kolumn.state.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.MovableClock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.access.Authentication.Authenticated;
import io.kolumn.state.access.Authentication.Rejected;
import io.kolumn.state.access.Authentication.Undecidable;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.backend.ServiceDocument;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Personal tokens: made on one replica, used on another, and refused when they must be. */
class PersonalTokensTest {

    private static final StateName APP = StateName.of("team/app");
    private static final String OLD_PASSWORD = hash("the old password");
    private static final String NEW_PASSWORD = hash("the new password");

    private static TestIssuer issuer;

    /** Two replicas over one storage. */
    private final MemoryStore store = new MemoryStore();

    private final MovableClock clock = new MovableClock();
    private final AtomicLong nanos = new AtomicLong();
    private final List<Long> pauses = new ArrayList<>();
    private int reads;
    private boolean away;

    @BeforeAll
    static void start() {
        issuer = TestIssuer.start();
    }

    @AfterAll
    static void stop() {
        issuer.close();
    }

    private static String hash(String password) {
        return NewSecret.password(password, new SecureRandom()).hash();
    }

    private PersonalTokens tokens(String... makers) {
        StateBackend backend = new StateBackend(
                new ForwardingStore(store) {
                    @Override
                    public Optional<StateHead> head(StateName name) {
                        reads++;
                        if (away) {
                            throw Unavailable.forEverybody("The storage is away.", null);
                        }
                        return super.head(name);
                    }
                },
                clock,
                BackendSettings.defaults());
        return new PersonalTokens(
                () -> backend.serviceDocument("tokens"),
                List.of(makers),
                Duration.ofDays(90),
                clock,
                nanos::get,
                pauses::add);
    }

    private String[] lines(String password) {
        return new String[] {
            "user.ada.hash=" + password,
            "user.ada.groups=net",
            "user.bob.hash=" + password,
            "token.ci.hash=" + SecretHash.ofToken("kst_ci").text(),
            "issuer.corp.url=" + issuer.url(),
            "issuer.corp.audience=" + TestIssuer.AUDIENCE,
            "issuer.corp.groups-claim=roles",
            "policy.net.subjects=group:net",
            "policy.net.states=team/**",
            "policy.net.roles=reader",
            "policy.corp.subjects=issuer:corp",
            "policy.corp.claims.team=app",
            "policy.corp.states={team}/**",
            "policy.corp.roles=writer"
        };
    }

    private Authenticator replica(String... lines) {
        return TestAccess.of(clock, tokens("user:ada", "issuer:corp"), lines);
    }

    private Authenticator replica() {
        return replica(lines(OLD_PASSWORD));
    }

    private static Identity ada() {
        return Identity.user("ada", Set.of("net"));
    }

    private Identity person(Instant until) {
        return person(until, Map.of("team", "app"));
    }

    private Identity person(Instant until, Map<String, Object> claims) {
        Authentication proof = replica().prove(new Credential.Bearer(issuer.token("carla", until, claims)));
        return ((Authenticated) proof).identity();
    }

    private static PersonalTokens.Made made(Authenticator replica, Identity owner) {
        return replica.personal().make(owner, "laptop", null);
    }

    private static Authentication proof(Authenticator replica, PersonalTokens.Made made) {
        return replica.prove(new Credential.Bearer(made.secret()));
    }

    private static void assertRefused(Authenticator replica, PersonalTokens.Made made, String reason) {
        assertThat(proof(replica, made))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        refused -> assertThat(refused.reason())
                                .contains(reason)
                                .doesNotContain(made.secret().substring(6)));
    }

    @Test
    void aTokenProvesItsOwnerOnEveryReplicaAtOnce() {
        Authenticator one = replica();
        Authenticator other = replica();
        assertThat(other.personal().all()).isEmpty(); // it has a copy without the token
        PersonalTokens.Made made = made(one, ada());

        assertThat(made.secret())
                .matches("kst_p_[0-9a-f]{16}_[A-Za-z0-9_-]{43}")
                .endsWith(made.token().ending());
        for (Authenticator replica : List.of(one, other)) {
            for (Credential shown :
                    List.of(new Credential.Bearer(made.secret()), new Credential.Basic("terraform", made.secret()))) {
                assertThat(replica.isPassword(shown)).isFalse();
                assertThat(replica.prove(shown)).isInstanceOfSatisfying(Authenticated.class, proven -> {
                    assertThat(proven.identity().subject()).isEqualTo("user/ada");
                    assertThat(proven.identity().authMethod()).isEqualTo("personal-token");
                    assertThat(proven.identity().token()).isEqualTo(made.token().id());
                    assertThat(proven.identity().expires()).isEqualTo(MovableClock.START.plus(Duration.ofDays(90)));
                    assertThat(proven.grants().allows(Permission.READ, APP)).isTrue();
                    assertThat(proven.grants().allows(Permission.WRITE, APP)).isFalse();
                });
                assertThat(replica.atOnce(shown)).isPresent();
            }
        }
    }

    @Test
    void aTokenOfAnIssuerHasTheClaimsOfItsMaking() {
        PersonalTokens.Made made = made(replica(), person(MovableClock.START.plusSeconds(600)));
        clock.advance(Duration.ofDays(2));

        assertThat(proof(replica(), made)).isInstanceOfSatisfying(Authenticated.class, proven -> {
            assertThat(proven.identity().subject()).isEqualTo("corp/carla");
            assertThat(proven.identity().claims()).containsEntry("team", List.of("app"));
            assertThat(proven.grants().allows(Permission.WRITE, StateName.of("app/prod")))
                    .isTrue();
            assertThat(proven.grants().allows(Permission.READ, APP)).isFalse();
        });
    }

    @Test
    void aRevokedTokenIsRefusedHereAtOnceAndElsewhereAfterFiveSeconds() {
        Authenticator one = replica();
        Authenticator other = replica();
        PersonalTokens.Made made = made(one, ada());
        assertThat(proof(other, made)).isInstanceOf(Authenticated.class);

        assertThat(one.personal().revoke(made.token().id())).contains(made.token());

        assertRefused(one, made, "no such personal token, or a revoked one");
        nanos.addAndGet(PersonalTokens.REFRESH.toNanos() - 1);
        assertThat(proof(other, made)).isInstanceOf(Authenticated.class);
        nanos.addAndGet(1);
        assertThat(other.atOnce(new Credential.Bearer(made.secret()))).isEmpty();
        assertRefused(other, made, "no such personal token, or a revoked one");
        assertThat(one.personal().revoke(made.token().id())).isEmpty();
    }

    @Test
    void anExpiredTokenOnlyFinishesUnderALockAndIsThenRefused() {
        Authenticator replica = replica();
        PersonalTokens.Made made = replica.personal().make(ada(), "short", Duration.ofHours(1));
        clock.advance(Duration.ofHours(1));

        assertThat(proof(replica, made))
                .isInstanceOfSatisfying(
                        Authenticated.class,
                        proven -> assertThat(proven.identity().expired(clock.instant()))
                                .isTrue());
        clock.advance(Duration.ofHours(1));
        assertRefused(replica, made, "expired at 2026-11-23T09:00:00Z");
        assertThat(replica.personal().all()).containsExactly(made.token());

        clock.advance(Duration.ofDays(8));
        PersonalTokens.Made next = made(replica, ada());
        assertThat(replica.personal().all()).containsExactly(next.token());
    }

    @Test
    void aTokenEndsWithWhatItStandsOn() {
        PersonalTokens.Made ofUser = made(replica(), ada());
        PersonalTokens.Made ofIssuer = made(replica(), person(MovableClock.START.plusSeconds(600)));
        String gone = "is not configured any more";

        List<String> lines = List.of(lines(OLD_PASSWORD));
        Authenticator without = replica(lines.stream()
                .filter(line -> !line.matches("(user.ada|issuer.corp|policy.corp).*"))
                .toArray(String[]::new));
        assertRefused(without, ofUser, gone);
        assertRefused(without, ofIssuer, gone);

        Authenticator elsewhere = replica(lines.stream()
                .map(line ->
                        line.replace("issuer.corp.url=" + issuer.url(), "issuer.corp.url=https://other.example.org"))
                .toArray(String[]::new));
        assertRefused(elsewhere, ofIssuer, gone);
        assertThat(proof(elsewhere, ofUser)).isInstanceOf(Authenticated.class);

        assertRefused(replica(lines(NEW_PASSWORD)), ofUser, gone);
        assertThat(proof(replica(lines(OLD_PASSWORD + ", " + NEW_PASSWORD)), ofUser))
                .isInstanceOf(Authenticated.class);

        Authenticator nobody = TestAccess.of(clock, tokens("user:bob"), lines(OLD_PASSWORD));
        assertRefused(nobody, ofUser, "may have no tokens");
        Authenticator off = TestAccess.of(clock, tokens(), lines(OLD_PASSWORD));
        assertRefused(off, ofUser, "no such token");
        assertThat(off.personal().all()).isEmpty();
    }

    @Test
    void aUserHasTheGroupsOfThePresentConfiguration() {
        PersonalTokens.Made made = made(replica(), ada());
        Authenticator now = replica(List.of(lines(OLD_PASSWORD)).stream()
                .filter(line -> !line.startsWith("user.ada.groups"))
                .toArray(String[]::new));

        assertThat(proof(now, made))
                .isInstanceOfSatisfying(
                        Authenticated.class,
                        proven -> assertThat(proven.grants().allows(Permission.READ, APP))
                                .isFalse());
    }

    @Test
    void whoMayHaveNoTokensMakesNone() {
        Authenticator replica = replica();
        PersonalTokens.Made made = made(replica, ada());
        Identity byToken = ((Authenticated) proof(replica, made)).identity();

        assertThatThrownBy(() -> made(replica, byToken))
                .isInstanceOf(Forbidden.class)
                .hasMessageContaining("A personal token cannot create tokens");
        assertThatThrownBy(() -> made(replica, Identity.user("bob", Set.of())))
                .isInstanceOf(Forbidden.class)
                .hasMessageContaining("'user/bob' cannot have personal tokens");
        assertThatThrownBy(() -> made(replica, Identity.token("ci", Set.of()))).isInstanceOf(Forbidden.class);
        assertThatThrownBy(() -> made(replica, Identity.ANONYMOUS)).isInstanceOf(Forbidden.class);
        Identity ended = person(MovableClock.START.minusSeconds(60));
        assertThatThrownBy(() -> made(replica, ended)).isInstanceOf(Unauthenticated.class);
        Authenticator off = TestAccess.of(clock, tokens(), lines(OLD_PASSWORD));
        assertThatThrownBy(() -> made(off, ada()))
                .isInstanceOf(Forbidden.class)
                .hasMessageContaining("Personal tokens are disabled");
        assertThat(replica.personal().all()).containsExactly(made.token());
    }

    @Test
    void everyoneMeansPeopleAndNoProgram() {
        Authenticator replica = TestAccess.of(clock, tokens("authenticated"), lines(OLD_PASSWORD));

        assertThat(proof(replica, made(replica, Identity.user("bob", Set.of()))))
                .isInstanceOf(Authenticated.class);
        assertThatThrownBy(() -> made(replica, Identity.token("ci", Set.of()))).isInstanceOf(Forbidden.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"anonymous", "token:ci", "certificate", "ada", "user:"})
    void theKeyNamesPeopleOnly(String maker) {
        assertThatThrownBy(() -> TestAccess.of(clock, tokens(maker), lines(OLD_PASSWORD)))
                .isInstanceOf(Configuration.class)
                .hasMessageContaining("kolumn.state.access.personal-tokens")
                .hasMessageContaining("'" + maker);
    }

    @Test
    void namesAndLivesAreChecked() {
        PersonalAccess personal = replica().personal();

        for (String name : List.of("", " ", "a\nb", "x".repeat(101))) {
            assertThatThrownBy(() -> personal.make(ada(), name, null))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("'name'");
        }
        for (String life : List.of("PT59S", "PT0S", "PT-1H", "P91D", "P999999999D")) {
            assertThatThrownBy(() -> personal.make(ada(), "x", Duration.parse(life)))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("PT2160H")
                    .hasMessageContaining("personal-tokens-max-age");
        }
        assertThat(personal.all()).isEmpty();
    }

    @Test
    void nobodyHasMoreThanTwenty() {
        Authenticator replica = replica();
        IntStream.range(0, 19).forEach(i -> made(replica, ada()));
        PersonalTokens.Made last = replica.personal().make(ada(), "short", Duration.ofMinutes(1));

        assertThatThrownBy(() -> made(replica, ada()))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("You have 20 personal tokens");
        made(replica, person(MovableClock.START.plusSeconds(600)));
        clock.advance(Duration.ofMinutes(2));
        assertThat(made(replica, ada()).token()).isNotEqualTo(last.token());
    }

    @Test
    void hugeClaimsAreRefused() {
        Identity huge = person(
                MovableClock.START.plusSeconds(600),
                Map.of(
                        "roles",
                        IntStream.range(0, 600)
                                .mapToObj(i -> "a-long-group-" + i)
                                .toList()));

        assertThatThrownBy(() -> made(replica(), huge))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("too large");
    }

    @Test
    void aWrongSecretIsRefusedAsOneOfAnUnknownId() {
        Authenticator replica = replica();
        PersonalTokens.Made made = made(replica, ada());
        String right = made.secret();
        String wrong = right.substring(0, right.length() - 1) + (right.endsWith("A") ? "B" : "A");
        String unknown = "kst_p_0123456789abcdef_" + right.substring(right.length() - 43);
        reads = 0;

        for (String secret : List.of(wrong, unknown)) {
            nanos.incrementAndGet();
            assertThat(replica.atOnce(new Credential.Bearer(secret))).isEmpty();
            assertThat(replica.prove(new Credential.Bearer(secret)))
                    .isEqualTo(new Rejected("no such personal token, or a revoked one"));
        }
        assertThat(reads).as("one head each, and no document").isEqualTo(2);
        assertThat(pauses.subList(pauses.size() - 2, pauses.size()))
                .as("200 ms after the reading before")
                .containsExactly(199_999_999L, 199_999_999L);
    }

    @Test
    void aTokenInUseReadsTheHeadOnceInFiveSeconds() {
        Authenticator replica = replica();
        PersonalTokens.Made made = made(replica, ada());
        reads = 0;

        for (int i = 0; i < 100; i++) {
            nanos.addAndGet(Duration.ofMillis(100).toNanos());
            assertThat(proof(replica, made)).isInstanceOf(Authenticated.class);
        }

        assertThat(reads).isEqualTo(2);
        assertThat(pauses.getLast()).as("none for a copy that is old").isNegative();
    }

    @Test
    void withoutTheStorageNothingIsDecided() {
        Authenticator replica = replica();
        PersonalTokens.Made made = made(replica, ada());
        away = true;

        assertThat(proof(replica, made)).isInstanceOf(Authenticated.class);
        nanos.addAndGet(PersonalTokens.REFRESH.toNanos());
        assertThat(proof(replica, made)).isInstanceOf(Undecidable.class);
        away = false;
        assertThat(proof(replica, made)).isInstanceOf(Authenticated.class);
    }

    @Test
    void whoWaitsForAStorageThatFailsWaitsOnce() throws Exception {
        CountDownLatch failing = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        PersonalTokens tokens = new PersonalTokens(
                () -> {
                    asked.incrementAndGet();
                    try {
                        failing.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    throw Unavailable.forEverybody("The storage is away.", null);
                },
                List.of("user:ada"),
                Duration.ofDays(90),
                clock,
                nanos::incrementAndGet,
                pauses::add);
        Authenticator replica = TestAccess.of(clock, tokens, lines(OLD_PASSWORD));
        Credential unknown = new Credential.Bearer("kst_p_0123456789abcdef_" + "x".repeat(43));
        Queue<Authentication> proofs = new ConcurrentLinkedQueue<>();
        List<Thread> waiting = IntStream.range(0, 20)
                .mapToObj(i -> Thread.ofVirtual().start(() -> proofs.add(replica.prove(unknown))))
                .toList();
        await().until(() -> waiting.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING));

        failing.countDown();
        for (Thread thread : waiting) {
            thread.join();
        }

        assertThat(proofs).hasSize(20).allMatch(Undecidable.class::isInstance);
        assertThat(asked).hasValueLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"version\": 4}",
                "{\"kolumn_state\": \"personal-tokens\", \"format\": 2, \"tokens\": []}",
                "{\"kolumn_state\": \"personal-tokens\", \"format\": 1, \"tokens\": [{\"id\": \"x\"}]}"
            })
    void anotherDocumentInItsPlaceIsNoTokenAndIsNotReplaced(String document) {
        new StateBackend(store, clock, BackendSettings.defaults())
                .serviceDocument("tokens")
                .change(none -> new ServiceDocument.Change<>(StateDocument.parse(document), true));
        Authenticator replica = replica();

        assertThatThrownBy(() -> made(replica, ada()))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("records of personal tokens cannot be read");
        assertThat(replica.prove(new Credential.Bearer("kst_p_0123456789abcdef_" + "x".repeat(43))))
                .isInstanceOf(Undecidable.class);
    }

    @Test
    void theStorageHasNoSecret() {
        PersonalTokens.Made made = made(replica(), ada());
        String stored = new String(
                new StateBackend(store, clock, BackendSettings.defaults())
                        .serviceDocument("tokens")
                        .read(null)
                        .orElseThrow()
                        .document()
                        .toBytes(),
                StandardCharsets.UTF_8);

        assertThat(stored)
                .contains(made.token().id(), "\"owner\":\"ada\"")
                .doesNotContain(made.secret().substring(6, 30), made.secret().substring(23))
                .doesNotContain(OLD_PASSWORD.substring(OLD_PASSWORD.lastIndexOf(':') + 1));
        assertThat(made.toString()).doesNotContain(made.secret()).doesNotContain("sha256");
        assertThat(made.token().toString()).doesNotContain("sha256");
    }
}
