package io.kolumn.state.access;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/**
 * An issuer at which people sign in: a realm with the paths, the discovery and the tokens of Keycloak. It checks what a
 * client sends, and gives each code once.
 */
public final class OpenIdIssuer implements AutoCloseable {

    public static final String CLIENT = "kolumn-state";
    public static final String SECRET = "s3cret of the:client";

    private static final String REALM = "/realms/acme";
    private static final String PROTOCOL = REALM + "/protocol/openid-connect";

    /** What was asked for with a code. */
    private record Granted(Map<String, String> asked, String user) {}

    private final HttpServer server;
    private final PublicJsonWebKey key;
    private final Map<String, Granted> codes = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile boolean away;
    private volatile boolean confidential;
    private volatile boolean denying;
    private volatile Instant end = Instant.now().plusSeconds(300);
    private volatile Consumer<Map<String, Object>> discovery = document -> {};
    private volatile Consumer<JwtClaims> idToken = claims -> {};
    private volatile Consumer<Map<String, Object>> answer = tokens -> {};

    private OpenIdIssuer(HttpServer server) throws JoseException {
        this.server = server;
        this.key = RsaJwkGenerator.generateJwk(2048);
        this.key.setKeyId("acme-1");
    }

    public static OpenIdIssuer start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            OpenIdIssuer issuer = new OpenIdIssuer(server);
            server.createContext("/", issuer::serve);
            server.start();
            return issuer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    public String url() {
        return root() + REALM;
    }

    public String root() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Its usual self again. */
    public void reset() {
        away = false;
        confidential = false;
        denying = false;
        end = Instant.now().plusSeconds(300);
        discovery = document -> {};
        idToken = claims -> {};
        answer = tokens -> {};
        requests.clear();
    }

    public void away(boolean value) {
        away = value;
    }

    /** Whether the client has to show {@link #SECRET}. */
    public void confidential(boolean value) {
        confidential = value;
    }

    /** Whether it lets nobody in. */
    public void denying(boolean value) {
        denying = value;
    }

    /** When its tokens end. */
    public void end(Instant value) {
        end = value;
    }

    public void discovery(Consumer<Map<String, Object>> change) {
        discovery = change;
    }

    public void idToken(Consumer<JwtClaims> change) {
        idToken = change;
    }

    public void answer(Consumer<Map<String, Object>> change) {
        answer = change;
    }

    /** Method and path of each request so far. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Lines of a configuration that trusts it, with these added or in the place of others. */
    public List<String> lines(String... more) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("issuer.acme.url", url());
        lines.put("issuer.acme.audience", CLIENT);
        lines.put("issuer.acme.client-id", CLIENT);
        lines.put("issuer.acme.subject-claim", "preferred_username");
        lines.put("issuer.acme.groups-claim", "groups");
        lines.put("issuer.acme.display-name", "Acme <b>SSO</b>");
        for (String line : more) {
            lines.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        return lines.entrySet().stream()
                .map(line -> line.getKey() + "=" + line.getValue())
                .toList();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add(exchange.getRequestMethod() + " " + path);
        try (exchange) {
            if (away) {
                Forms.send(exchange, 503, "text/plain", "away");
                return;
            }
            switch (path) {
                case REALM + "/.well-known/openid-configuration" -> Forms.json(exchange, 200, document());
                case PROTOCOL + "/certs" ->
                    Forms.send(
                            exchange,
                            200,
                            "application/json",
                            new JsonWebKeySet(key).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
                case PROTOCOL + "/auth" -> authorize(exchange);
                case PROTOCOL + "/token" -> token(exchange);
                case PROTOCOL + "/logout" -> Forms.send(exchange, 200, "text/html", "<h1>Signed out of Acme</h1>");
                case "/favicon.ico" -> Forms.send(exchange, 200, "image/svg+xml", "");
                default -> Forms.send(exchange, 404, "text/plain", "nothing here");
            }
        }
    }

    private Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("issuer", url());
        document.put("authorization_endpoint", root() + PROTOCOL + "/auth");
        document.put("token_endpoint", root() + PROTOCOL + "/token");
        document.put("end_session_endpoint", root() + PROTOCOL + "/logout");
        document.put("jwks_uri", root() + PROTOCOL + "/certs");
        document.put("response_types_supported", List.of("code", "none", "id_token"));
        document.put("code_challenge_methods_supported", List.of("plain", "S256"));
        document.put(
                "token_endpoint_auth_methods_supported",
                List.of("private_key_jwt", "client_secret_basic", "client_secret_post"));
        document.put("authorization_response_iss_parameter_supported", true);
        discovery.accept(document);
        return document;
    }

