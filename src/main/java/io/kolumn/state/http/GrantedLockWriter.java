package io.kolumn.state.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.Log;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;
import org.jboss.resteasy.reactive.server.vertx.VertxResteasyReactiveRequestContext;

/** Waits until the answer that grants a lock has left, and withdraws the lock where it could not. See ADR 0036. */
@Provider
@Produces(MediaType.APPLICATION_JSON)
public final class GrantedLockWriter implements ServerMessageBodyWriter<GrantedLock> {

    private final ObjectMapper json;

    GrantedLockWriter(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public boolean isWriteable(
            Class<?> type, Type genericType, ResteasyReactiveResourceInfo target, MediaType mediaType) {
        return GrantedLock.class.isAssignableFrom(type);
    }

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return GrantedLock.class.isAssignableFrom(type);
    }

    @Override
    public void writeTo(
            GrantedLock granted,
            Class<?> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream out)
            throws IOException {
        claim(granted);
        out.write(bytes(granted));
    }

    @Override
    public void writeResponse(GrantedLock granted, Type genericType, ServerRequestContext context) throws IOException {
        claim(granted);
        HttpServerResponse response =
                ((VertxResteasyReactiveRequestContext) context).getContext().response();
        try {
            response.end(Buffer.buffer(bytes(granted)))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
        } catch (ExecutionException | IllegalStateException e) {
            Log.debugf(e, "The client disconnected before it received its lock");
            withdraw(granted);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while a lock was given", e);
        }
    }

    private byte[] bytes(GrantedLock granted) throws IOException {
        return granted.answer() instanceof String text
                ? text.getBytes(StandardCharsets.UTF_8)
                : json.writeValueAsBytes(granted.answer());
    }

    private static void claim(GrantedLock granted) throws IOException {
        if (!granted.settle()) {
            throw new IOException("The client has gone, and its lock was withdrawn");
        }
    }

    /** A failure here is no worse than an answer lost on its way: a lease ends, and the same id may ask again. */
    static void withdraw(GrantedLock granted) {
        try {
            granted.withdraw();
        } catch (RuntimeException e) {
            Log.warn(
                    "The answer with a lock could not be delivered, and the lock could not be released. It stays"
                            + " until its lease ends, its id is used again, or it is broken.",
                    e);
        }
    }
}
