package io.kolumn.state.ui;

import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.diff.MaskedValue;
import io.kolumn.state.diff.StateContents;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.QueryParameters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code /ui/instance/{name}}: the attributes of one instance, as a page or as a part of the page of its state. */
@Path("/ui/instance/{name:.+}")
@Produces(Pages.HTML)
@RunOnVirtualThread
final class InstancePage {

    private final StateBackend backend;
    private final Pages pages;
    private final Exchange exchange;

    InstancePage(StateBackend backend, Pages pages, Exchange exchange) {
        this.backend = backend;
        this.pages = pages;
        this.exchange = exchange;
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<String> show(
            @RestPath String name,
            @RestQuery @DefaultValue("") String version,
            @RestQuery @DefaultValue("") String address)
            throws IOException {
        StateName state = StateName.of(name);
        long number = QueryParameters.version(version);
        StateVersion record = backend.version(state, number).orElseThrow(() -> missing(state, number, address));
        StateContents contents =
                Contents.of(backend, state, record, exchange::reserve).read();
        if (contents == null) {
            throw missing(state, number, address);
        }
        List<MaskedValue> attributes = contents.attributes(address).orElseThrow(() -> missing(state, number, address));
        InstanceView view = new InstanceView(
                name, Links.version(state, number), number, address, attributes, contents.dependencies(address));
        return pages.page(address, "states", frame -> Templates.instance(frame, view));
    }

    private static NotFound missing(StateName name, long version, String address) {
        return new NotFound(
                name,
                "Version " + version + " of state '" + name + "' has no instance " + QueryParameters.shown(address)
                        + ".");
    }
}
