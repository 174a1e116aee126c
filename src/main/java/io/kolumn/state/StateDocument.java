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
 * The exact bytes of a state document, with the metadata that the rules need. It is scanned in one pass, never bound
 * to objects and never re-encoded. Immutable. Documents are equal if their bytes are equal.
 */
public final class StateDocument {

    /** The format of a document, detected by its top-level members. */
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
         * The stored form of a document that this service encrypted. Received documents never have this format, and
         * only the encrypting store sees it.
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
     * @param expected the expected number of bytes; -1 if unknown. It only saves memory.
     * @param limit the maximum number of bytes
     * @throws StateException.Invalid if the document is empty, larger than {@code limit}, or not exactly one JSON
     *     object in UTF-8. Also if it is nested more than {@value DocumentScanner#MAX_DEPTH} deep, repeats a
     *     top-level member, or has an invalid serial or lineage
     * @throws IOException if the stream fails
     */
    public static StateDocument read(InputStream in, long expected, long limit) throws IOException {
        Capture capture = new Capture(in, Math.min(expected, limit), limit);
        DocumentScanner.Facts facts = capture.outlined();
        if (facts == null) {
            facts = DocumentScanner.scan(capture);
        }
        return new StateDocument(capture.bytes, facts, HexFormat.of().formatHex(capture.digest.digest()));
    }

    /** Parses bytes in memory like {@link #read}, without a limit. */
    public static StateDocument parse(byte[] bytes) {
        try {
            return read(new ByteArrayInputStream(bytes), bytes.length, Long.MAX_VALUE);
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
    }

    /** Parses text like {@link #parse(byte[])}. */
    public static StateDocument parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads the document of a record back from a storage and verifies its size and sha-256. An encrypted version is
     * only verified by its size, because decryption verifies each byte.
     *
     * @throws StateException.Unavailable if the bytes do not match the record
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
                            + ") is damaged in the storage: its bytes do not match its record (size " + version.size()
                            + ", sha-256 " + version.sha256()
                            + "). Restore the storage from a backup, or an older version.",
                    null);
        }
        DocumentScanner.Facts facts =
                new DocumentScanner.Facts(version.format(), version.empty(), version.serial(), version.lineage());
        return new StateDocument(bytes, facts, sha256);
    }

    /**
     * Creates a document of opaque bytes that a store keeps instead of the plain document. They are not parsed.
     *
     * @param pieces in order; the document takes ownership of them
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
     * Creates the document of a record from bytes that were verified by other means. The sha-256 is not computed
     * again.
     *
     * @param pieces in order; the document takes ownership of them
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

    /** Returns the serial, or null if the document has none. */
    public @Nullable Long serial() {
        return facts.serial();
    }

    /** Returns the lineage, or null if the document has none or an empty one. */
    public @Nullable String lineage() {
        return facts.lineage();
    }

    /** Returns whether the document has neither resources nor outputs; false for an encrypted one. */
    public boolean isEmpty() {
        return facts.empty();
    }

    /** Returns the sha-256 of the exact bytes, in lower-case hex. */
    public String sha256() {
        return sha256;
    }

    /** Returns the size in bytes. */
    public long size() {
        return bytes.size();
    }

    /** Opens a stream of the bytes, without a copy. */
    public InputStream open() {
        return bytes.open();
    }

    /** Returns the bytes as read-only buffers in order, without a copy. */
    public List<ByteBuffer> buffers() {
        return bytes.buffers();
    }

    public void writeTo(OutputStream out) throws IOException {
        bytes.writeTo(out);
    }

    /** Opens a streaming JSON parser, with the limits of {@link #read}. */
    public JsonParser parser() throws IOException {
        return parser(open());
    }

    /** Opens a JSON parser for a part of a document, with the same limits as {@link #parser()}. */
    public static JsonParser parser(InputStream part) throws IOException {
        return DocumentScanner.JSON.createParser(part);
    }

    /** Returns the document with another serial, or this one if it has no serial or the same. */
    public StateDocument withSerial(long serial) {
        return SerialDigits.replaced(this, serial);
    }

    /**
     * Returns the sha-256, in hex, of this document with another serial and lineage, without copying it. A missing
     * member stays missing.
     *
     * @param lineage null to keep the lineage
     */
    public String sha256With(long serial, @Nullable String lineage) {
        return RenumberedHash.of(this, serial, lineage);
    }

    /** Returns a copy of the bytes, for small documents. */
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

    /** Returns a description without any content. */
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

    /** Stores, counts and digests the bytes that are read. As a stream it begins with the first, also once they were read. */
    private static final class Capture extends InputStream {
        /** The initial capacity. It doubles with the received bytes; an announced length reserves nothing. */
        private static final int FIRST = 16 * 1024;

        private final InputStream in;
        private final long expected;
        private final long limit;
        private final ByteChunks bytes = new ByteChunks();
        private final MessageDigest digest = sha256Digest();
        private final InputStream captured = bytes.open();
        private boolean ended;

        Capture(InputStream in, long expected, long limit) {
            this.in = in;
            this.expected = expected;
            this.limit = limit;
        }

        /** Reads to the end as long as the bytes are sure to be a document; null if they are not. */
        DocumentScanner.@Nullable Facts outlined() throws IOException {
            DocumentOutline outline = new DocumentOutline();
            for (int read = fill(); read >= 0; read = fill()) {
                if (!outline.take(bytes.last(), bytes.lastLength() - read, bytes.lastLength())) {
                    return null;
                }
            }
            return outline.facts();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int wanted) throws IOException {
            int read = captured.read(target, offset, wanted);
            return read >= 0 || fill() < 0 ? read : captured.read(target, offset, wanted);
        }

        /** Reads once more; -1 at the end. */
        private int fill() throws IOException {
            int read =
                    ended ? -1 : bytes.readFrom(in, Math.min(expected, bytes.size() + Math.max(FIRST, bytes.size())));
            if (read < 0) {
                ended = true;
                bytes.trim();
                return -1;
            }
            digest.update(bytes.last(), bytes.lastLength() - read, read);
            if (bytes.size() > limit) {
                throw new StateException.Invalid(
                        StateException.Invalid.Fault.TOO_LARGE,
                        "The document is larger than " + limit + " bytes (kolumn.state.max-document-size).");
            }
            return read;
        }
    }
}
