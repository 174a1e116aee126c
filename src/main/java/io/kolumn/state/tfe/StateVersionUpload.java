package io.kolumn.state.tfe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.tfe.StateUploads.Announced;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A new version of a state as a client sends it, read in one pass. {@code json-state} and {@code json-state-outputs} are passed over
 * unread: they are plain text even where OpenTofu has encrypted the state.
 */
final class StateVersionUpload {

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxStringLength(64 * 1024).build())
            .build();

    private @Nullable Long serial;
    private @Nullable String lineage;
    private @Nullable String md5;
    private boolean force;
    private @Nullable DecodedState state;

    private StateVersionUpload() {}

    /**
     * Reads a body to its end.
     *
     * @param bytes takes the state
     * @throws Refusal with 400 if the body is not JSON, with 422 if it is no resource of the type {@code state-versions}, or its
     *     state is not base64
     * @throws Invalid if the state is too large
     */
    static StateVersionUpload read(InputStream body, DecodedState bytes) throws IOException {
        StateVersionUpload upload = new StateVersionUpload();
        String type = null;
        try (JsonParser json = JSON.createParser(body)) {
            expect(json.nextToken(), JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean data = json.currentName().equals("data");
                JsonToken value = json.nextToken();
                if (data && value == JsonToken.START_OBJECT) {
                    type = upload.data(json, bytes);
                } else {
                    json.skipChildren();
                }
            }
            expect(json.nextToken(), null);
        } catch (JsonProcessingException e) {
            throw new Refusal(400, "Invalid JSON", "The body is not valid JSON (" + place(e) + ").");
        }
        if (!"state-versions".equals(type)) {
            throw Refusal.unprocessable("The body has no 'data' with a resource of the type 'state-versions'.");
        }
        return upload;
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null
                ? "at its end"
                : "at byte " + e.getLocation().getByteOffset();
    }

    private static void expect(@Nullable JsonToken token, @Nullable JsonToken expected) {
        if (token != expected) {
            throw new Refusal(400, "Invalid JSON:API", "The body is not one JSON object with 'data'.");
        }
    }

    /** Returns the type. */
    private @Nullable String data(JsonParser json, DecodedState bytes) throws IOException {
        String type = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("type") && value == JsonToken.VALUE_STRING) {
                type = json.getText();
            } else if (name.equals("attributes") && value == JsonToken.START_OBJECT) {
                attributes(json, bytes);
            } else {
                json.skipChildren();
            }
        }
        return type;
    }

    private void attributes(JsonParser json, DecodedState bytes) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            switch (name) {
                case "serial" -> serial = number(json, value);
                case "lineage" -> lineage = text(json, value, name);
                case "md5" -> md5 = text(json, value, name);
                case "force" -> force = value == JsonToken.VALUE_TRUE;
                case "state" -> state(json, value, bytes);
                default -> json.skipChildren();
            }
        }
    }

    private void state(JsonParser json, JsonToken value, DecodedState bytes) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        if (value != JsonToken.VALUE_STRING || state != null) {
            throw Refusal.unprocessable("'state' is not one string in base64.");
        }
        try {
            json.readBinaryValue(bytes);
        } catch (IllegalArgumentException | JsonProcessingException e) {
            throw Refusal.unprocessable("'state' is not base64 (after byte "
                    + json.currentTokenLocation().getByteOffset() + ").");
        }
        state = bytes.size() == 0 ? null : bytes;
    }

    private static @Nullable Long number(JsonParser json, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        if (value != JsonToken.VALUE_NUMBER_INT) {
            throw Refusal.unprocessable("'serial' is not a whole number.");
        }
        return json.getLongValue();
    }

    private static @Nullable String text(JsonParser json, JsonToken value, String name) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        if (value != JsonToken.VALUE_STRING) {
            throw Refusal.unprocessable("'" + name + "' is not a string.");
        }
        String text = json.getText();
        return text.isEmpty() ? null : text;
    }

    /** Returns whether the client asks to skip the checks of serial and lineage. */
    boolean force() {
        return force;
    }

    /** Returns whether the state itself is there. A client of two phases sends it elsewhere. */
    boolean hasState() {
        return state != null;
    }

    /**
     * Returns the document; once.
     *
     * @throws Refusal with 422 if it is not what serial, lineage and md5 say
     * @throws Invalid if it is no document
     */
    StateDocument document() throws IOException {
        DecodedState bytes = Objects.requireNonNull(state);
        String digest = bytes.md5Hex();
        checkMd5(digest, md5);
        StateDocument document = bytes.document();
        check("serial", serial, document.serial());
        check("lineage", lineage, document.lineage());
        return document;
    }

    /**
     * Checks a document that was announced.
     *
     * @param digest the MD5 of its bytes in hex
     * @throws Refusal with 422 if it is not what serial, lineage and md5 say
     */
    static void check(StateDocument document, String digest, Announced announced) {
        checkMd5(digest, announced.md5());
        check("serial", announced.serial(), document.serial());
        check("lineage", announced.lineage(), document.lineage());
    }

    private static void checkMd5(String digest, @Nullable String md5) {
        if (md5 != null && !md5.toLowerCase(Locale.ROOT).equals(digest)) {
            throw Refusal.unprocessable(
                    "The state does not match its md5: it is " + digest + ". It was damaged in transit.");
        }
    }

    /** Returns what is said of a state that comes later, or empty if that is not enough to recognize it. */
    Optional<Announced> announced(WorkspaceName workspace, @Nullable String lock) {
        return md5 == null || !md5.matches("[0-9a-fA-F]{32}") || serial == null || lineage == null
                ? Optional.empty()
                : Optional.of(new Announced(workspace, lock, md5, serial, lineage));
    }

    /** An encrypted document may say neither. */
    private static void check(String name, @Nullable Object said, @Nullable Object is) {
        if (said != null && is != null && !said.equals(is)) {
            throw Refusal.unprocessable("The " + name + " is given as " + said + ", and the state has " + is + ".");
        }
    }
}
