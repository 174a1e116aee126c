package io.kolumn.state.http;

import io.kolumn.state.StateDocument;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;
import org.jboss.resteasy.reactive.server.vertx.VertxResteasyReactiveRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * Writes a document as it is, or compressed where the answer says so. A large one goes out piece by piece, each when the
 * one before has left, so that a slow client costs no memory beside the document itself.
 */
@Provider
@Produces(MediaType.APPLICATION_JSON)
public final class DocumentWriter implements ServerMessageBodyWriter<StateDocument> {

    /** Up to this size a document goes out in one piece, without waiting for the client. */
    private static final int ONE_PIECE = 1024 * 1024;

    private static final int PIECE = 64 * 1024;

    @Override
    public boolean isWriteable(
            Class<?> type, Type genericType, ResteasyReactiveResourceInfo target, MediaType mediaType) {
        return StateDocument.class.isAssignableFrom(type);
    }

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return StateDocument.class.isAssignableFrom(type);
    }

    @Override
    public void writeTo(
            StateDocument document,
            Class<?> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream out)
            throws IOException {
        document.writeTo(out);
    }

    @Override
    public void writeResponse(StateDocument document, Type genericType, ServerRequestContext context)
            throws IOException {
        VertxResteasyReactiveRequestContext request = (VertxResteasyReactiveRequestContext) context;
        HttpServerResponse response = request.getContext().response();
        if (ContentCoding.GZIP.token().equals(coding(request))) {
            compressed(document, response);
        } else if (document.size() <= ONE_PIECE) {
            request.end(buffer(document.buffers().toArray(ByteBuffer[]::new)));
        } else {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(document.size()));
            pieces(document, response);
        }
    }

    /** As it was set: {@code getHeaderString} would make a text of every header first. */
    private static @Nullable Object coding(VertxResteasyReactiveRequestContext request) {
        return request.getResponse().get().getMetadata().getFirst(HttpHeaders.CONTENT_ENCODING);
    }

    private static void compressed(StateDocument document, HttpServerResponse response) throws IOException {
        if (document.size() <= ONE_PIECE) {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            try (OutputStream out = ContentCoding.gzip(whole)) {
                document.writeTo(out);
            }
            response.end(Buffer.buffer(whole.toByteArray()));
        } else {
            response.setChunked(true);
            try (OutputStream out = ContentCoding.gzip(new BufferedOutputStream(new ResponseStream(response), PIECE))) {
                document.writeTo(out);
            }
            response.end();
        }
    }

    private static void pieces(StateDocument document, HttpServerResponse response) throws IOException {
        Iterator<ByteBuffer> pieces = document.buffers().iterator();
        Future<Void> before = Future.succeededFuture();
        while (pieces.hasNext()) {
            Buffer piece = buffer(pieces.next());
            Future<Void> written = pieces.hasNext() ? response.write(piece) : response.end(piece);
            await(before);
            before = written;
        }
        await(before);
    }

    /** Without a copy, which no other method of this release of Vert.x does. */
    @SuppressWarnings("deprecation")
    private static Buffer buffer(ByteBuffer... pieces) {
        return Buffer.buffer(pieces.length == 1 ? Unpooled.wrappedBuffer(pieces[0]) : Unpooled.wrappedBuffer(pieces));
    }

    private static void await(Future<Void> written) throws IOException {
        try {
            written.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw new IOException("The client disconnected while a document was sent", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while a document was sent", e);
        }
    }

    /** Sends each write and waits until it has left. */
    private static final class ResponseStream extends OutputStream {
        private final HttpServerResponse response;

        ResponseStream(HttpServerResponse response) {
            this.response = response;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            await(response.write(Buffer.buffer(Arrays.copyOfRange(bytes, offset, offset + length))));
        }
    }
}
