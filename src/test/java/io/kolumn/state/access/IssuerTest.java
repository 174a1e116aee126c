package io.kolumn.state.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.access.Issuers.Away;
import io.kolumn.state.access.Issuers.Refused;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetSequenceJsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IssuerTest {

    private static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(300);
    private static final String SUBJECT = "repo:acme/app:ref:refs/heads/main";
    private static final IssuerKeys.Intervals IMPATIENT = new IssuerKeys.Intervals(
            Duration.ofMinutes(15).toNanos(), Duration.ofHours(24).toNanos(), 0);

    private final TestIssuer server = TestIssuer.start();
    private final Issuers issuers = issuers(issuer(server));

    @AfterEach
    void stop() {
        server.close();
    }

    private static Issuer issuer(TestIssuer server) {
        return issuer(server, IMPATIENT);
    }

    private static Issuer issuer(TestIssuer server, IssuerKeys.Intervals intervals) {
        IssuerSource source = new IssuerSource("github", server.url(), null, null, null);
        return new Issuer(
                new Issuer.Settings(
                        "github",
                        server.url(),
                        Set.of("other", TestIssuer.AUDIENCE),
                        List.of("RS256", "ES256"),
                        "sub",
                        "realm.roles"),
                new IssuerKeys("github", source, intervals));
    }

    private static Issuers issuers(Issuer... all) {
        return new Issuers(List.of(all), List.of(), Duration.ofHours(1));
    }

    @Test
    void aTokenProvesItsSubjectWithItsClaims() throws Exception {
        String token = server.token(
                SUBJECT,
                LATER,
                Map.of(
                        "repository",
                        "acme/app",
                        "run_id",
                        42,
                        "realm",
                        Map.of("roles", List.of("platform", "net")),
                        "kubernetes.io",
                        Map.of("namespace", "ci", "serviceaccount", Map.of("name", "runner"))));

        Identity identity = issuers.verify(token, NOW);

        assertThat(identity.subject()).isEqualTo("github/" + SUBJECT);
        assertThat(identity.groups()).containsExactlyInAnyOrder("platform", "net");
        assertThat(identity.claims())
                .containsEntry("repository", List.of("acme/app"))
                .containsEntry("run_id", List.of("42"))
                .containsEntry("kubernetes.io.namespace", List.of("ci"))
                .containsEntry("kubernetes.io.serviceaccount.name", List.of("runner"));
        assertThat(identity.expired(LATER.plusSeconds(29))).isFalse();
        assertThat(identity.expired(LATER.plusSeconds(30))).isTrue();
    }

    @Test
    void aTokenThatEndedIsLookedAtForTheGraceAndNoLonger() throws Exception {
        String token = server.token(SUBJECT, NOW, Map.of());

        assertThat(issuers.verify(token, NOW.plus(Duration.ofMinutes(59))).expired(NOW.plus(Duration.ofMinutes(59))))
                .isTrue();
        assertRefused(token, NOW.plus(Duration.ofHours(1)).plusSeconds(31), "expired at");
    }

    @Test
    void whatIsWrongInAnyClaimIsRefused() {
        assertRefused(changed(claims -> claims.setAudience("somebody-else")), NOW, "audience");
        assertRefused(changed(claims -> claims.unsetClaim("aud")), NOW, "");
        assertRefused(changed(claims -> claims.unsetClaim("exp")), NOW, "without an expiry time");
        assertRefused(changed(claims -> claims.setStringClaim("exp", "soon")), NOW, "claim");
        assertRefused(changed(claims -> claims.unsetClaim("sub")), NOW, "'sub'");
        assertRefused(changed(claims -> claims.setSubject("")), NOW, "'sub'");
        assertRefused(changed(claims -> claims.setSubject("line\nbreak")), NOW, "'sub'");
        assertRefused(changed(claims -> claims.setSubject("x".repeat(1001))), NOW, "'sub'");
        assertRefused(changed(claims -> claims.setIssuer(server.url() + "/")), NOW, "no issuer");
        assertRefused(changed(claims -> claims.unsetClaim("iss")), NOW, "without an issuer");
        assertRefused(
                changed(claims -> claims.setNotBefore(org.jose4j.jwt.NumericDate.fromSeconds(
                        NOW.plusSeconds(60).getEpochSecond()))),
                NOW,
                "not valid before");
    }

    @Test
    void aTokenOfAnotherKeyIsRefused() {
        try (TestIssuer other = TestIssuer.start()) {
            JwtClaims claims = server.claims(SUBJECT, LATER, Map.of());
            PublicJsonWebKey key = other.key();
            String unknown = TestIssuer.sign(claims, key, AlgorithmIdentifiers.RSA_USING_SHA256);
            key.setKeyId(server.key().getKeyId());
            String posing = TestIssuer.sign(claims, key, AlgorithmIdentifiers.RSA_USING_SHA256);

            assertRefused(unknown, NOW, "signature");
            assertRefused(posing, NOW, "signature");
        }
    }

    /** The classic ways round a signature: none, and the public key as a shared secret. */
    @Test
    void algorithmsWithoutAPublicKeyAreRefused() throws Exception {
        JwtClaims claims = server.claims(SUBJECT, LATER, Map.of());
        String body = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims.toJson().getBytes(StandardCharsets.UTF_8));
        String none = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        OctetSequenceJsonWebKey shared = new OctetSequenceJsonWebKey(
                new HmacKey(server.key().getPublicKey().getEncoded()));
        shared.setKeyId(server.key().getKeyId());

        assertRefused(none + "." + body + ".", NOW, "signature");
        assertRefused(TestIssuer.sign(claims, shared, AlgorithmIdentifiers.HMAC_SHA256), NOW, "signature");
        assertRefused(TestIssuer.sign(claims, server.key(), AlgorithmIdentifiers.RSA_USING_SHA512), NOW, "signature");
    }

    @Test
    void aTokenThatWasTouchedIsRefused() {
        String token = server.token(SUBJECT, LATER, Map.of());
        int middle = token.indexOf('.') + 10;
        String touched =
                token.substring(0, middle) + (token.charAt(middle) == 'A' ? 'B' : 'A') + token.substring(middle + 1);

        assertThatThrownBy(() -> issuers.verify(touched, NOW)).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> issuers.verify(token.substring(0, token.length() - 8), NOW))
                .isInstanceOf(Refused.class);
        assertThatThrownBy(() -> issuers.verify("eyJx.y.z", NOW)).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> issuers.verify("eyJ" + "x".repeat(20_000) + "..", NOW))
                .isInstanceOf(Refused.class);
    }

    @Test
    void keysMayBeOfEllipticCurvesAndComeFromAFile() throws Exception {
        PublicJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        key.setKeyId("ec");
        String keys = "{\"keys\":[" + key.toJson(org.jose4j.jwk.JsonWebKey.OutputControlLevel.PUBLIC_ONLY) + "]}";
        Issuer fromFile = new Issuer(
                new Issuer.Settings("k8s", server.url(), Set.of(TestIssuer.AUDIENCE), List.of("ES256"), "sub", null),
                new IssuerKeys("k8s", () -> keys, IMPATIENT));
        String token = TestIssuer.sign(
                server.claims(SUBJECT, LATER, Map.of()), key, AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);

        assertThat(issuers(fromFile).verify(token, NOW).subject()).isEqualTo("k8s/" + SUBJECT);
        assertThat(server.fetches()).isZero();
    }

    /** Of each kind, with one in the set that cannot be tried: a key of 1024 bits. */
    @Test
    void aTokenThatNamesNoKeyIsOfAnyOfItsKind() throws Exception {
        List<PublicJsonWebKey> keys = List.of(
                weak(),
                RsaJwkGenerator.generateJwk(2048),
                RsaJwkGenerator.generateJwk(2048),
                EcJwkGenerator.generateJwk(EllipticCurves.P256),
                EcJwkGenerator.generateJwk(EllipticCurves.P256));
        String set = new JsonWebKeySet(keys).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
        AtomicInteger fetches = new AtomicInteger();
        Issuers one = issuers(new Issuer(
                new Issuer.Settings(
                        "ci", server.url(), Set.of(TestIssuer.AUDIENCE), List.of("RS256", "ES256"), "sub", null),
                new IssuerKeys(
                        "ci",
                        () -> {
                            fetches.incrementAndGet();
                            return set;
                        },
                        IssuerKeys.Intervals.USUAL)));
        JwtClaims claims = server.claims(SUBJECT, LATER, Map.of());

        for (PublicJsonWebKey key : keys.subList(1, 5)) {
            String algorithm = key instanceof RsaJsonWebKey
                    ? AlgorithmIdentifiers.RSA_USING_SHA256
                    : AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256;
            assertThat(one.verify(TestIssuer.sign(claims, key, algorithm), NOW).subject())
                    .isEqualTo("ci/" + SUBJECT);
        }
        assertThat(fetches).as("each is found in the first set").hasValue(1);
        String foreign =
                TestIssuer.sign(claims, RsaJwkGenerator.generateJwk(2048), AlgorithmIdentifiers.RSA_USING_SHA256);
        assertThatThrownBy(() -> one.verify(foreign, NOW)).isInstanceOf(Refused.class);
    }

    private static PublicJsonWebKey weak() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        return PublicJsonWebKey.Factory.newPublicJwk(generator.generateKeyPair().getPublic());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e400",
                "-1e400",
                "1e300",
                "-1",
                "-1e9",
                "1e-400",
                "0.5",
                "99999999999999999999",
                "9223372036854775807",
                "253402300800",
                "1795420800000",
                "\"1795420800\"",
                "\"soon\"",
                "\"\"",
                "true",
                "[]",
                "{}",
                "[1795420800]",
                "null"
            })
    void whatIsNoTimeIsRefused(String number) {
        for (String claim : List.of("exp", "nbf", "iat")) {
            String claims = "{\"iss\":\"" + server.url() + "\",\"aud\":\"" + TestIssuer.AUDIENCE + "\",\"sub\":\"x\""
                    + (claim.equals("exp") ? "" : ",\"exp\":" + LATER.getEpochSecond())
                    + ",\"" + claim + "\":" + number + "}";
            String token = TestIssuer.sign(claims, server.key(), AlgorithmIdentifiers.RSA_USING_SHA256);
            boolean past = List.of("0.5", "1e-400", "null").contains(number) && !claim.equals("exp");

            if (past) {
                assertThatNoException().as(claims).isThrownBy(() -> issuers.verify(token, NOW));
            } else {
                assertThatThrownBy(() -> issuers.verify(token, NOW)).as(claims).isInstanceOf(Refused.class);
            }
        }
    }

    /** RFC 7519 lets a time have a fraction, and some issuers give one. */
    @Test
    void aTimeWithAFractionIsATime() throws Exception {
        String claims = "{\"iss\":\"" + server.url() + "\",\"aud\":\"" + TestIssuer.AUDIENCE
                + "\",\"sub\":\"x\",\"wide\":1e400,\"no\":null,\"exp\":" + LATER.getEpochSecond() + ".25}";

        Identity identity =
                issuers.verify(TestIssuer.sign(claims, server.key(), AlgorithmIdentifiers.RSA_USING_SHA256), NOW);

        assertThat(identity.expires()).isEqualTo(LATER.plusMillis(250).plusSeconds(30));
        assertThat(identity.claims().get("wide"))
                .as("no number that anybody meant")
                .isEmpty();
        assertThat(identity.claims().get("no")).isEmpty();
    }

    @Test
    void keysAreFetchedOnceAndAgainWhenTheyRotate() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                threads.submit(() -> issuers.verify(server.token(SUBJECT, LATER, Map.of()), NOW));
            }
        }
        assertThat(server.fetches()).isEqualTo(1);
        String old = server.token(SUBJECT, LATER, Map.of());

        server.rotate();

        assertThat(issuers.verify(server.token(SUBJECT, LATER, Map.of()), NOW).name())
                .isEqualTo(SUBJECT);
        assertThat(server.fetches()).isEqualTo(2);
        assertRefused(old, NOW, "signature");
    }

    @Test
    void madeUpKeysDoNotBecomeAStormOfFetches() throws Exception {
        Issuers patient = issuers(issuer(server, IssuerKeys.Intervals.USUAL));
        patient.verify(server.token(SUBJECT, LATER, Map.of()), NOW);
        try (TestIssuer other = TestIssuer.start()) {
            for (int i = 0; i < 50; i++) {
                String unknown = TestIssuer.sign(
                        server.claims(SUBJECT, LATER, Map.of()), other.key(), AlgorithmIdentifiers.RSA_USING_SHA256);
                assertThatThrownBy(() -> patient.verify(unknown, NOW)).isInstanceOf(Refused.class);
            }
        }
        assertThat(server.fetches()).isEqualTo(1);
    }

    @Test
    void anIssuerThatIsAwayIsNoReasonToRefuseAndDoesOthersNoHarm() throws Exception {
        try (TestIssuer other = TestIssuer.start()) {
            Issuers both = issuers(issuer(server), issuer(other));
            server.away(true);

            assertThatThrownBy(() -> both.verify(server.token(SUBJECT, LATER, Map.of()), NOW))
                    .isInstanceOfSatisfying(
                            Away.class, away -> assertThat(away.reason()).contains("github", "503"));
            assertThat(both.verify(other.token(SUBJECT, LATER, Map.of()), NOW).name())
                    .isEqualTo(SUBJECT);

            server.away(false);
            String token = server.token(SUBJECT, LATER, Map.of());
            assertThat(both.verify(token, NOW).name()).isEqualTo(SUBJECT);

            server.away(true);
            assertThat(both.verify(token, NOW).name())
                    .as("by the keys that it had")
                    .isEqualTo(SUBJECT);
        }
    }

    private String changed(Consumer<JwtClaims> change) {
        JwtClaims claims = server.claims(SUBJECT, LATER, Map.of());
        change.accept(claims);
        return TestIssuer.sign(claims, server.key(), AlgorithmIdentifiers.RSA_USING_SHA256);
    }

    private void assertRefused(String token, Instant now, String reason) {
        assertThatThrownBy(() -> issuers.verify(token, now))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.reason()).contains(reason).doesNotContain(token));
    }
}
