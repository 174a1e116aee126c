package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kolumn.state.http.ErrorFormat;
import io.kolumn.state.http.GrantedLock;
import io.kolumn.state.http.Problem;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** What all answers of this API have: two headers, and errors in JSON:API. */
@Singleton
final class TfeAnswers {

    /** {@code cloud} wants 2.5 or later; no feature depends on more. */
    private static final String API_VERSION = "2.6";

    /** Seconds between the states that are saved during an apply. Each answer without it turns them off. */
    private static final String SNAPSHOT_INTERVAL = "20";

    private final Instance<ObjectMapper> json;

    TfeAnswers(Instance<ObjectMapper> json) {
        this.json = json;
    }

    @ServerResponseFilter
    void complete(RoutingContext request, ContainerResponseContext answer) {
        ErrorFormat format = ErrorFormat.of(request.request().path());
        if (format != ErrorFormat.JSON_API) {
            return;
        }
        answer.getHeaders().putSingle("TFP-API-Version", API_VERSION);
        answer.getHeaders().putSingle("X-Terraform-Snapshot-Interval", SNAPSHOT_INTERVAL);
        if (answer.getEntity() instanceof GrantedLock) {
            answer.getHeaders().putSingle(HttpHeaders.CONTENT_TYPE, JsonApi.MEDIA_TYPE); // its writer has another type
        }
        if (answer.getEntity() instanceof Problem problem) {
            answer.setStatus(format.status(problem));
            answer.setEntity(format.body(problem, json.get()), null, MediaType.valueOf(format.mediaType()));
        }
    }

    @ServerExceptionMapper
    RestResponse<Problem> refused(Refusal refusal) {
        return answer(refusal);
    }

    /** Returns the answer to a request that is rejected. */
    static RestResponse<Problem> answer(Refusal refusal) {
        Problem problem = Problem.of(refusal.status(), refusal.title(), String.valueOf(refusal.getMessage()));
        return RestResponse.ResponseBuilder.<Problem>create(problem.status(), problem.title())
                .entity(problem)
                .type(Problem.MEDIA_TYPE)
                .build();
    }
}
