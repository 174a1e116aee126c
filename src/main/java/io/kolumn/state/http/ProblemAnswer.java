package io.kolumn.state.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/** Answers a request that no resource is asked for, because it was refused before. */
public final class ProblemAnswer {

    private ProblemAnswer() {}

    /**
     * Ends the request. What is still to come of its body is not waited for; HTTP/2 knows no {@code Connection}, and its
     * clients take it for an error.
     */
    public static void send(RoutingContext context, Problem problem, ObjectMapper json) {
        Refused.because(context, problem.detail());
        RequestIds.of(context);
        HttpServerResponse response = context.response();
        ErrorFormat format = ErrorFormat.of(context.request().path());
        if (context.request().version() != HttpVersion.HTTP_2) {
            response.putHeader("Connection", "close");
        }
        if (format == ErrorFormat.PAGE) {
            response.putHeader("Content-Security-Policy", ErrorPage.POLICY);
        }
        response.setStatusCode(format.status(problem))
                .putHeader("Content-Type", format.mediaType())
                .end(format.body(problem, json));
    }
}
