package io.kolumn.state.http;

import io.quarkus.logging.Log;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;
import org.jboss.resteasy.reactive.server.vertx.VertxResteasyReactiveRequestContext;

/** Sends a stream of events piece by piece, each when the one before has left, on the thread of the request. */
@Provider
@Produces(MediaType.SERVER_SENT_EVENTS)
public final class EventAnswerWriter implements ServerMessageBodyWriter<EventAnswer> {

    /** A reader that takes nothing for so long is cut off. */
    private static final long STALLED_SECONDS = 30;

    @Override
    public boolean isWriteable(
            Class<?> type, Type genericType, ResteasyReactiveResourceInfo target, MediaType mediaType) {
        return EventAnswer.class.isAssignableFrom(type);
    }

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return EventAnswer.class.isAssignableFrom(type);
    }

    @Override
    public void writeTo(
            EventAnswer answer,
            Class<?> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream out) {
        answer.close();
        throw new IllegalStateException("A stream of events is written to a connection and nowhere else");
    }

    @Override
    public void writeResponse(EventAnswer answer, Type genericType, ServerRequestContext context) throws IOException {
        RoutingContext request = ((VertxResteasyReactiveRequestContext) context).getContext();
        HttpServerResponse response = request.response();
        HeldResources.of(request).untilTheEnd(answer::close);
        try {
            if (request.request().method().equals(HttpMethod.HEAD)) {
                response.end();
                return;
            }
            response.setChunked(true);
            answer.write(text -> send(request, text));
            response.end();
        } catch (Gone e) {
            Log.debugf("A reader of events has gone: %s", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while events were sent", e);
        } finally {
            answer.close();
        }
    }

    /** Nobody reads any more. */
    private static final class Gone extends IOException {
        Gone(String reason) {
            super(reason);
        }
    }

    private static void send(RoutingContext request, String text) throws IOException, InterruptedException {
        try {
            request.response()
                    .write(Buffer.buffer(text))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(STALLED_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            Transfer.cut(request.request());
            throw new Gone("nothing was read for " + STALLED_SECONDS + " s");
        } catch (ExecutionException | IllegalStateException e) {
            throw new Gone("the connection was closed");
        }
    }
}
