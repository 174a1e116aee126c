package io.kolumn.state.http;

import io.quarkus.vertx.http.runtime.filters.AbstractResponseWrapper;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An answer that comes out the same by every version of HTTP. The server below would take a Content-Encoding for a fact over
 * HTTP/1.1 and for an order to compress over HTTP/2, and would send a body in answer to HEAD over HTTP/2. So it compresses
 * nothing, and here bodies are compressed, and those of answers to HEAD left out.
 */
final class UniformResponse extends AbstractResponseWrapper {

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final boolean bodiless;
    private @Nullable Handler<Void> headersEnd;
    private volatile boolean failed;
    private boolean begun;
    private @Nullable Coded coded;

    UniformResponse(HttpServerRequest request) {
        super(request.response());
        this.request = request;
        this.response = request.response();
        this.bodiless = request.method().equals(HttpMethod.HEAD);
    }

    /** Kept to be called before the coding is chosen: much of what an answer says of itself is set by it. */
    @Override
    public HttpServerResponse headersEndHandler(@Nullable Handler<Void> handler) {
        headersEnd = handler;
        response.headersEndHandler(handler == null ? null : sent -> endHeaders());
        return this;
    }

    /**
     * Over HTTP/2 the handler is not called: that of Quarkus's output stream closes the connection, with the streams of others.
     * Whoever waits there to write finds the answer closed, and is woken for that; else it would look a second later.
     */
    @Override
    public HttpServerResponse exceptionHandler(@Nullable Handler<Throwable> handler) {
        boolean shared = request.version() == HttpVersion.HTTP_2;
        response.exceptionHandler(
                handler == null
                        ? null
                        : failure -> {
                            failed = true;
                            if (shared) {
                                wake();
                            } else {
                                handler.handle(failure);
                            }
                        });
        return this;
    }

    private void wake() {
        HttpConnection connection = request.connection();
        synchronized (connection) {
            connection.notifyAll();
        }
    }

    /** Also once a write has failed: whoever finds an answer open that broke off closes all of the connection. */
    @Override
    public boolean closed() {
        return failed || response.closed();
    }

    private Future<Void> sent(Buffer data) {
        return response.write(data).onFailure(failure -> failed = true);
    }

    private void endHeaders() {
        Handler<Void> handler = headersEnd;
        headersEnd = null;
        if (handler != null) {
            handler.handle(null);
        }
    }

    /** With the first bytes. */
    private void begin(long size) {
        if (begun || response.headWritten()) {
            return;
        }
        begun = true;
        endHeaders();
        if (size != 0 && compressible() && ContentCoding.of(accepted(), size(size)) == ContentCoding.GZIP) {
            code(size < 0);
        } else {
            sized(size);
        }
    }

    private void code(boolean inPieces) {
        response.headers().remove(HttpHeaders.CONTENT_LENGTH).set(HttpHeaders.CONTENT_ENCODING, "gzip");
        if (bodiless) {
            return;
        }
        if (inPieces) {
            response.setChunked(true);
        }
        coded = new Coded();
    }

    /** What has a tag, or a coding already, has chosen for itself. */
    private boolean compressible() {
        String type = response.headers().get(HttpHeaders.CONTENT_TYPE);
        return type != null
                && !response.headers().contains(HttpHeaders.CONTENT_ENCODING)
                && !response.headers().contains(HttpHeaders.ETAG)
                && isText(type.toLowerCase(Locale.ROOT));
    }

    /** Events are not: they are sent as they come, and what compresses waits for more. */
    private static boolean isText(String type) {
        return (type.startsWith("text/") && !type.startsWith("text/event-stream"))
                || type.contains("json")
                || type.startsWith("application/openmetrics-text");
    }

    private String accepted() {
        return String.join(",", request.headers().getAll(HttpHeaders.ACCEPT_ENCODING));
    }

    /** What comes in pieces is large, or says how large it is. */
    private long size(long size) {
        String length = response.headers().get(HttpHeaders.CONTENT_LENGTH);
        return size >= 0 ? size : length == null ? Long.MAX_VALUE : Long.parseLong(length);
    }

