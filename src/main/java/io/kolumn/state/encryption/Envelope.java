package io.kolumn.state.encryption;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterInputStream;
import java.util.zip.InflaterInputStream;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a store keeps of an encrypted document: a header, and frames of AES-256-GCM.
 *
 * <p>Header: {@code KSE}, the layout (1), the compression (0 none, 1 deflate), and the id of the state's key (16 bytes). A
 * frame holds 16 KB of the document, the last one the rest, perhaps nothing, and a tag of 16 bytes. Its nonce is the number
 * of the frame and whether it is the last one, so that frames cannot change places and none can be missing.
 *
 * <p>Each document has a key of its own, derived from the state's key and everything that the document is bound to: the
 * header, the name of the state, number and id of the version, and what the record says of the document. With any of these
 * another no frame opens. Nothing is random, so that a document is the same envelope whenever it is made: a commit that is
 * tried again stages the same bytes.
 */
final class Envelope {

    /**
     * Of a document, in a frame. As fast as larger ones, and many of them soon have the cipher compiled: until then one of
     * 256 KB takes 5 ms.
     */
    static final int FRAME = 16 * 1024;

    static final int HEADER = 21;

    private static final int TAG = 16;

    /** What is deflated at once. */
    private static final int DEFLATED = 64 * 1024;

    /** The pieces that an opened document comes in; a multiple of a frame. */
    private static final int PIECE = 256 * 1024;

    private static final byte[] NOTHING = new byte[0];
    private static final byte[] MAGIC = {'K', 'S', 'E', 1};
    private static final HexFormat HEX = HexFormat.of();

    /** It was altered, or belongs to another state or version. */
    static final class TamperedException extends Exception {
        private static final long serialVersionUID = 1;

        TamperedException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private Envelope() {}

    /** @param plain the record of the document itself */
    static StateDocument seal(
            StateKey key, StateName name, StateVersion plain, StateDocument document, Compression compression) {
        byte[] header = header(key, compression);
        List<byte[]> pieces = new ArrayList<>();
        pieces.add(header);
        try (InputStream in = compression == Compression.NONE ? document.open() : deflated(document)) {
            Frames frames = new Frames(Cipher.ENCRYPT_MODE, documentKey(key, name, plain, header));
            byte[] frame = new byte[room(document.size())];
            byte[] next = frame.length < FRAME ? NOTHING : new byte[FRAME];
            int length = in.readNBytes(frame, 0, frame.length);
            while (length == FRAME) {
                int nextLength = in.readNBytes(next, 0, FRAME);
                if (nextLength == 0) {
                    break;
                }
                pieces.add(frames.next(frame, length, false));
                byte[] free = frame;
                frame = next;
                next = free;
                length = nextLength;
            }
            if (length == frame.length && in.read() >= 0) {
                throw new IllegalStateException("A document grew when it was deflated, more than any can");
            }
            pieces.add(frames.next(frame, length, true));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("A document in memory could not be encrypted", e);
        }
        return StateDocument.sealed(pieces);
    }

    private static InputStream deflated(StateDocument document) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        return new DeflaterInputStream(document.open(), deflater, DEFLATED) {
            @Override
            public void close() throws IOException {
                super.close();
                deflater.end();
            }
        };
    }

    /** For one frame of a document of this size, which deflating may make a little larger. */
    private static int room(long size) {
        return (int) Math.min(FRAME, size + size / 1000 + 1024);
    }

    private static byte[] header(StateKey key, Compression compression) {
        return ByteBuffer.allocate(HEADER)
                .put(MAGIC)
                .put((byte) compression.code())
                .put(HEX.parseHex(key.id()))
                .array();
    }

    /** The id of the state's key that opens it. */
    static String keyOf(StateDocument sealed) throws TamperedException {
        byte[] header = headerOf(sealed);
        return HEX.formatHex(header, MAGIC.length + 1, HEADER);
    }

