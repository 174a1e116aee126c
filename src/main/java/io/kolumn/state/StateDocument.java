package io.kolumn.state;

import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The exact bytes of a state document, and what the rules need to know of them: read once, in one pass, never bound to
 * objects and never encoded again. Immutable. Two documents are equal when their bytes are.
 */
public final class StateDocument {

    /** What kind of document it is, told by the members of its top level. */
    public enum Format {
        /** Terraform and OpenTofu: a numeric {@code version}. */
        TERRAFORM,
        /** OpenTofu's encrypted state: an {@code encryption_version} and no readable resources. */
        ENCRYPTED,
        /** Kolumn's universal state: a numeric {@code version} (0 is valid) and members of Kolumn's own. */
        KOLUMN,
        /** Any other JSON object. */
        OTHER,
        /**
         * No document but what a store keeps in the place of one that this service encrypted. Nothing that is received is
         * ever of this format, and nobody above the store that made it sees it.
         */
        SEALED
    }

    private final ByteChunks bytes;
    private final DocumentScanner.Facts facts;
    private final String sha256;

    private StateDocument(ByteChunks bytes, DocumentScanner.Facts facts, String sha256) {
        this.bytes = bytes;
        this.facts = facts;
        this.sha256 = sha256;
    }

    /**
     * Reads a document to the end of the stream.
     *
     * @param expected how many bytes will come, as far as known; -1 if not known. Only saves memory.
     * @param limit the most bytes it may have
     * @throws StateException.Invalid if it is empty, larger than {@code limit}, not exactly one JSON object in UTF-8,
     *     nested more than {@value DocumentScanner#MAX_DEPTH} deep, has a member of its top level twice, or a serial that is
     *     no whole number from 0 to 2^63-1, or a lineage that is not a string or holds a control character
     * @throws IOException if the stream fails; that is the stream's own exception
     */
    public static StateDocument read(InputStream in, long expected, long limit) throws IOException {
        Capture capture = new Capture(in, Math.min(expected, limit), limit);
        DocumentScanner.Facts facts = DocumentScanner.scan(capture);
        return new StateDocument(capture.bytes, facts, HexFormat.of().formatHex(capture.digest.digest()));
    }

