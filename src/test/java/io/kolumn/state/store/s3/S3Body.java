package io.kolumn.state.store.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The body of a request. A small one is in memory before the store is asked, a large one passes through. */
final class S3Body {

    private static final int SMALL = 1 << 20;

    private final InputStream in;
    private final long length;
    private long left;

    private S3Body(InputStream in, long length) {
        this.in = in;
        this.length = length;
        this.left = length;
    }

    static S3Body of(HttpHead head, InputStream in) throws IOException {
        if (head.says("Transfer-Encoding", "chunked")) {
            byte[] whole = HttpHead.dechunked(in);
            return new S3Body(new ByteArrayInputStream(whole), whole.length);
        }
        long length = Math.max(0, head.length());
        if (length > SMALL) {
            return new S3Body(in, length);
        }
        byte[] whole = in.readNBytes((int) length);
        if (whole.length < length) {
            throw new IOException("The client ended the connection within a body");
        }
        return new S3Body(new ByteArrayInputStream(whole), length);
    }

    long length() {
        return length;
    }

    /** As much as the store takes: one that has refused by the head alone does not read the rest. */
    void writeTo(OutputStream out) throws IOException {
        byte[] piece = new byte[(int) Math.min(Math.max(left, 1), 64 * 1024)];
        while (left > 0) {
            int read = in.read(piece, 0, (int) Math.min(left, piece.length));
            if (read < 0) {
                throw new IOException("The client ended the connection within a body");
            }
            left -= read;
            try {
                out.write(piece, 0, read);
            } catch (IOException e) {
                return;
            }
        }
    }

    /** What nobody has read, so that the next request on the connection is found. */
    void drain() throws IOException {
        in.skipNBytes(left);
        left = 0;
    }
}
