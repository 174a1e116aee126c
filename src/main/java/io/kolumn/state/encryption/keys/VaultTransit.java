package io.kolumn.state.encryption.keys;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.config.IoFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The three requests of Vault's transit engine that are needed. No message holds the token or a key. */
final class VaultTransit implements AutoCloseable {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int SHOWN = 200;

    private final VaultSettings settings;
    private final HttpClient http;

    VaultTransit(VaultSettings settings) {
        this.settings = settings;
        this.http = HttpClient.newBuilder()
                .connectTimeout(settings.timeout())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    /** Writes the members of a request. */
    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    /** Reads what is wanted of an answer; the parser stands at the value. */
    private interface Value<T> {
        T of(JsonParser json) throws IOException;
    }

    long latestVersion(String key) {
        HttpResponse<byte[]> answer = send("keys/" + key, null);
        return succeeded(answer, "keys/" + key, "latest_version", JsonParser::getLongValue);
    }

    String encrypt(String key, byte[] secret, byte[] aad) {
        HttpResponse<byte[]> answer = send("encrypt/" + key, json -> {
            json.writeBinaryField("plaintext", secret);
            json.writeBinaryField("associated_data", aad);
        });
        return succeeded(answer, "encrypt/" + key, "ciphertext", JsonParser::getText);
    }

    /** Empty if Vault has no such key, or no longer that version of it. */
    Optional<byte[]> decrypt(String key, String ciphertext, byte[] aad) {
        HttpResponse<byte[]> answer = send("decrypt/" + key, json -> {
            json.writeStringField("ciphertext", ciphertext);
            json.writeBinaryField("associated_data", aad);
        });
        if (answer.statusCode() == 400 || answer.statusCode() == 404) {
            String said = said(answer).toLowerCase(Locale.ROOT);
            if (said.contains("key not found") || said.contains("version is disallowed") || said.contains("too old")) {
                return Optional.empty();
            }
        }
        return Optional.of(succeeded(answer, "decrypt/" + key, "plaintext", JsonParser::getBinaryValue));
    }

    private HttpResponse<byte[]> send(String path, @Nullable Body body) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                    .timeout(settings.timeout())
                    .header("X-Vault-Token", token())
                    .header("X-Vault-Request", "true");
            if (settings.namespace() != null) {
                request.header("X-Vault-Namespace", settings.namespace());
            }
            if (body != null) {
                request.header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(json(body)));
            }
            return http.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new Unavailable(settings + " does not answer: " + IoFault.text(e) + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable(settings + ": the wait was interrupted", e);
        }
    }

    private URI uri(String path) {
        String base = settings.address().toString().replaceAll("/+$", "");
        return URI.create(base + "/v1/" + settings.mount() + "/" + path);
    }

    /** Checked here: the client would show what it does not take as a header. */
    private String token() {
        String token =
                settings.tokenFile() == null ? Objects.requireNonNull(settings.token()) : token(settings.tokenFile());
        if (!token.matches("[!-~]{1,4096}")) {
            throw new Unavailable(
                    "The token for " + settings + " is empty or contains other characters than printable ASCII.", null);
        }
        return token;
    }

    private String token(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new Unavailable("The file of the token for " + settings + " cannot be read: " + file, e);
        }
    }

    private static byte[] json(Body body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private <T> T succeeded(HttpResponse<byte[]> answer, String path, String member, Value<T> value) {
        String where = settings + " (" + settings.mount() + "/" + path + ")";
        if (answer.statusCode() == 403) {
            throw new Unavailable(
                    where + " rejected the token: it has expired, or its policy does not allow this path.", null);
        }
        if (answer.statusCode() != 200) {
            throw new Unavailable(where + " answered " + answer.statusCode() + ": " + said(answer), null);
        }
        try (JsonParser json = JSON.createParser(answer.body())) {
            if (entered(json, "data") && entered(json, member)) {
                return value.of(json);
            }
        } catch (IOException e) {
            throw new Unavailable(where + " answered without JSON.", null);
        }
        throw new Unavailable(where + " answered without a '" + member + "'.", null);
    }

    /** Goes to the value of a member of the object that the parser is before or in. */
    private static boolean entered(JsonParser json, String member) throws IOException {
        if (json.currentToken() == null) {
            json.nextToken();
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = json.currentName().equals(member);
            json.nextToken();
            if (found) {
                return true;
            }
            json.skipChildren();
        }
        return false;
    }

    /** The errors that Vault names, shortened; they hold neither tokens nor keys. */
    private static String said(HttpResponse<byte[]> answer) {
        StringBuilder said = new StringBuilder();
        try (JsonParser json = JSON.createParser(answer.body())) {
            if (entered(json, "errors")) {
                while (json.nextToken() == JsonToken.VALUE_STRING) {
                    said.append(said.isEmpty() ? "" : "; ").append(json.getText());
                }
            }
        } catch (IOException e) {
            said.setLength(0);
        }
        String text = said.toString().replaceAll("[^ -~]", " ");
        return text.isEmpty() ? "nothing" : text.substring(0, Math.min(SHOWN, text.length()));
    }

    @Override
    public void close() {
        http.close();
    }

    @Override
    public String toString() {
        return settings.toString();
    }
}
