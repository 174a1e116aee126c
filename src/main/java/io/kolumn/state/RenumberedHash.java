package io.kolumn.state;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The hash that a document would have with another serial and another lineage, without a copy of it. */
final class RenumberedHash {

    private static final int CHUNK = 64 * 1024;

    /** Bytes of the document that others stand for. */
    private record Replaced(long at, int length, String by) {}

    private RenumberedHash() {}

    /** The sha-256 in hex; what the document has none of stays away. */
    static String of(StateDocument document, long serial, @Nullable String lineage) {
        try (InputStream bytes = document.open()) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            long at = 0;
            for (Replaced replaced : replaced(document, Long.toString(serial), lineage)) {
                pass(bytes, replaced.at() - at, digest);
                bytes.skipNBytes(replaced.length());
                digest.update(replaced.by().getBytes(StandardCharsets.UTF_8));
                at = replaced.at() + replaced.length();
            }
            pass(bytes, document.size() - at, digest);
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** In the order of the document. A lineage that is written with escapes leads to another hash, and to no harm. */
    private static List<Replaced> replaced(StateDocument document, String serial, @Nullable String lineage)
            throws IOException {
        List<Replaced> found = new ArrayList<>();
        try (JsonParser json = document.parser()) {
            json.nextToken();
            while (found.size() < 2 && json.nextToken() == JsonToken.FIELD_NAME) {
                String member = json.currentName();
                JsonToken value = json.nextToken();
                long at = json.currentTokenLocation().getByteOffset();
                if (member.equals("serial") && value == JsonToken.VALUE_NUMBER_INT) {
                    found.add(new Replaced(at, json.getTextLength(), serial));
                } else if (member.equals("lineage") && value == JsonToken.VALUE_STRING && lineage != null) {
                    found.add(new Replaced(at + 1, json.getTextLength(), lineage));
                } else {
                    json.skipChildren();
                }
            }
        }
        return found;
    }

    private static void pass(InputStream bytes, long count, MessageDigest digest) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (long left = count; left > 0; ) {
            int read = bytes.readNBytes(chunk, 0, (int) Math.min(left, CHUNK));
            if (read == 0) {
                return;
            }
            digest.update(chunk, 0, read);
            left -= read;
        }
    }
}
