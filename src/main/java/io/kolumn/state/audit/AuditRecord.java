package io.kolumn.state.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of an audit trail, without its end: a JSON object that begins with its number and the hash of the line before.
 *
 * @param number counts the lines of a trail from 1
 * @param previous the {@link #hash} of the line before it, {@link #NONE} in the first
 * @param gap what the line says is missing before it; null for all others
 * @param torn what the line says of one before it that was not finished: the hash of its bytes; null for all others
 */
record AuditRecord(
        long number,
        String previous,
        @Nullable String gap,
        @Nullable String torn) {

    static final String NONE = "0".repeat(64);

    private static final JsonFactory JSON = new JsonFactory();

    /** The bytes of a line; members whose value is null are left out. */
    static byte[] line(long number, String previous, Map<String, ? extends @Nullable Object> members) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("n", number);
            json.writeStringField("previous", previous);
            for (Map.Entry<String, ? extends @Nullable Object> member : members.entrySet()) {
                switch (member.getValue()) {
                    case null -> {}
                    case Long value -> json.writeNumberField(member.getKey(), value);
                    case Boolean value -> json.writeBooleanField(member.getKey(), value);
                    case Object value -> json.writeStringField(member.getKey(), value.toString());
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory failed", e);
        }
        return out.toByteArray();
    }

    /** @throws IOException if the line is not a record */
    static AuditRecord parse(byte[] line) throws IOException {
        long number = 0;
        String previous = "";
        String torn = null;
        String gap = null;
        try (JsonParser json = JSON.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String member = json.currentName();
                json.nextToken();
                switch (member) {
                    case "n" -> number = json.getLongValue();
                    case "previous" -> previous = json.getText();
                    case "torn" -> torn = json.getText();
                    case "lost" ->
                        gap = json.getLongValue() + " lines could not be written and are lost; the log has them";
                    case "file" -> gap = "the previous file was " + json.getText() + " while the service wrote it";
                    default -> json.skipChildren();
                }
            }
            if (json.currentToken() != JsonToken.END_OBJECT || number < 1) {
                throw new IOException("no record");
            }
        }
        return new AuditRecord(number, previous, gap, torn);
    }

    static String hash(byte[] line) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(line));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
