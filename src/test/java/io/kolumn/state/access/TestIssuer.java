package io.kolumn.state.access;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/** An issuer of tokens in this process, with discovery and keys that change. */
public final class TestIssuer implements AutoCloseable {

    public static final String AUDIENCE = "kolumn";

    private final HttpServer server;
    private final List<PublicJsonWebKey> keys = new CopyOnWriteArrayList<>();
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile PublicJsonWebKey current;
    private volatile boolean away;

    private TestIssuer(HttpServer server) {
        this.server = server;
        this.current = newKey();
        keys.add(current);
    }

    public static TestIssuer start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            TestIssuer issuer = new TestIssuer(server);
            server.createContext(
                    "/.well-known/openid-configuration",
                    exchange -> issuer.answer(
                            exchange,
                            "{\"issuer\": \"" + issuer.url() + "\", \"jwks_uri\": \"" + issuer.url() + "/keys\"}"));
            server.createContext("/keys", exchange -> {
                issuer.fetches.incrementAndGet();
                issuer.answer(
                        exchange, new JsonWebKeySet(issuer.keys).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
            });
            server.start();
            return issuer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(away ? 503 : 200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** How often its keys were asked for. */
    public int fetches() {
        return fetches.get();
    }

    /** It answers nothing but 503, or is back. */
    public void away(boolean value) {
        away = value;
    }

    /** Signs with a new key from now on; the old one is not published any more. */
    public void rotate() {
        current = newKey();
        keys.clear();
        keys.add(current);
    }

    String keySet() {
        return new JsonWebKeySet(keys).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    }

    private static PublicJsonWebKey newKey() {
        try {
            PublicJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
            key.setKeyId(UUID.randomUUID().toString());
            return key;
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    public String token(String subject, Instant expires, Map<String, Object> more) {
        return sign(claims(subject, expires, more), current, AlgorithmIdentifiers.RSA_USING_SHA256);
    }

    public JwtClaims claims(String subject, Instant expires, Map<String, Object> more) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(url());
        claims.setAudience(AUDIENCE);
        claims.setSubject(subject);
        claims.setExpirationTime(NumericDate.fromSeconds(expires.getEpochSecond()));
        claims.setGeneratedJwtId();
        more.forEach(claims::setClaim);
        return claims;
    }

    public PublicJsonWebKey key() {
        return current;
    }

    static String sign(JwtClaims claims, JsonWebKey key, String algorithm) {
        return sign(claims.toJson(), key, algorithm);
    }

    /** Names the key if it has an id. */
    static String sign(String claims, JsonWebKey key, String algorithm) {
        try {
            JsonWebSignature signature = new JsonWebSignature();
            signature.setPayload(claims);
            if (key.getKeyId() != null) {
                signature.setKeyIdHeaderValue(key.getKeyId());
            }
            signature.setAlgorithmHeaderValue(algorithm);
            signature.setKey(key instanceof PublicJsonWebKey pair ? pair.getPrivateKey() : key.getKey());
            signature.setDoKeyValidation(false);
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
