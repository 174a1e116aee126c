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
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * As much of AWS KMS as is asked for here: its JSON protocol with targets, members and errors as its API reference has them,
 * regions as the signature names them, and AES-256-GCM that is real, with the encryption context in its tag.
 */
public final class FakeKms implements AutoCloseable {

    static final String ACCESS_KEY = "AKIAOFTHETESTS";
    static final String ACCOUNT = "123456789012";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SCOPE = Pattern.compile("Credential=([^/]+)/\\d{8}/([a-z0-9-]+)/kms/aws4_request");

    /** A key in one region; copies of a multi-Region key share their materials. */
    private static final class Key {
        private final String arn;
        private final List<byte[]> materials;
        private volatile String state = "Enabled";
        private volatile String spec = "SYMMETRIC_DEFAULT";

        private Key(String arn, List<byte[]> materials) {
            this.arn = arn;
            this.materials = materials;
        }

        private String resource() {
            return arn.substring(arn.lastIndexOf(':') + 1);
        }
    }

    /** An answer that is an error. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
        private final int status;
        private final String type;

        private Refused(int status, String type) {
            super(type);
            this.status = status;
            this.type = type;
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Key> keys = new ConcurrentHashMap<>();
    private final Map<String, String> aliases = new ConcurrentHashMap<>();
    private final Set<String> denied = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedDeque<Refused> failures = new ConcurrentLinkedDeque<>();
    private final List<String> requests = new ArrayList<>();
    private final List<String> contexts = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean silent;

    /** @param port 0 for a free one */
    public FakeKms(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    static String arn(String region, String id) {
        return "arn:aws:kms:" + region + ":" + ACCOUNT + ":key/" + id;
    }

    /** A new key. */
    public FakeKms make(String arn) {
        keys.put(arn, new Key(arn, new ArrayList<>()));
        return rotate(arn);
    }

    /** The same multi-Region key in another region. */
    void replicate(String arn, String replica) {
        keys.put(replica, new Key(replica, keys.get(arn).materials));
    }

    /** New material for a key, as KMS's own rotation makes it. */
    FakeKms rotate(String arn) {
        byte[] material = new byte[32];
        random.nextBytes(material);
        keys.get(arn).materials.add(material);
        return this;
    }

    /** Points an alias to a key, in the key's region. */
    public FakeKms alias(String name, String arn) {
        aliases.put(arn.split(":")[3] + " alias/" + name, arn);
        return this;
    }

    void state(String arn, String state) {
        keys.get(arn).state = state;
    }

    void spec(String arn, String spec) {
        keys.get(arn).spec = spec;
    }

    void remove(String arn) {
        keys.remove(arn);
    }

    /** Denies an action, such as {@code Decrypt}, from now on. */
    void deny(String action) {
        denied.add(action);
    }

    /** Answers the next requests so, one after the other. */
    void failing(int times, int status, String type) {
        for (int i = 0; i < times; i++) {
            failures.add(new Refused(status, type));
        }
    }

    void workingAgain() {
        failures.clear();
        denied.clear();
    }

    /** Takes requests and never answers. */
    void silent() {
        silent = true;
    }

    /** The actions that were asked for, and the region that was asked. */
    synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    /** The encryption contexts as they were sent. */
    synchronized List<String> contexts() {
        return List.copyOf(contexts);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (silent) {
                closed.await();
            }
            String action =
                    exchange.getRequestHeaders().getFirst("X-Amz-Target").replace("TrentService.", "");
            JsonNode body = JSON.readTree(exchange.getRequestBody());
            try {
                send(exchange, 200, handled(exchange, action, body));
            } catch (Refused e) {
                ObjectNode error = JSON.createObjectNode().put("__type", e.type);
                send(exchange, e.status, error.put("message", "User: arn:aws:iam::" + ACCOUNT + ":user/x"));
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ObjectNode handled(HttpExchange exchange, String action, JsonNode body)
            throws Refused, GeneralSecurityException {
        Matcher scope = SCOPE.matcher(exchange.getRequestHeaders().getFirst("Authorization"));
        if (!scope.find() || !scope.group(1).equals(ACCESS_KEY)) {
            throw new Refused(400, "UnrecognizedClientException");
        }
        synchronized (this) {
            requests.add(action + " " + scope.group(2));
            if (body.has("EncryptionContext")) {
                contexts.add(body.get("EncryptionContext").toString());
            }
        }
        Refused failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
        if (denied.contains(action)) {
            throw new Refused(400, "AccessDeniedException");
        }
        Key key = key(scope.group(2), body.get("KeyId").asText());
        return switch (action) {
            case "DescribeKey" -> described(key);
            case "Encrypt" -> encrypted(usable(key), body);
            case "Decrypt" -> decrypted(usable(key), body);
            default -> throw new Refused(400, "UnknownOperationException");
        };
    }

    private Key key(String region, String id) throws Refused {
        String arn = id.startsWith("arn:") ? id : arn(region, id);
        if (id.contains("alias/")) {
            arn = aliases.get(region + " " + id.substring(id.indexOf("alias/")));
        }
        Key key = arn == null ? null : keys.get(arn);
        if (key == null || !key.arn.split(":")[3].equals(region)) {
            throw new Refused(400, "NotFoundException");
        }
        return key;
    }

    private static Key usable(Key key) throws Refused {
        return switch (key.state) {
            case "Enabled" -> key;
            case "Disabled" -> throw new Refused(400, "DisabledException");
            default -> throw new Refused(400, "KMSInvalidStateException");
        };
    }

    private static ObjectNode described(Key key) {
        ObjectNode answer = JSON.createObjectNode();
        answer.putObject("KeyMetadata")
                .put("AWSAccountId", ACCOUNT)
                .put("KeyId", key.resource().substring("key/".length()))
                .put("Arn", key.arn)
                .put("Enabled", key.state.equals("Enabled"))
                .put("KeyState", key.state)
                .put("KeySpec", key.spec)
                .put("KeyUsage", key.spec.startsWith("RSA") ? "SIGN_VERIFY" : "ENCRYPT_DECRYPT");
        return answer;
    }

    /** The key and its material stand before the nonce, as KMS knows them from a ciphertext too. */
    private ObjectNode encrypted(Key key, JsonNode body) throws Refused, GeneralSecurityException {
        byte[] nonce = new byte[12];
        random.nextBytes(nonce);
        byte[] name = key.resource().getBytes(StandardCharsets.US_ASCII);
        int material = key.materials.size() - 1;
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, material, nonce, body)
                .doFinal(Base64.getDecoder().decode(body.get("Plaintext").asText()));
        byte[] blob = ByteBuffer.allocate(2 + name.length + nonce.length + sealed.length)
                .put((byte) name.length)
                .put(name)
                .put((byte) material)
                .put(nonce)
                .put(sealed)
                .array();
        return JSON.createObjectNode()
                .put("CiphertextBlob", Base64.getEncoder().encodeToString(blob))
                .put("KeyId", key.arn)
                .put("EncryptionAlgorithm", "SYMMETRIC_DEFAULT");
    }

    private static ObjectNode decrypted(Key key, JsonNode body) throws Refused {
        byte[] blob = Base64.getDecoder().decode(body.get("CiphertextBlob").asText());
        int name = blob[0];
        if (!key.resource().equals(new String(blob, 1, name, StandardCharsets.US_ASCII))) {
            throw new Refused(400, "IncorrectKeyException");
        }
        byte[] nonce = Arrays.copyOfRange(blob, name + 2, name + 14);
        try {
            byte[] secret = cipher(Cipher.DECRYPT_MODE, key, blob[name + 1], nonce, body)
                    .doFinal(blob, name + 14, blob.length - name - 14);
            return JSON.createObjectNode()
                    .put("Plaintext", Base64.getEncoder().encodeToString(secret))
                    .put("KeyId", key.arn);
        } catch (GeneralSecurityException e) {
            throw new Refused(400, "InvalidCiphertextException");
        }
    }

    private static Cipher cipher(int mode, Key key, int material, byte[] nonce, JsonNode body)
            throws GeneralSecurityException {
        Map<String, String> context = new TreeMap<>();
        body.path("EncryptionContext")
                .properties()
                .forEach(pair -> context.put(pair.getKey(), pair.getValue().asText()));
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key.materials.get(material), "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(context.toString().getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.close();
    }
}