    /** An answer to HEAD says how long the body would be. */
    private void sized(long size) {
        if (bodiless && size > 0 && !response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            response.headers().set(HttpHeaders.CONTENT_LENGTH, Long.toString(size));
        }
    }

    @Override
    public Future<Void> write(Buffer data) {
        begin(-1);
        if (bodiless) {
            release(data);
            return Future.succeededFuture();
        }
        if (coded == null) {
            return sent(data);
        }
        Buffer piece = coded.add(data);
        return piece.length() == 0 ? Future.succeededFuture() : sent(piece);
    }

    @Override
    public Future<Void> end(Buffer data) {
        begin(data.length());
        if (bodiless) {
            release(data);
            return response.end();
        }
        return response.end(coded == null ? data : coded.last(data));
    }

    @Override
    public Future<Void> end() {
        begin(0);
        return coded == null ? response.end() : response.end(coded.last(Buffer.buffer()));
    }

    @Override
    public void write(Buffer data, @Nullable Handler<AsyncResult<Void>> handler) {
        tell(write(data), handler);
    }

    @Override
    public Future<Void> write(String text, String charset) {
        return write(Buffer.buffer(text, charset));
    }

    @Override
    public void write(String text, String charset, @Nullable Handler<AsyncResult<Void>> handler) {
        tell(write(text, charset), handler);
    }

    @Override
    public Future<Void> write(String text) {
        return write(Buffer.buffer(text));
    }

    @Override
    public void write(String text, @Nullable Handler<AsyncResult<Void>> handler) {
        tell(write(text), handler);
    }

    @Override
    public void end(Buffer data, @Nullable Handler<AsyncResult<Void>> handler) {
        tell(end(data), handler);
    }

    @Override
    public Future<Void> end(String text, String charset) {
        return end(Buffer.buffer(text, charset));
    }

    @Override
    public void end(String text, String charset, @Nullable Handler<AsyncResult<Void>> handler) {
        tell(end(text, charset), handler);
    }

    @Override
    public Future<Void> end(String text) {
        return end(Buffer.buffer(text));
    }

    @Override
    public void end(String text, @Nullable Handler<AsyncResult<Void>> handler) {
        tell(end(text), handler);
    }

    @Override
    public void end(@Nullable Handler<AsyncResult<Void>> handler) {
        tell(end(), handler);
    }

    @Override
    public Future<Void> send() {
        return end();
    }

    @Override
    public void send(@Nullable Handler<AsyncResult<Void>> handler) {
        tell(end(), handler);
    }

    @Override
    public Future<Void> send(Buffer data) {
        return end(data);
    }

    @Override
    public void send(Buffer data, @Nullable Handler<AsyncResult<Void>> handler) {
        tell(end(data), handler);
    }

    @Override
    public Future<Void> send(String text) {
        return end(text);
    }

    @Override
    public void send(String text, @Nullable Handler<AsyncResult<Void>> handler) {
        tell(end(text), handler);
    }

    private static void tell(Future<Void> done, @Nullable Handler<AsyncResult<Void>> handler) {
        if (handler != null) {
            done.onComplete(handler);
        }
    }

    /** As the server does with what it has sent: some of it comes from a pool. */
    @SuppressWarnings("deprecation")
    private static void release(Buffer data) {
        data.getByteBuf().release();
    }

    /** A body that is compressed as it comes. */
    private static final class Coded {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final OutputStream gzip;

        Coded() {
            try {
                gzip = ContentCoding.gzip(out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Buffer add(Buffer data) {
            try {
                gzip.write(data.getBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                release(data);
            }
            return taken();
        }

        Buffer last(Buffer data) {
            Buffer first = add(data);
            try {
                gzip.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return first.appendBuffer(taken());
        }

        private Buffer taken() {
            Buffer taken = Buffer.buffer(out.toByteArray());
            out.reset();
            return taken;
        }
    }
}
