package io.kolumn.state.http;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.server.ServiceConfig;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads the bodies of requests. */
@Singleton
public final class RequestBodies {

    private static final String CONTENT_MD5 = "Content-MD5";

    /** A document in base64, its description as JSON in base64, which may be some times larger, and its outputs once more. */
    private static final int ENVELOPE = 8;

    /** What a reader of an envelope may hold unread. */
    static final int BUFFER = 16 * 1024;

    private static final int ENVELOPE_MARGIN = 128 * 1024;

    private final ServiceConfig config;
    private final Exchange exchange;

    RequestBodies(ServiceConfig config, Exchange exchange) {
        this.config = config;
        this.exchange = exchange;
    }

    /** In bytes, as the client says; -1 if it does not. */
    public static long announced(HttpHeaders headers) {
        String length = headers.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        return length == null ? -1 : Long.parseLong(length);
    }

    /**
     * Reads a document, within the memory for documents.
     *
     * @throws Invalid if it is none, is too large, or is not what its Content-MD5 says
     * @throws IOException if the client goes away
     */
    public StateDocument document(InputStream body, HttpHeaders headers) throws IOException {
        long expected = announced(headers);
        checkLength(expected);
        InputStream arriving = exchange.document(body, expected);
        String md5 = headers.getHeaderString(CONTENT_MD5);
        if (md5 == null) {
            return StateDocument.read(arriving, expected, config.maxDocumentSize());
        }
        DigestInputStream digested = new DigestInputStream(arriving, md5Digest());
        StateDocument document = StateDocument.read(digested, expected, config.maxDocumentSize());
        verify(md5, digested.getMessageDigest());
        return document;
    }

    /**
     * Returns a body that holds a document in base64 beside much else, within the memory for documents. What is not kept of it
     * is read in pieces.
     *
     * @param kept the bytes of the document that were read so far
     * @throws Invalid if the body cannot hold a document that is small enough
     */
    public InputStream envelope(InputStream body, HttpHeaders headers, LongSupplier kept) {
        long length = announced(headers);
        checkEnvelope(length);
        return exchange.envelope(body, length, config.maxDocumentSize(), kept);
    }

    /**
     * Reads a body that nobody needs to its end, in pieces.
     *
     * @throws Invalid if it is larger than any that holds a document
     */
    public void discard(InputStream body, HttpHeaders headers) throws IOException {
        checkEnvelope(announced(headers));
        InputStream arriving = exchange.small(body);
        byte[] piece = new byte[BUFFER];
        long arrived = 0;
        for (int read = arriving.read(piece); read >= 0; read = arriving.read(piece)) {
            arrived += read;
            checkEnvelope(arrived);
        }
    }

    private void checkEnvelope(long length) {
        if (length / ENVELOPE > config.maxDocumentSize() + ENVELOPE_MARGIN) {
            throw new Invalid(
                    Invalid.Fault.TOO_LARGE,
                    "The body has " + length + " bytes; at most " + ENVELOPE
                            + " times kolumn.state.max-document-size are accepted.");
        }
    }

    /**
     * Reads a small body; empty if there is none.
     *
     * @throws Invalid if it has more than {@code limit} bytes, or is not what its Content-MD5 says
     */
    public byte[] small(@Nullable InputStream body, HttpHeaders headers, int limit) throws IOException {
        byte[] bytes = body == null ? new byte[0] : exchange.small(body).readNBytes(limit + 1);
        if (bytes.length > limit) {
            throw new Invalid("The body has more than " + limit + " bytes.");
        }
        String md5 = headers.getHeaderString(CONTENT_MD5);
        if (md5 != null) {
            MessageDigest digest = md5Digest();
            digest.update(bytes);
            verify(md5, digest);
        }
        return bytes;
    }

    private void checkLength(long length) {
        if (length > config.maxDocumentSize()) {
            throw new Invalid(
                    Invalid.Fault.TOO_LARGE,
                    "The body has " + length + " bytes; at most " + config.maxDocumentSize()
                            + " are accepted (kolumn.state.max-document-size).");
        }
    }

    private static void verify(String md5, MessageDigest digest) {
        String is = Base64.getEncoder().encodeToString(digest.digest());
        if (!is.equals(md5.strip())) {
            throw new Invalid("The body does not match its Content-MD5: it is " + is + ". It was damaged in transit.");
        }
    }

    private static MessageDigest md5Digest() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        }
    }
}