    /** As {@link #read}, of bytes at hand, without a limit. */
    public static StateDocument parse(byte[] bytes) {
        try {
            return read(new ByteArrayInputStream(bytes), bytes.length, Long.MAX_VALUE);
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
    }

    /** As {@link #parse(byte[])}, of text in UTF-8. */
    public static StateDocument parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The document that a record describes, read back from a storage and proven against its size and sha-256; an encrypted
     * version against its size alone, since whoever decrypts it proves each of its bytes.
     *
     * @throws StateException.Unavailable if the bytes are not those of the record
     */
    public static StateDocument stored(StateName name, StateVersion version, InputStream in) throws IOException {
        ByteChunks bytes = new ByteChunks();
        MessageDigest digest = version.sealed() && version.number() > 0 ? null : sha256Digest();
        int read = 0;
        while (read >= 0 && bytes.size() <= version.size()) {
            if (digest != null) {
                digest.update(bytes.last(), bytes.lastLength() - read, read);
            }
            read = bytes.readFrom(in, version.size());
        }
        String sha256 = digest == null ? version.sha256() : HexFormat.of().formatHex(digest.digest());
        if (bytes.size() != version.size() || !sha256.equals(version.sha256())) {
            throw StateException.Unavailable.forEverybody(
                    "Version " + version.number() + " of state '" + name + "' (id " + version.id()
                            + ") is damaged in the storage: its bytes are"
                            + " not those of its record (size " + version.size() + ", sha-256 " + version.sha256()
                            + "). Restore the storage from a backup, or an older version.",
                    null);
        }
        DocumentScanner.Facts facts =
                new DocumentScanner.Facts(version.format(), version.empty(), version.serial(), version.lineage());
        return new StateDocument(bytes, facts, sha256);
    }

    /**
     * Opaque bytes that a store shall keep in the place of a document: never looked into, as they are no JSON.
     *
     * @param pieces in order; they belong to the document from now on
     */
    public static StateDocument sealed(List<byte[]> pieces) {
        ByteChunks bytes = ByteChunks.of(pieces);
        MessageDigest digest = sha256Digest();
        pieces.forEach(digest::update);
        return new StateDocument(
                bytes,
                new DocumentScanner.Facts(Format.SEALED, false, null, null),
                HexFormat.of().formatHex(digest.digest()));
    }

    /**
     * The document that a record describes, of bytes that were proven to be its own by other means than the sha-256: it is
     * not computed again.
     *
     * @param pieces in order; they belong to the document from now on
     */
    public static StateDocument opened(StateVersion version, List<byte[]> pieces) {
        ByteChunks bytes = ByteChunks.of(pieces);
        if (bytes.size() != version.size()) {
            throw new IllegalArgumentException("Not the size of version " + version.number() + ": " + bytes.size());
        }
        DocumentScanner.Facts facts =
                new DocumentScanner.Facts(version.format(), version.empty(), version.serial(), version.lineage());
        return new StateDocument(bytes, facts, version.sha256());
    }

    public Format format() {
        return facts.format();
    }

    /** The document's own counter; null if it has none. */
    public @Nullable Long serial() {
        return facts.serial();
    }

    /** The document's own identity; null if it has none or an empty one. */
    public @Nullable String lineage() {
        return facts.lineage();
    }

    /** Whether it holds neither resources nor outputs. An encrypted document is never known to be empty. */
    public boolean isEmpty() {
        return facts.empty();
    }

    /** Of the exact bytes, in lower-case hex. */
    public String sha256() {
        return sha256;
    }

    /** In bytes. */
    public long size() {
        return bytes.size();
    }

    /** The bytes, from the start, without a copy. */
    public InputStream open() {
        return bytes.open();
    }

    /** The bytes in order, in read-only pieces without a copy. */
    public List<ByteBuffer> buffers() {
        return bytes.buffers();
    }

    public void writeTo(OutputStream out) throws IOException {
        bytes.writeTo(out);
    }

    /** The bytes as JSON, read as a stream and within the limits of {@link #read}. */
    public JsonParser parser() throws IOException {
        return parser(open());
    }

    /** A part of a document as JSON, within the same limits as {@link #parser()}. */
    public static JsonParser parser(InputStream part) throws IOException {
        return DocumentScanner.JSON.createParser(part);
    }

    /** The same bytes with another serial; the same document if it has none or has that one. */
    public StateDocument withSerial(long serial) {
        return SerialDigits.replaced(this, serial);
    }

    /**
     * The sha-256, in hex, that this document would have with another serial and lineage, without a copy of it. A member
     * that it does not have stays away.
     *
     * @param lineage null to leave the document's own
     */
    public String sha256With(long serial, @Nullable String lineage) {
        return RenumberedHash.of(this, serial, lineage);
    }

    /** A copy of the bytes; for documents known to be small. */
    public byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.toIntExact(size()));
        try {
            writeTo(out);
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory failed", e);
        }
        return out.toByteArray();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StateDocument that && size() == that.size() && sha256.equals(that.sha256);
    }

    @Override
    public int hashCode() {
        return sha256.hashCode();
    }

    /** Says what it is and never what it holds. */
    @Override
    public String toString() {
        return facts.format() + " document of " + size() + " bytes, serial " + serial() + ", sha-256 " + sha256;
    }

    static MessageDigest sha256Digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** Keeps, counts and digests the bytes that the scan reads. */
    private static final class Capture extends InputStream {
        /** Room before anything has come; then as much again as has come: a length that was only said takes none. */
        private static final int FIRST = 16 * 1024;

        private final InputStream in;
        private final long expected;
        private final long limit;
        private final ByteChunks bytes = new ByteChunks();
        private final MessageDigest digest = sha256Digest();
        private int given;

        Capture(InputStream in, long expected, long limit) {
            this.in = in;
            this.expected = expected;
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int wanted) throws IOException {
            if (given == bytes.lastLength() && !fill()) {
                return -1;
            }
            int count = Math.min(wanted, bytes.lastLength() - given);
            System.arraycopy(bytes.last(), given, target, offset, count);
            given += count;
            return count;
        }

        private boolean fill() throws IOException {
            int read = bytes.readFrom(in, Math.min(expected, bytes.size() + Math.max(FIRST, bytes.size())));
            if (read < 0) {
                bytes.trim();
                given = bytes.lastLength();
                return false;
            }
            given = bytes.lastLength() - read;
            digest.update(bytes.last(), given, read);
            if (bytes.size() > limit) {
                throw new StateException.Invalid(
                        StateException.Invalid.Fault.TOO_LARGE,
                        "The document is larger than " + limit + " bytes (kolumn.state.max-document-size).");
            }
            return true;
        }
    }
}
