package io.kolumn.state.ui;

import io.kolumn.state.StateName;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.QueryParameters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code /ui/diff/{name}}: two versions of a state, by resource. */
@Path("/ui/diff/{name:.+}")
@Produces(Pages.HTML)
@RunOnVirtualThread
public final class DiffPage {

    private final StateBackend backend;
    private final Pages pages;
    private final Exchange exchange;

    DiffPage(StateBackend backend, Pages pages, Exchange exchange) {
        this.backend = backend;
        this.pages = pages;
        this.exchange = exchange;
    }

    /** What the page shows around the differences. */
    public record View(String name, String label, List<Links.Crumb> crumbs, long from, long to, DiffView diff) {}

    @GET
    @Operation(hidden = true)
    public RestResponse<String> show(
            @RestPath String name, @RestQuery @DefaultValue("") String from, @RestQuery @DefaultValue("") String to) {
        StateName state = StateName.of(name);
        long before = QueryParameters.version("from", from);
        long after = QueryParameters.version("to", to);
        DiffView diff = DiffView.of(backend.diff(state, before, state, after, exchange::reserve));
        View view = new View(name, state.segments().getLast(), Links.crumbs(name), before, after, diff);
        return pages.page(name, "states", frame -> Templates.diff(frame, view));
    }
}
