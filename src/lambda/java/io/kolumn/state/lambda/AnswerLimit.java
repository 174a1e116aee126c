package io.kolumn.state.lambda;

import io.kolumn.state.StateDocument;
import io.kolumn.state.http.Problem;
import io.quarkus.vertx.http.runtime.filters.Filters;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.nio.ByteBuffer;

/**
 * What a function can answer. A document that does not fit is answered with an error that says why: the platform would turn it
 * into 502, which clients try again for minutes. The limit is that of AWS Lambda on the payload of a synchronous invocation,
 * 6 MB, in which a document travels as a JSON text, its quotes and line ends escaped.
 */
@Provider
final class AnswerLimit implements ContainerResponseFilter {

    private static final int PAYLOAD = 6 * 1024 * 1024;

    /** For status, headers and what is around them. */
    private static final int ENVELOPE = 16 * 1024;

    private static final int MAX_BYTES = PAYLOAD - ENVELOPE;

    /** Before anything looks at the headers. */
    private static final int PRIORITY = 1000;

    /**
     * Nothing is compressed: whatever says that it is JSON is made a text by Quarkus' bridge to Lambda (3.32), compressed or not,
     * and does not survive it.
     */
    void register(@Observes Filters filters) {
        filters.register(
                context -> {
                    context.request().headers().remove(HttpHeaders.ACCEPT_ENCODING);
                    context.next();
                },
                PRIORITY);
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.getEntity() instanceof StateDocument document
                && document.size() > MAX_BYTES / 6
                && escaped(document) > MAX_BYTES) {
            refuse(response, document.size());
        }
    }

    /** How long it is as a JSON text. */
    private static long escaped(StateDocument document) {
        long length = document.size();
        for (ByteBuffer piece : document.buffers()) {
            while (piece.hasRemaining()) {
                byte next = piece.get();
                if (next == '"' || next == '\\' || next == '\n' || next == '\r' || next == '\t') {
                    length++;
                } else if (next >= 0 && next < ' ') {
                    length += 5;
                }
            }
        }
        return length;
    }

    private static void refuse(ContainerResponseContext response, long size) {
        response.getHeaders().clear();
        response.setStatus(413);
        response.setEntity(
                Problem.invalid(
                        413,
                        "The document has " + size
                                + " bytes, which is more than AWS Lambda lets a function answer (6 MB). Read it"
                                + " through a replica that is not a function."),
                new Annotation[0],
                MediaType.valueOf(Problem.MEDIA_TYPE));
    }
}
