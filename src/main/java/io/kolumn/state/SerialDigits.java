package io.kolumn.state;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

/** Where the digits of a document's serial stand, so that they can be replaced and every other byte stays. */
final class SerialDigits {

    private SerialDigits() {}

    /** The same bytes with another serial; the same document if it has none or has that one. */
    static StateDocument replaced(StateDocument document, long serial) {
        if (document.serial() == null || document.serial() == serial) {
            return document;
        }
        try (JsonParser json = document.parser()) {
            moveToSerial(json);
            long at = json.currentTokenLocation().getByteOffset();
            return spliced(document, at, json.getTextLength(), Long.toString(serial));
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
    }

    private static void moveToSerial(JsonParser json) throws IOException {
        json.nextToken();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = json.currentName().equals("serial");
            json.nextToken();
            if (found) {
                return;
            }
            json.skipChildren();
        }
        throw new IllegalStateException("A document with a serial has no member 'serial'");
    }

    private static StateDocument spliced(StateDocument document, long at, int length, String digits)
            throws IOException {
        InputStream rest = document.open();
        rest.skipNBytes(at + length);
        List<InputStream> parts = List.of(
                new Prefix(document.open(), at),
                new ByteArrayInputStream(digits.getBytes(StandardCharsets.US_ASCII)),
                rest);
        long size = document.size() - length + digits.length();
        return StateDocument.read(new SequenceInputStream(Collections.enumeration(parts)), size, Long.MAX_VALUE);
    }

    /** The first bytes of a stream. */
    private static final class Prefix extends InputStream {
        private final InputStream in;
        private long left;

        Prefix(InputStream in, long length) {
            this.in = in;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int wanted) throws IOException {
            int read = left == 0 ? -1 : in.read(target, offset, (int) Math.min(wanted, left));
            left -= Math.max(0, read);
            return read;
        }
    }
}
