package io.kolumn.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Bytes in pieces small enough for any garbage collector: never one array of a whole document. */
final class ByteChunks {

    /** Below half of a region of the smallest heaps, so that no piece is a humongous object. */
    static final int SIZE = 256 * 1024;

    private static final int FIRST = 8 * 1024;
    private static final byte[] NOTHING = new byte[0];

    private final List<byte[]> pieces = new ArrayList<>();
    private int lastLength;
    private long size;

    /** These pieces, without a copy. */
    static ByteChunks of(List<byte[]> pieces) {
        ByteChunks segments = new ByteChunks();
        for (byte[] piece : pieces) {
            segments.pieces.add(piece);
            segments.lastLength = piece.length;
            segments.size += piece.length;
        }
        return segments;
    }

    /** Room to read into behind the last byte: grows with what has come, exact where the rest is known. */
    private byte[] room(long expectedRest) {
        if (!pieces.isEmpty() && lastLength < pieces.getLast().length) {
            return pieces.getLast();
        }
        long wanted = expectedRest > 0 ? expectedRest : Math.max(FIRST, size);
        pieces.add(new byte[(int) Math.min(wanted, SIZE)]);
        lastLength = 0;
        return pieces.getLast();
    }

    /**
     * Reads once from {@code in} behind what is here.
     *
     * @return the number of bytes read, -1 at the end
     */
    int readFrom(InputStream in, long expected) throws IOException {
        if (size > 0 && size == expected) {
            return readBeyond(in);
        }
        byte[] piece = room(expected - size);
        int read = in.read(piece, lastLength, piece.length - lastLength);
        if (read > 0) {
            lastLength += read;
            size += read;
        }
        return read;
    }

    /** One byte behind what was expected, so that nothing is allocated where, as nearly always, there is none. */
    private int readBeyond(InputStream in) throws IOException {
        int next = in.read();
        if (next < 0) {
            return -1;
        }
        byte[] piece = room(-1);
        piece[lastLength++] = (byte) next;
        size++;
        return 1;
    }

    /** The piece that was read into last. */
    byte[] last() {
        return pieces.isEmpty() ? NOTHING : pieces.getLast();
    }

    /** How many bytes of the last piece are filled. */
    int lastLength() {
        return lastLength;
    }

    /** Gives back what was allocated and not filled. */
    void trim() {
        if (pieces.isEmpty()) {
            return;
        }
        if (lastLength == 0) {
            pieces.removeLast();
            lastLength = pieces.isEmpty() ? 0 : pieces.getLast().length;
        } else if (lastLength < pieces.getLast().length) {
            pieces.add(Arrays.copyOf(pieces.removeLast(), lastLength));
        }
    }

    long size() {
        return size;
    }

    private int length(int index) {
        return index == pieces.size() - 1 ? lastLength : pieces.get(index).length;
    }

    List<ByteBuffer> buffers() {
        List<ByteBuffer> buffers = new ArrayList<>(pieces.size());
        for (int i = 0; i < pieces.size(); i++) {
            buffers.add(ByteBuffer.wrap(pieces.get(i), 0, length(i)).asReadOnlyBuffer());
        }
        return buffers;
    }

    void writeTo(OutputStream out) throws IOException {
        for (int i = 0; i < pieces.size(); i++) {
            out.write(pieces.get(i), 0, length(i));
        }
    }

    /** Opens a stream from the first byte. Behind its end it goes on with what has come since. */
    InputStream open() {
        return new InputStream() {
            private int piece;
            private int at;

            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int wanted) {
                if (wanted == 0) {
                    return 0;
                }
                while (piece < pieces.size() - 1 && at == length(piece)) {
                    piece++;
                    at = 0;
                }
                if (piece >= pieces.size() || at == length(piece)) {
                    return -1;
                }
                int count = Math.min(wanted, length(piece) - at);
                System.arraycopy(pieces.get(piece), at, target, offset, count);
                at += count;
                return count;
            }
        };
    }
}
