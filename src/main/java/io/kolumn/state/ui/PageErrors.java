package io.kolumn.state.ui;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kolumn.state.http.ErrorFormat;
import io.kolumn.state.http.Problem;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Errors of the pages, as pages. */
@Singleton
final class PageErrors {

    private final Instance<ObjectMapper> json;

    PageErrors(Instance<ObjectMapper> json) {
        this.json = json;
    }

    @ServerResponseFilter
    void show(RoutingContext request, ContainerResponseContext answer) {
        if (answer.getEntity() instanceof Problem problem
                && ErrorFormat.of(request.request().path()) == ErrorFormat.PAGE) {
            answer.setEntity(
                    ErrorFormat.PAGE.body(problem, json.get()), null, MediaType.valueOf(ErrorFormat.PAGE.mediaType()));
            answer.getHeaders().putSingle("Content-Security-Policy", Pages.POLICY);
        }
    }
}
