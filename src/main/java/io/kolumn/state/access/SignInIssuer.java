package io.kolumn.state.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kolumn.state.access.SignInFailed.Reason;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An issuer at which people sign in: OpenID Connect, authorization code flow with PKCE. What comes of it is a token of the
 * issuer, which the door verifies as any other. Safe for use by many threads.
 */
public final class SignInIssuer {

    /** How long its discovery document is believed. */
    private static final Duration FRESH = Duration.ofMinutes(10);

    /** How long it is not asked again after it was away: whoever clicks on and on must not become a storm of requests. */
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What is known of the client that this service is to the issuer.
     *
     * @param label what people call the issuer
     * @param secret null for a public client
     * @param scopes separated by spaces, {@code openid} among them
     * @param accessToken whether the access token, and not the ID token, is what a session holds
     */
    record Client(String label, String id, @Nullable String secret, String scopes, boolean accessToken) {
        @Override
        public String toString() {
            return "Client[" + id + "]";
        }
    }

    /**
     * What the tokens of a sign-in are verified with.
     *
     * @param state what the browser brings back
     * @param nonce what the ID token must hold
     * @param challenge the SHA-256 of the verifier, in base64url
     */
    public record Challenge(String state, String nonce, String challenge) {}

    /**
     * What the issuer answers to a browser that comes back, and what that sign-in began with.
     *
     * @param verifier of the challenge
     */
    public record Answer(String code, String nonce, String verifier) {
        @Override
        public String toString() {
            return "Answer";
        }
    }

    private record Discovered(JsonNode document, long at) {}

    private final Issuer idTokens;
    private final IssuerSource source;
    private final Client client;
    private @Nullable Discovered discovered;
    private Issuers.@Nullable Away failure;
    private long failed;

    /**
     * @param idTokens verifies tokens for this client alone
     * @param source of the discovery document
     */
    SignInIssuer(Issuer idTokens, IssuerSource source, Client client) {
        this.idTokens = idTokens;
        this.source = source;
        this.client = client;
    }

    /** Returns its name in the configuration. */
    public String name() {
        return source.name();
    }

    /** Returns what people call it. */
    public String label() {
        return client.label();
    }

    /**
     * Returns the address to which a browser is sent.
     *
     * @param returnTo the address here to which the issuer sends it back
     * @throws SignInFailed if the issuer is away
     */
    public String address(Challenge challenge, String returnTo) throws SignInFailed {
        String endpoint = endpoint("authorization_endpoint");
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", client.id());
        query.put("redirect_uri", returnTo);
        query.put("scope", client.scopes());
        query.put("state", challenge.state());
        query.put("nonce", challenge.nonce());
        query.put("code_challenge", challenge.challenge());
        query.put("code_challenge_method", "S256");
        return endpoint + (endpoint.indexOf('?') < 0 ? "?" : "&") + encoded(query);
    }

    /**
     * Returns the address at which people sign out of the issuer itself, or empty if it has none or is away.
     *
     * @param returnTo the address here to which the issuer sends a browser back
     */
    public Optional<String> signOut(String returnTo) {
        try {
            if (document().path("end_session_endpoint").isMissingNode()) {
                return Optional.empty();
            }
            String endpoint = endpoint("end_session_endpoint");
            Map<String, String> query = new LinkedHashMap<>();
            query.put("client_id", client.id());
            query.put("post_logout_redirect_uri", returnTo);
            return Optional.of(endpoint + (endpoint.indexOf('?') < 0 ? "?" : "&") + encoded(query));
        } catch (SignInFailed away) {
            return Optional.empty();
        }
    }

    /**
     * Checks the issuer that an answer names of itself (RFC 9207).
     *
     * @param named null if it names none
     * @throws SignInFailed if the answer is another's
     */
    public void check(@Nullable String named) throws SignInFailed {
        boolean wanted = document()
                .path("authorization_response_iss_parameter_supported")
                .asBoolean();
        if (named == null ? wanted : !named.equals(source.url())) {
            throw new SignInFailed(
                    Reason.TOKEN,
                    "The answer did not come from " + client.label() + ". Sign in again.",
                    "the parameter iss of the answer is "
                            + (named == null ? "missing" : Issuers.shown(named) + " and not " + source.url()));
        }
    }

    /**
     * Takes the tokens for a code.
     *
     * @param returnTo as it was given to {@link #address}
     * @return the token that a session holds; whether it proves anything here is for the door to say
     * @throws SignInFailed if there are none, or they are not for this sign-in
     */
    public String token(Answer answer, String returnTo, Instant now) throws SignInFailed {
        JsonNode tokens = exchange(answer, returnTo);
        String idToken = tokens.path("id_token").asText();
        if (idToken.isEmpty()) {
            throw rejected("it answered without an ID token; the scopes must have openid");
        }
        try {
            Identity identity = idTokens.verify(idToken, now);
            if (identity.expired(now)) {
                throw rejected("the ID token expired at " + identity.expires());
            }
            checkOwn(identity, answer.nonce());
        } catch (Issuers.Refused e) {
            throw rejected(e.reason());
        } catch (Issuers.Away e) {
            throw away(e.reason());
        }
        if (!client.accessToken()) {
            return idToken;
        }
        String accessToken = tokens.path("access_token").asText();
        if (!Issuers.looksLikeJwt(accessToken)) {
            throw rejected("its access token is not a JWT; set sign-in-token=id");
        }
        return accessToken;
    }

