package io.kolumn.state.http;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request, for one reader. The event loop receives the first piece before anybody asks for it, and then one piece
 * ahead of the reader. So a small body is there when it is read, and the reader of a large one seldom waits. See ADR 0062.
 *
 * <p>It waits without a limit: {@link Transfer} interrupts the reader of a body that stands still.
 */
final class RequestBody extends InputStream {

    private static final String KEY = RequestBody.class.getName();

    private final HttpServerRequest request;
    private final Queue<Buffer> arrived = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Thread waiting;

    private boolean begun;
    private @Nullable Buffer piece;
    private int taken;

    private RequestBody(HttpServerRequest request) {
        this.request = request;
    }

    /**
     * Begins to receive the body, on the event loop. A client that asks first, by {@code Expect}, is answered when its body is
     * read; then Quarkus receives it.
     */
    static void receive(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.isEnded() || !announced(request) || request.headers().contains(HttpHeaders.EXPECT)) {
            return;
        }
        RequestBody body = new RequestBody(request);
        context.put(KEY, body);
        request.pause();
        request.handler(body::arrived);
        request.endHandler(end -> body.ended());
        request.exceptionHandler(body::failed);
        request.fetch(1);
    }

    /** HTTP/2 announces nothing; there a request without a body has ended. */
    private static boolean announced(HttpServerRequest request) {
        MultiMap headers = request.headers();
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        return length == null
                ? request.version() == HttpVersion.HTTP_2 || headers.contains(HttpHeaders.TRANSFER_ENCODING)
                : !length.equals("0");
    }

    /** Returns the body of this request, or null if it is not received by {@link #receive}. */
    static @Nullable RequestBody of(RoutingContext context) {
        return context.get(KEY);
    }

    private void arrived(Buffer bytes) {
        if (bytes.length() > 0) {
            arrived.add(bytes);
            wake();
        } else if (request.version() == HttpVersion.HTTP_2) {
            request.fetch(1);
        }
    }

    private void ended() {
        ended = true;
        wake();
    }

    private void failed(Throwable cause) {
        failure = cause;
        wake();
    }

    private void wake() {
        Thread reader = waiting;
        if (reader != null) {
            LockSupport.unpark(reader);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /**
     * Reads what has come, or waits for it.
     *
     * @throws InterruptedIOException if the thread was interrupted
     * @throws IOException if the client has gone
     */
    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (piece == null) {
            piece = next();
            taken = 0;
        }
        Buffer from = piece;
        if (from == null) {
            return -1;
        }
        int count = Math.min(length, from.length() - taken);
        from.getBytes(taken, taken + count, target, offset);
        taken += count;
        if (taken == from.length()) {
            piece = null;
        }
        return count;
    }

    private @Nullable Buffer next() throws IOException {
        if (!begun) {
            // Quarkus paused the request again in between, and forgot what had been asked for.
            begun = true;
            fetch();
        }
        Buffer next = arrived.poll();
        if (next == null) {
            next = awaited();
        }
        if (next != null && arrived.isEmpty()) {
            fetch();
        }
        return next;
    }

    private @Nullable Buffer awaited() throws IOException {
        waiting = Thread.currentThread();
        try {
            while (true) {
                // Whoever ends the body does so behind its last piece.
                boolean last = ended;
                Buffer next = arrived.poll();
                if (next != null) {
                    return next;
                }
                Throwable cause = failure;
                if (cause != null) {
                    throw new IOException(cause);
                }
                if (last) {
                    return null;
                }
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    throw new InterruptedIOException("The read was interrupted");
                }
            }
        } finally {
            waiting = null;
        }
    }

    private void fetch() {
        if (!ended) {
            synchronized (request.connection()) {
                request.fetch(1);
            }
        }
    }
}
