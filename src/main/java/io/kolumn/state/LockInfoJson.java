package io.kolumn.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * LockInfo as Terraform and OpenTofu write it: {@code ID, Operation, Info, Who, Version, Created, Path} at the top level
 * of one JSON object ({@code LockInfo.Marshal} in {@code internal/states/statemgr/locker.go}), and as the file beside a
 * locked local state shows it.
 */
public final class LockInfoJson {

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private LockInfoJson() {}

    /** Returns the body of the holder unchanged, or the same data in Terraform's members. */
    public static String write(LockInfo info) {
        if (info.sent() != null) {
            return info.sent();
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("ID", info.id());
            json.writeStringField("Operation", info.operation());
            json.writeStringField("Info", info.info());
            json.writeStringField("Who", info.who());
            json.writeStringField("Version", info.version());
            json.writeStringField("Created", String.valueOf(info.created() == null ? Instant.EPOCH : info.created()));
            json.writeStringField("Path", info.path());
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory failed", e);
        }
        return text.toString();
    }

    /**
     * Parses a LockInfo. Unknown members are ignored, missing ones are empty. The text is kept in {@link
     * LockInfo#sent}.
     *
     * @throws StateException.Invalid if it is larger than {@link LockInfo#MAX_SIZE}, not one JSON object in UTF-8, a
     *     member has another type, or {@code Created} is not an RFC 3339 time
     */
    public static LockInfo parse(byte[] bytes) {
        if (bytes.length > LockInfo.MAX_SIZE) {
            throw new StateException.Invalid("The LockInfo has more than " + LockInfo.MAX_SIZE + " bytes.");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            try (JsonParser json = JSON.createParser(text)) {
                return parse(json, text);
            }
        } catch (CharacterCodingException e) {
            throw new StateException.Invalid("The LockInfo is not valid UTF-8.");
        } catch (IOException e) {
            throw new StateException.Invalid("The LockInfo is not a JSON object; send {\"ID\": \"…\", …}.");
        }
    }

    private static LockInfo parse(JsonParser json, String sent) throws IOException {
        String id = "";
        String operation = "";
        String info = "";
        String who = "";
        String version = "";
        Instant created = null;
        String path = "";
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new StateException.Invalid("The LockInfo is not a JSON object; send {\"ID\": \"…\", …}.");
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String member = json.currentName();
            json.nextToken();
            switch (member) {
                case "ID" -> id = text(json, member);
                case "Operation" -> operation = text(json, member);
                case "Info" -> info = text(json, member);
                case "Who" -> who = text(json, member);
                case "Version" -> version = text(json, member);
                case "Created" -> created = time(text(json, member), member);
                case "Path" -> path = text(json, member);
                default -> json.skipChildren();
            }
        }
        if (json.nextToken() != null) {
            throw new StateException.Invalid("The LockInfo has content after its object.");
        }
        return new LockInfo(id, operation, info, who, version, created, path, sent);
    }

    private static String text(JsonParser json, String member) throws IOException {
        return switch (json.currentToken()) {
            case VALUE_STRING -> json.getText();
            case VALUE_NULL -> "";
            default -> throw new StateException.Invalid("The LockInfo's '" + member + "' is not a string.");
        };
    }

    /** Parses an RFC 3339 time with up to nine fractional digits; null for an empty text. */
    public static @Nullable Instant time(String text, String member) {
        if (text.isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new StateException.Invalid(
                    "The LockInfo's '" + member + "' is not an RFC 3339 time such as 2026-11-23T08:00:00Z.");
        }
    }
}
