package io.kolumn.state.store.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.ContentStreamProvider;

/**
 * The body of a racer: all of it is sent but its last byte, which waits until every racer has come as far. So requests
 * are whole at one moment, however long their connections and signatures took.
 */
final class HeldBody implements ContentStreamProvider {

    static final ExecutionAttribute<HeldBody> ATTRIBUTE = new ExecutionAttribute<>("KolumnHeldBody");

    /** Tells a body that it is read to be sent; before that it is read to be signed. */
    static final class Sending implements ExecutionInterceptor {

        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            HeldBody body = attributes.getAttribute(ATTRIBUTE);
            if (body != null) {
                body.sending();
            }
        }
    }

    private final byte[] bytes;
    private final StartLine line;
    private volatile boolean sending;

    HeldBody(byte[] bytes, StartLine line) {
        this.bytes = bytes.clone();
        this.line = line;
    }

    private void sending() {
        if (sending) {
            line.spoilt(); // an attempt was lost, and this is another
        }
        sending = true;
    }

    @Override
    public InputStream newStream() {
        return new Stream();
    }

    private final class Stream extends InputStream {
        private int at;

        @Override
        public int read() throws IOException {
            if (at == bytes.length) {
                return -1;
            }
            if (last()) {
                hold();
            }
            return bytes[at++] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (at == bytes.length) {
                return -1;
            }
            if (length == 0) {
                return 0;
            }
            if (last()) {
                hold();
            }
            int count = last() ? 1 : Math.min(length, bytes.length - 1 - at);
            System.arraycopy(bytes, at, into, offset, count);
            at += count;
            return count;
        }

        private boolean last() {
            return at == bytes.length - 1;
        }

        private void hold() throws IOException {
            if (!sending) {
                return;
            }
            try {
                line.reached();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("Interrupted at the start line").initCause(e);
            }
        }
    }
}
