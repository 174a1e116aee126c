package io.kolumn.state.encryption.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * As much of Vault's transit engine as is asked for here, with its paths, members, statuses and errors as its API
 * documentation has them, and AES-256-GCM that is real.
 */
public final class FakeVault implements AutoCloseable {

    static final String TOKEN = "hvs.the-token-of-the-tests";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, List<byte[]>> keys = new ConcurrentHashMap<>();
    private final List<String> requests = new ArrayList<>();
    private volatile int failure;
    private volatile int oldest = 1;

    FakeVault() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/", this::answer);
        server.start();
    }

    VaultSettings settings(String key) {
        return new VaultSettings(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"),
                "transit",
                key,
                TOKEN,
                null,
                null,
                Duration.ofSeconds(5));
    }

    /** A new key, or a new version of one. */
    FakeVault rotate(String key) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        keys.merge(key, List.of(secret), (before, next) -> {
            List<byte[]> all = new ArrayList<>(before);
            all.addAll(next);
            return all;
        });
        return this;
    }

    void remove(String key) {
        keys.remove(key);
    }

    /** Versions below this one no longer decrypt. */
    void oldest(int version) {
        oldest = version;
    }

    /** Answers with this status from now on; 0 for as it should. */
    void failing(int status) {
        failure = status;
    }

    /** The paths that were asked for. */
    synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            synchronized (this) {
                requests.add(path);
            }
            if (failure != 0) {
                send(exchange, failure, errors("internal error"));
            } else if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("X-Vault-Token"))) {
                send(exchange, 403, errors("permission denied"));
            } else {
                String[] parts = path.substring("/v1/transit/".length()).split("/");
                handle(exchange, parts[0], parts[1]);
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private void handle(HttpExchange exchange, String verb, String key) throws IOException, GeneralSecurityException {
        List<byte[]> versions = keys.get(key);
        JsonNode body = verb.equals("keys") ? JSON.createObjectNode() : JSON.readTree(exchange.getRequestBody());
        if (versions == null) {
            send(
                    exchange,
                    verb.equals("keys") ? 404 : 400,
                    verb.equals("keys") ? errors() : errors("encryption key not found"));
            return;
        }
        byte[] aad = Base64.getDecoder().decode(body.path("associated_data").asText(""));
        switch (verb) {
            case "keys" -> send(exchange, 200, data(JSON.createObjectNode().put("latest_version", versions.size())));
            case "encrypt" -> {
                byte[] nonce = new byte[12];
                random.nextBytes(nonce);
                byte[] sealed = cipher(Cipher.ENCRYPT_MODE, versions.getLast(), nonce, aad)
                        .doFinal(
                                Base64.getDecoder().decode(body.get("plaintext").asText()));
                byte[] whole = ByteBuffer.allocate(12 + sealed.length)
                        .put(nonce)
                        .put(sealed)
                        .array();
                String text =
                        "vault:v" + versions.size() + ":" + Base64.getEncoder().encodeToString(whole);
                send(exchange, 200, data(JSON.createObjectNode().put("ciphertext", text)));
            }
            case "decrypt" -> decrypt(exchange, versions, body.get("ciphertext").asText(), aad);
            default -> send(exchange, 404, errors("unsupported path"));
        }
    }

    private void decrypt(HttpExchange exchange, List<byte[]> versions, String text, byte[] aad) throws IOException {
        String[] parts = text.split(":");
        int version = Integer.parseInt(parts[1].substring(1));
        if (version < oldest) {
            send(exchange, 400, errors("ciphertext or signature version is disallowed by policy (too old)"));
            return;
        }
        byte[] whole = Base64.getDecoder().decode(parts[2]);
        try {
            byte[] secret = cipher(Cipher.DECRYPT_MODE, versions.get(version - 1), Arrays.copyOf(whole, 12), aad)
                    .doFinal(whole, 12, whole.length - 12);
            send(
                    exchange,
                    200,
                    data(JSON.createObjectNode()
                            .put("plaintext", Base64.getEncoder().encodeToString(secret))));
        } catch (GeneralSecurityException e) {
            send(exchange, 400, errors("cipher: message authentication failed"));
        }
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] aad) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(aad);
        return cipher;
    }

    private static ObjectNode data(ObjectNode data) {
        ObjectNode answer = JSON.createObjectNode().put("request_id", "1").put("lease_duration", 0);
        answer.set("data", data);
        return answer;
    }

    private static ObjectNode errors(String... errors) {
        ObjectNode answer = JSON.createObjectNode();
        Arrays.stream(errors).forEach(answer.putArray("errors")::add);
        return answer;
    }

    private static void send(HttpExchange exchange, int status, @Nullable JsonNode body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
