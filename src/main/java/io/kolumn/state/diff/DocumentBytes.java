package io.kolumn.state.diff;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kolumn.state.StateDocument;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of a document by their places, so that a value in it is a range of bytes: looked into only where it matters,
 * and never bound to objects. The document was accepted, so it is JSON.
 */
final class DocumentBytes {

    /** A value up to this size is parsed from a copy, which costs less than a stream. */
    private static final int SMALL = 64 * 1024;

    /**
     * Where a value stands.
     *
     * @param from the place of its first byte
     * @param to the place behind its last byte
     */
    record Range(long from, long to) {
        long length() {
            return to - from;
        }
    }

    /** Is told of each member of an object, or of each element of an array with an empty name; false ends it. */
    @FunctionalInterface
    interface Visitor {
        boolean visit(String name, Range value) throws IOException;
    }

    private final ByteBuffer[] pieces;
    private final long[] starts;
    private final long size;

    DocumentBytes(StateDocument document) {
        List<ByteBuffer> buffers = document.buffers();
        this.pieces = buffers.toArray(ByteBuffer[]::new);
        this.starts = new long[pieces.length];
        long at = 0;
        for (int i = 0; i < pieces.length; i++) {
            starts[i] = at;
            at += pieces[i].limit();
        }
        this.size = at;
    }

    Range all() {
        return new Range(0, size);
    }

    private int pieceOf(long at) {
        int found = Arrays.binarySearch(starts, at);
        return found >= 0 ? found : -found - 2;
    }

    byte at(long place) {
        int piece = pieceOf(place);
        return pieces[piece].get((int) (place - starts[piece]));
    }

    /** Whether two values have the same bytes. */
    boolean same(Range mine, DocumentBytes other, Range theirs) {
        if (mine.length() != theirs.length()) {
            return false;
        }
        long done = 0;
        while (done < mine.length()) {
            ByteBuffer left = rest(mine.from() + done, mine.length() - done);
            ByteBuffer right = other.rest(theirs.from() + done, mine.length() - done);
            int length = Math.min(left.remaining(), right.remaining());
            if (left.limit(left.position() + length).mismatch(right.limit(right.position() + length)) >= 0) {
                return false;
            }
            done += length;
        }
        return true;
    }

    /** What is in one piece from this place on. */
    private ByteBuffer rest(long from, long most) {
        int piece = pieceOf(from);
        ByteBuffer rest = pieces[piece].duplicate();
        int position = (int) (from - starts[piece]);
        return rest.position(position).limit((int) Math.min(rest.limit(), position + most));
    }

    /** The text of a value as it stands in the document. */
    String text(Range range) {
        return new String(copy(range), StandardCharsets.UTF_8);
    }

    private byte[] copy(Range range) {
        byte[] copy = new byte[Math.toIntExact(range.length())];
        int done = 0;
        while (done < copy.length) {
            ByteBuffer next = rest(range.from() + done, copy.length - done);
            int length = next.remaining();
            next.get(copy, done, length);
            done += length;
        }
        return copy;
    }

    /** A parser of one value. */
    JsonParser parser(Range range) throws IOException {
        return StateDocument.parser(range.length() <= SMALL ? new ByteArrayInputStream(copy(range)) : open(range));
    }

    private InputStream open(Range range) {
        return new InputStream() {
            private long at = range.from();

            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int wanted) {
                if (at == range.to()) {
                    return -1;
                }
                ByteBuffer next = rest(at, Math.min(wanted, range.to() - at));
                int length = next.remaining();
                next.get(target, offset, length);
                at += length;
                return length;
            }
        };
    }

    /** Visits what is directly inside of an object or an array. */
    void visit(Range range, Visitor visitor) throws IOException {
        try (JsonParser json = parser(range)) {
            json.nextToken();
            visitInside(json, range.from(), visitor);
        }
    }

    /** The members of an object; of two with one name the later. */
    Map<String, Range> members(Range range) throws IOException {
        Map<String, Range> members = new LinkedHashMap<>();
        visit(range, (name, value) -> {
            members.put(name, value);
            return true;
        });
        return members;
    }

    /** As {@link #visit}, with a parser that stands at the start of the object or array, which ends up at its end. */
    void visitInside(JsonParser json, long base, Visitor visitor) throws IOException {
        boolean object = json.currentToken() == JsonToken.START_OBJECT;
        boolean more = true;
        while (!json.nextToken().isStructEnd()) {
            String name = object ? json.currentName() : "";
            if (object) {
                json.nextToken();
            }
            if (more) {
                more = visitor.visit(name, value(json, base));
            } else {
                json.skipChildren();
            }
        }
    }

    /**
     * Where the value stands at whose start the parser is; leaves it at its end.
     *
     * @param base the place at which the parser began
     */
    Range value(JsonParser json, long base) throws IOException {
        long start = base + json.currentTokenLocation().getByteOffset();
        JsonToken token = json.currentToken();
        if (token.isStructStart()) {
            json.skipChildren();
            return new Range(start, base + json.currentLocation().getByteOffset());
        }
        return token == JsonToken.VALUE_STRING
                ? new Range(start, behindText(start))
                : new Range(start, start + json.getTextLength());
    }

    /** The place behind a text, found without decoding it, however long it is. */
    private long behindText(long quote) {
        long at = quote + 1;
        while (true) {
            int piece = pieceOf(at);
            ByteBuffer bytes = pieces[piece];
            int i = (int) (at - starts[piece]);
            while (i < bytes.limit()) {
                byte next = bytes.get(i);
                if (next == '"') {
                    return starts[piece] + i + 1;
                }
                i += next == '\\' ? 2 : 1;
            }
            at = starts[piece] + i;
        }
    }

    /** The decoded text of a string; for short ones. */
    String decoded(Range range) throws IOException {
        try (JsonParser json = StateDocument.parser(new ByteArrayInputStream(copy(range)))) {
            json.nextToken();
            return json.getText();
        }
    }
}
