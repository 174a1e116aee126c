package io.kolumn.state.tfe;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The bytes of a state as they are decoded, in pieces that are given back while the document is read from them. */
final class DecodedState extends OutputStream {

    private static final int PIECE = 64 * 1024;

    private final long limit;
    private final MessageDigest md5 = md5();
    private final Deque<byte[]> pieces = new ArrayDeque<>();
    private byte[] last = new byte[0];
    private int used;
    private long size;

    /** {@code limit}: the most bytes of a document. */
    DecodedState(long limit) {
        this.limit = limit;
    }

    @Override
    public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        md5.update(bytes, offset, length);
        size += length;
        if (size > limit) {
            throw new Invalid(
                    Invalid.Fault.TOO_LARGE,
                    "The document is larger than " + limit + " bytes (kolumn.state.max-document-size).");
        }
        int from = offset;
        int left = length;
        while (left > 0) {
            if (used == last.length) {
                last = new byte[PIECE];
                pieces.add(last);
                used = 0;
            }
            int count = Math.min(left, last.length - used);
            System.arraycopy(bytes, from, last, used, count);
            used += count;
            from += count;
            left -= count;
        }
    }

    /** Returns the number of bytes so far. */
    long size() {
        return size;
    }

    /** Returns the MD5 of all bytes in lower-case hex; once. */
    String md5Hex() {
        return HexFormat.of().formatHex(md5.digest());
    }

    /** Reads the document; once, since the bytes are given back. */
    StateDocument document() throws IOException {
        return StateDocument.read(new Pieces(), size, limit);
    }

    static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        }
    }

    private final class Pieces extends InputStream {
        private byte @Nullable [] piece = pieces.poll();
        private int position;
        private long left = size;

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (piece != null && position == piece.length) {
                piece = pieces.poll();
                position = 0;
            }
            if (piece == null || left == 0) {
                return -1;
            }
            int count = (int) Math.min(Math.min(length, left), piece.length - position);
            System.arraycopy(piece, position, target, offset, count);
            position += count;
            left -= count;
            return count;
        }
    }
}