    private static byte[] headerOf(StateDocument sealed) throws TamperedException {
        try (InputStream in = sealed.open()) {
            byte[] header = in.readNBytes(HEADER);
            if (header.length < HEADER || !Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
                throw new TamperedException(
                        "it does not have the header of an encrypted document of this release", null);
            }
            return header;
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
    }

    /**
     * The document.
     *
     * @param plain its record
     */
    static StateDocument open(StateKey key, StateName name, StateVersion plain, StateDocument sealed)
            throws TamperedException {
        byte[] header = headerOf(sealed);
        try (InputStream in = sealed.open()) {
            in.skipNBytes(HEADER);
            Opening frames = new Opening(in, sealed.size() - HEADER, documentKey(key, name, plain, header));
            List<byte[]> pieces = header[MAGIC.length] == Compression.NONE.code()
                    ? frames.all(plain.size())
                    : inflated(new InflaterInputStream(frames.stream()), plain.size());
            return StateDocument.opened(plain, pieces);
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw new TamperedException("it was altered, or belongs to another state or version", e);
        }
    }

    /** Reads as much as there should be and looks whether there is more, however much an envelope might unfold to. */
    private static List<byte[]> inflated(InputStream in, long size) throws IOException {
        List<byte[]> pieces = new ArrayList<>();
        try (in) {
            long rest = size;
            while (rest > 0) {
                byte[] piece = in.readNBytes((int) Math.min(rest, PIECE));
                if (piece.length == 0) {
                    throw new IOException("it is truncated");
                }
                pieces.add(piece);
                rest -= piece.length;
            }
            if (in.read() >= 0) {
                throw new IOException("it has extra bytes at the end");
            }
        }
        return pieces;
    }

    private static SecretKey documentKey(StateKey key, StateName name, StateVersion plain, byte[] header) {
        return key.derive(new StateKey.Bound("document")
                .bytes(header)
                .text(name.value())
                .number(plain.number())
                .text(plain.id())
                .text(plain.format().name())
                .number(plain.empty() ? 1 : 0)
                .text(plain.serial() == null ? "" : plain.serial().toString())
                .text(plain.lineage() == null ? "" : plain.lineage())
                .text(plain.sha256())
                .number(plain.size()));
    }

    /** The frames of one document, one after the other. */
    private static final class Frames {
        private final Cipher cipher;
        private final int mode;
        private final SecretKey key;
        private long number;

        Frames(int mode, SecretKey key) throws GeneralSecurityException {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
            this.mode = mode;
            this.key = key;
        }

        byte[] next(byte[] frame, int length, boolean last) throws GeneralSecurityException {
            byte[] out = new byte[mode == Cipher.ENCRYPT_MODE ? length + TAG : length - TAG];
            next(frame, length, last, out, 0);
            return out;
        }

        /** Returns how much it put into {@code out}. */
        int next(byte[] frame, int length, boolean last, byte[] out, int at) throws GeneralSecurityException {
            byte[] nonce = ByteBuffer.allocate(12)
                    .putLong(number++)
                    .putInt(last ? 1 : 0)
                    .array();
            cipher.init(mode, key, new GCMParameterSpec(8 * TAG, nonce));
            return cipher.doFinal(frame, 0, length, out, at);
        }
    }

    /** Opens frame after frame; the one that the bytes end with must be the last. */
    private static final class Opening {
        private final InputStream in;
        private final Frames frames;
        private final byte[] frame;
        private long rest;
        private boolean ended;

        Opening(InputStream in, long size, SecretKey key) throws GeneralSecurityException {
            this.in = in;
            this.rest = size;
            this.frames = new Frames(Cipher.DECRYPT_MODE, key);
            this.frame = new byte[(int) Math.min(size, FRAME + TAG)];
        }

        /** Null behind the last one. */
        byte @Nullable [] next() throws IOException, GeneralSecurityException {
            if (ended) {
                return null;
            }
            int length = read();
            return frames.next(frame, length, ended);
        }

        private int read() throws IOException {
            int length = in.readNBytes(frame, 0, frame.length);
            rest -= length;
            ended = rest == 0;
            if (length < TAG) {
                throw new IOException("it is truncated");
            }
            return length;
        }

        /** All of a document of this size, in pieces that are full. */
        List<byte[]> all(long size) throws IOException, GeneralSecurityException {
            List<byte[]> pieces = new ArrayList<>();
            long missing = size;
            while (!ended) {
                byte[] piece = new byte[(int) Math.min(missing, PIECE)];
                int at = 0;
                do {
                    int length = read();
                    at += frames.next(frame, length, ended, piece, at);
                } while (!ended && at < piece.length);
                if (at < piece.length) {
                    throw new IOException("it is truncated");
                }
                pieces.add(piece);
                missing -= at;
            }
            return pieces;
        }

        InputStream stream() {
            return new InputStream() {
                private byte[] piece = new byte[0];
                private int at;

                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] target, int offset, int wanted) throws IOException {
                    while (at == piece.length) {
                        byte[] next = opened();
                        if (next == null) {
                            return -1;
                        }
                        piece = next;
                        at = 0;
                    }
                    int count = Math.min(wanted, piece.length - at);
                    System.arraycopy(piece, at, target, offset, count);
                    at += count;
                    return count;
                }
            };
        }

        private byte @Nullable [] opened() throws IOException {
            try {
                return next();
            } catch (GeneralSecurityException e) {
                throw new IOException(e);
            }
        }
    }
}