    private void checkOwn(Identity identity, String nonce) throws SignInFailed {
        if (!List.of(nonce).equals(identity.claims().get("nonce"))) {
            throw rejected("the nonce of the ID token is another than that of the sign-in");
        }
        List<String> authorized = identity.claims().getOrDefault("azp", List.of(client.id()));
        if (!authorized.equals(List.of(client.id()))) {
            throw rejected("the ID token was made for the client " + Issuers.shown(String.join(", ", authorized))
                    + " (azp), and not for " + client.id());
        }
    }

    private JsonNode exchange(Answer answer, String returnTo) throws SignInFailed {
        String endpoint = endpoint("token_endpoint");
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", answer.code());
        form.put("redirect_uri", returnTo);
        form.put("code_verifier", answer.verifier());
        HttpRequest.Builder request =
                IssuerHttp.request(endpoint).header("Content-Type", "application/x-www-form-urlencoded");
        authenticate(request, form);
        request.POST(HttpRequest.BodyPublishers.ofString(encoded(form)));
        try (IssuerHttp http = IssuerHttp.trusting(source.caFile())) {
            return tokens(http.answer(request.build()));
        } catch (JsonProcessingException e) {
            throw away("the answer of its token endpoint is not JSON");
        } catch (IOException | GeneralSecurityException e) {
            throw away("its token endpoint: " + IssuerSource.reason(e));
        }
    }

    private void authenticate(HttpRequest.Builder request, Map<String, String> form) throws SignInFailed {
        if (client.secret() == null) {
            form.put("client_id", client.id());
            return;
        }
        List<String> methods = new ArrayList<>();
        document().path("token_endpoint_auth_methods_supported").forEach(method -> methods.add(method.asText()));
        if (methods.isEmpty() || methods.contains("client_secret_basic")) {
            String pair = encoded(client.id()) + ":" + encoded(client.secret());
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        } else if (methods.contains("client_secret_post")) {
            form.put("client_id", client.id());
            form.put("client_secret", client.secret());
        } else {
            throw refusedClient("it takes none of client_secret_basic and client_secret_post");
        }
    }

    private JsonNode tokens(HttpResponse<String> answer) throws IOException, SignInFailed {
        if (answer.statusCode() >= 500) {
            throw away("its token endpoint answered " + answer.statusCode());
        }
        JsonNode body = JSON.readTree(answer.body());
        if (answer.statusCode() == 200 && body.isObject()) {
            return body;
        }
        String error = Issuers.shown(body.path("error").asText());
        if (error.equals("'invalid_grant'")) {
            throw new SignInFailed(
                    Reason.CODE,
                    "This sign-in was finished before, or took too long. Sign in again.",
                    "the token endpoint of '" + name() + "' answered invalid_grant");
        }
        throw refusedClient("its token endpoint answered " + answer.statusCode() + " " + error);
    }

    private String endpoint(String member) throws SignInFailed {
        try {
            return IssuerSource.endpoint(document(), member);
        } catch (IOException e) {
            throw away(String.valueOf(e.getMessage()));
        }
    }

    private synchronized JsonNode document() throws SignInFailed {
        long now = System.nanoTime();
        Discovered known = discovered;
        if (known != null && now - known.at() < FRESH.toNanos()) {
            return known.document();
        }
        Issuers.Away before = failure;
        if (before != null && now - failed < PAUSE.toNanos()) {
            throw away(before.reason());
        }
        try {
            discovered = new Discovered(source.document(), now);
            failure = null;
            return discovered.document();
        } catch (Issuers.Away e) {
            failure = e;
            failed = System.nanoTime();
            throw away(e.reason());
        }
    }

    private SignInFailed away(String detail) {
        return new SignInFailed(
                Reason.AWAY,
                client.label() + " cannot be asked now. Try again in a moment.",
                "'" + name() + "': " + detail);
    }

    private SignInFailed refusedClient(String detail) {
        return new SignInFailed(
                Reason.CLIENT,
                client.label()
                        + " does not accept this service as its client. An administrator finds the reason in the log.",
                "'" + name() + "': " + detail);
    }

    private SignInFailed rejected(String detail) {
        return new SignInFailed(
                Reason.TOKEN,
                "What " + client.label()
                        + " says of you is not valid here. An administrator finds the reason in the log.",
                "'" + name() + "': " + detail);
    }

    private static String encoded(Map<String, String> values) {
        return values.entrySet().stream()
                .map(value -> value.getKey() + "=" + encoded(value.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