    /** Asks who it is, and leads back with a code. */
    private void authorize(HttpExchange exchange) throws IOException {
        Map<String, String> asked = Forms.fields(exchange.getRequestURI().getRawQuery());
        boolean right = CLIENT.equals(asked.get("client_id"))
                && "code".equals(asked.get("response_type"))
                && "S256".equals(asked.get("code_challenge_method"))
                && List.of(asked.getOrDefault("scope", "").split(" ")).contains("openid");
        if (!right) {
            Forms.send(exchange, 400, "text/html", "<h1>Invalid parameter</h1>");
            return;
        }
        if (exchange.getRequestMethod().equals("GET")) {
            Forms.send(exchange, 200, "text/html", """
                    <!DOCTYPE html><html lang="en"><title>Acme</title><h1>Acme</h1>
                    <form method="post"><label>User <input name="username"></label><button>Log in</button></form>""");
            return;
        }
        Map<String, String> form = Forms.body(exchange);
        Map<String, String> back = new LinkedHashMap<>();
        back.put("state", asked.getOrDefault("state", ""));
        back.put("session_state", UUID.randomUUID().toString());
        back.put("iss", url());
        if (denying) {
            back.put("error", "access_denied");
            back.put("error_description", "<b>User</b> said no");
        } else {
            String code = UUID.randomUUID().toString();
            codes.put(code, new Granted(asked, form.getOrDefault("username", "ada")));
            back.put("code", code);
        }
        exchange.getResponseHeaders().add("Location", asked.get("redirect_uri") + "?" + Forms.encoded(back));
        exchange.sendResponseHeaders(302, -1);
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form = Forms.body(exchange);
        if (!known(exchange, form)) {
            Forms.json(exchange, 401, Map.of("error", "unauthorized_client", "error_description", "Invalid client"));
            return;
        }
        Granted granted = codes.remove(form.getOrDefault("code", ""));
        boolean right = granted != null
                && "authorization_code".equals(form.get("grant_type"))
                && granted.asked().get("redirect_uri").equals(form.get("redirect_uri"))
                && granted.asked().get("code_challenge").equals(Forms.sha256(form.getOrDefault("code_verifier", "")));
        if (!right) {
            Forms.json(exchange, 400, Map.of("error", "invalid_grant", "error_description", "Code not valid"));
            return;
        }
        Map<String, Object> tokens = new LinkedHashMap<>();
        tokens.put("access_token", accessToken(granted));
        tokens.put("expires_in", 300);
        tokens.put("refresh_expires_in", 1800);
        tokens.put("refresh_token", "eyJyZWZyZXNo.IjoidG9r.ZW4i");
        tokens.put("token_type", "Bearer");
        tokens.put("id_token", idToken(granted));
        tokens.put("not-before-policy", 0);
        tokens.put("session_state", UUID.randomUUID().toString());
        tokens.put("scope", "openid profile");
        answer.accept(tokens);
        Forms.json(exchange, 200, tokens);
    }

    private boolean known(HttpExchange exchange, Map<String, String> form) {
        if (!confidential) {
            return CLIENT.equals(form.get("client_id"));
        }
        String basic = "Basic "
                + Base64.getEncoder()
                        .encodeToString((CLIENT + ":" + Forms.encoded(SECRET)).getBytes(StandardCharsets.UTF_8));
        return basic.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                || (CLIENT.equals(form.get("client_id")) && SECRET.equals(form.get("client_secret")));
    }

    private String idToken(Granted granted) {
        JwtClaims claims = claims(granted, "ID");
        claims.setAudience(CLIENT);
        claims.setClaim("nonce", granted.asked().get("nonce"));
        idToken.accept(claims);
        return TestIssuer.sign(claims, key, AlgorithmIdentifiers.RSA_USING_SHA256);
    }

    private String accessToken(Granted granted) {
        JwtClaims claims = claims(granted, "Bearer");
        claims.setAudience("account", "kolumn-api");
        claims.setClaim("realm_access", Map.of("roles", List.of("offline_access", "default-roles-acme")));
        claims.setClaim("scope", "openid profile");
        return TestIssuer.sign(claims, key, AlgorithmIdentifiers.RSA_USING_SHA256);
    }

    private JwtClaims claims(Granted granted, String type) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(url());
        claims.setSubject(UUID.nameUUIDFromBytes(granted.user().getBytes(StandardCharsets.UTF_8))
                .toString());
        claims.setExpirationTime(NumericDate.fromSeconds(end.getEpochSecond()));
        claims.setIssuedAtToNow();
        claims.setGeneratedJwtId();
        claims.setClaim("typ", type);
        claims.setClaim("azp", CLIENT);
        claims.setClaim("preferred_username", granted.user());
        claims.setClaim("groups", List.of("/platform"));
        return claims;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
