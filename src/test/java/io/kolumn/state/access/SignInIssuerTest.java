package io.kolumn.state.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.access.Authentication.Authenticated;
import io.kolumn.state.access.SignInFailed.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jose4j.jwt.JwtClaims;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A sign-in by an issuer, up to the token that a session holds. */
class SignInIssuerTest {

    private static final String BACK = "http://localhost:8080/ui/sign-in/callback";
    private static final String VERIFIER = "a-verifier-of-forty-three-characters-or-more";

    private static OpenIdIssuer acme;

    @BeforeAll
    static void start() {
        acme = OpenIdIssuer.start();
    }

    @AfterAll
    static void stop() {
        acme.close();
    }

    @BeforeEach
    void reset() {
        acme.reset();
    }

    private static Authenticator access(String... more) {
        return TestAccess.of(
                Clock.systemUTC(),
                Map.of("/secret", OpenIdIssuer.SECRET + "\n", "/wrong", "another"),
                acme.lines(more).toArray(String[]::new));
    }

    private static SignInIssuer issuer(String... more) {
        return access(more).signIns().getFirst();
    }

    /** The code that the issuer gives to somebody who logs in. */
    private static String code(SignInIssuer issuer) throws Exception {
        String challenge = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(StandardCharsets.US_ASCII)));
        String address = issuer.address(new SignInIssuer.Challenge("the-state", "the-nonce", challenge), BACK);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest logIn = HttpRequest.newBuilder(URI.create(address))
                    .POST(HttpRequest.BodyPublishers.ofString("username=ada"))
                    .build();
            String back = client.send(logIn, HttpResponse.BodyHandlers.discarding())
                    .headers()
                    .firstValue("Location")
                    .orElseThrow();
            assertThat(back).startsWith(BACK + "?").contains("state=the-state");
            return back.replaceFirst(".*[?&]code=", "").replaceFirst("&.*", "");
        }
    }

    private static SignInIssuer.Answer answer(SignInIssuer issuer) throws Exception {
        return new SignInIssuer.Answer(code(issuer), "the-nonce", VERIFIER);
    }

    private static SignInFailed failure(SignInIssuer issuer, SignInIssuer.Answer answer) {
        SignInFailed failed = catchThrowableOfType(SignInFailed.class, () -> issuer.token(answer, BACK, Instant.now()));
        assertThat(failed).isNotNull();
        assertThat(failed.text() + failed.detail())
                .doesNotContain(answer.code(), VERIFIER, "the-nonce", OpenIdIssuer.SECRET);
        return failed;
    }

    @Test
    void aPublicClientGetsAnIdTokenThatTheDoorTakes() throws Exception {
        Authenticator access = access();
        SignInIssuer issuer = access.signIns().getFirst();

        String token = issuer.token(answer(issuer), BACK, Instant.now());

        assertThat(issuer.label()).isEqualTo("Acme <b>SSO</b>");
        assertThat(access.prove(new Credential.Bearer(token))).isInstanceOfSatisfying(Authenticated.class, proven -> {
            assertThat(proven.identity().subject()).isEqualTo("acme/ada");
            assertThat(proven.identity().groups()).containsExactly("/platform");
        });
    }

    @ParameterizedTest
    @CsvSource({"client_secret_basic", "client_secret_post"})
    void aConfidentialClientShowsItsSecretAsTheIssuerWantsIt(String method) throws Exception {
        acme.confidential(true);
        acme.discovery(document -> document.put("token_endpoint_auth_methods_supported", List.of(method)));
        SignInIssuer issuer = issuer("issuer.acme.client-secret-file=/secret");

        assertThat(issuer.token(answer(issuer), BACK, Instant.now())).startsWith("eyJ");

        SignInIssuer wrong = issuer("issuer.acme.client-secret-file=/wrong");
        SignInFailed failed = failure(wrong, answer(wrong));
        assertThat(failed.reason()).isEqualTo(Reason.CLIENT);
        assertThat(failed.detail()).contains("401", "unauthorized_client").doesNotContain("another");
    }

    @Test
    void anIssuerThatTakesNoSecretIsNamed() throws Exception {
        acme.discovery(document -> document.put("token_endpoint_auth_methods_supported", List.of("private_key_jwt")));
        SignInIssuer issuer = issuer("issuer.acme.client-secret-file=/secret");
        assertThat(failure(issuer, answer(issuer)).detail()).contains("client_secret_basic");
    }

    @Test
    void aCodeIsGoodOnceAndForItsOwnVerifierAndAddress() throws Exception {
        SignInIssuer issuer = issuer();
        SignInIssuer.Answer answer = answer(issuer);
        issuer.token(answer, BACK, Instant.now());
        assertThat(failure(issuer, answer).reason()).isEqualTo(Reason.CODE);

        SignInIssuer.Answer stolen = new SignInIssuer.Answer(code(issuer), "the-nonce", "x".repeat(43));
        assertThat(failure(issuer, stolen).reason()).isEqualTo(Reason.CODE);

        SignInIssuer.Answer elsewhere = answer(issuer);
        assertThat(catchThrowableOfType(
                                SignInFailed.class, () -> issuer.token(elsewhere, "http://localhost:1/", Instant.now()))
                        .reason())
                .isEqualTo(Reason.CODE);
    }

    static Stream<Arguments> wrongIdTokens() {
        return Stream.of(
                wrong("nonce", claims -> claims.setClaim("nonce", "of another sign-in")),
                wrong("nonce", claims -> claims.unsetClaim("nonce")),
                wrong("azp", claims -> claims.setClaim("azp", "another-client")),
                wrong("audience", claims -> claims.setAudience("another-client")),
                wrong("issuer", claims -> claims.setIssuer("https://elsewhere.example.org")),
                wrong("expired", claims -> claims.setExpirationTimeMinutesInTheFuture(-2)),
                wrong("expiry", claims -> claims.unsetClaim("exp")),
                wrong("not valid before", claims -> claims.setNotBeforeMinutesInThePast(-5)));
    }

    private static Arguments wrong(String said, Consumer<JwtClaims> change) {
        return Arguments.of(said, change);
    }

    @ParameterizedTest
    @MethodSource("wrongIdTokens")
    void anIdTokenThatIsNotForThisSignInIsRefused(String said, Consumer<JwtClaims> change) throws Exception {
        acme.idToken(change);
        SignInIssuer issuer = issuer();

        SignInFailed failed = failure(issuer, answer(issuer));

        assertThat(failed.reason()).isEqualTo(Reason.TOKEN);
        assertThat(failed.detail()).contains(said);
    }

    @Test
    void anIdTokenForSeveralAudiencesIsTaken() throws Exception {
        acme.idToken(claims -> claims.setAudience("account", OpenIdIssuer.CLIENT));
        SignInIssuer issuer = issuer();
        assertThat(issuer.token(answer(issuer), BACK, Instant.now())).startsWith("eyJ");
    }

    @Test
    void theAccessTokenIsTheSessionWhereThatIsWanted() throws Exception {
        Authenticator access = access("issuer.acme.sign-in-token=access", "issuer.acme.audience=kolumn-api");
        SignInIssuer issuer = access.signIns().getFirst();

        String token = issuer.token(answer(issuer), BACK, Instant.now());

        assertThat(access.prove(new Credential.Bearer(token)))
                .isInstanceOfSatisfying(
                        Authenticated.class,
                        proven -> assertThat(proven.identity().claims()).containsEntry("typ", List.of("Bearer")));
        acme.answer(tokens -> tokens.put("access_token", "opaque"));
        assertThat(failure(issuer, answer(issuer)).detail()).contains("not a JWT");
    }

    @Test
    void anAnswerWithoutAnIdTokenIsRefused() throws Exception {
        acme.answer(tokens -> tokens.remove("id_token"));
        SignInIssuer issuer = issuer();
        assertThat(failure(issuer, answer(issuer)).detail()).contains("openid");
    }

    @Test
    void anAnswerOfAnotherIssuerIsRefused() throws Exception {
        SignInIssuer issuer = issuer();
        issuer.check(acme.url());
        assertThat(catchThrowableOfType(SignInFailed.class, () -> issuer.check("https://evil.example.org")))
                .isNotNull();
        assertThat(catchThrowableOfType(SignInFailed.class, () -> issuer.check(null)))
                .isNotNull();
        acme.discovery(document -> document.remove("authorization_response_iss_parameter_supported"));
        issuer().check(null);
    }

    @Test
    void anIssuerThatIsAwayIsSaidToBe() throws Exception {
        SignInIssuer issuer = issuer();
        SignInIssuer.Answer answer = answer(issuer);
        acme.away(true);
        assertThat(failure(issuer, answer).reason()).isEqualTo(Reason.AWAY);
        SignInIssuer later = issuer();
        int before = acme.requests().size();
        for (int i = 0; i < 5; i++) {
            SignInFailed failed = catchThrowableOfType(
                    SignInFailed.class, () -> later.address(new SignInIssuer.Challenge("s", "n", "c"), BACK));
            assertThat(failed.reason()).isEqualTo(Reason.AWAY);
            assertThat(failed.detail()).contains("503");
        }
        assertThat(acme.requests().size() - before)
                .as("requests to an issuer that is away")
                .isLessThan(5);
    }

    @ParameterizedTest
    @CsvSource({
        "issuer, https://other.example.org, names another issuer",
        "authorization_endpoint, http://elsewhere.example.org/auth, must be https",
        "authorization_endpoint, nothing, is not a URL"
    })
    void aDiscoveryDocumentThatMisleadsIsRefused(String member, String value, String said) throws IOException {
        acme.discovery(document -> document.put(member, value));
        SignInIssuer issuer = issuer();
        SignInFailed failed = catchThrowableOfType(
                SignInFailed.class, () -> issuer.address(new SignInIssuer.Challenge("s", "n", "c"), BACK));
        assertThat(failed.reason()).isEqualTo(Reason.AWAY);
        assertThat(failed.detail()).contains(said);
    }

    @Test
    void theSignOutOfTheIssuerNamesTheClientAndTheWayBack() {
        assertThat(issuer().signOut("http://localhost:8080/ui/sign-in").orElseThrow())
                .startsWith(acme.root() + "/realms/acme/protocol/openid-connect/logout?client_id=kolumn-state")
                .contains("post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fui%2Fsign-in");
        acme.discovery(document -> document.remove("end_session_endpoint"));
        assertThat(issuer().signOut("http://localhost:8080/ui/sign-in")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "issuer.acme.audience=api | audience | must have the client-id 'kolumn-state'",
                "issuer.acme.scopes=profile | scopes | must have openid",
                "issuer.acme.client-secret-file=/missing | client-secret-file | cannot be read",
                "issuer.acme.sign-in-token=refresh | sign-in-token | must be one of id, access",
                "issuer.acme.client-id= | display-name | has no effect without client-id",
                "issuer.acme.url=http://acme.example.org | url | must be https"
            })
    void aWrongConfigurationNamesItsKey(String line, String key, String said) {
        List<String> lines = new ArrayList<>(acme.lines());
        lines.removeIf(known -> known.startsWith(line.substring(0, line.indexOf('=') + 1)));
        lines.add(line);
        assertThat(catchThrowableOfType(Configuration.class, () -> TestAccess.of(lines.toArray(String[]::new))))
                .hasMessageContaining("kolumn.state.issuer.acme." + key)
                .hasMessageContaining(said);
    }

    @Test
    void anIssuerWithoutAClientOffersNoSignIn() {
        assertThat(TestAccess.of("issuer.ci.url=" + acme.url(), "issuer.ci.audience=x")
                        .signIns())
                .isEmpty();
    }
}
