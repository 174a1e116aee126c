package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code account/details}: what {@code terraform login} shows of the owner of a token. */
@Path("/api/v2/account/details")
@Produces(JsonApi.MEDIA_TYPE)
@RunOnVirtualThread
final class AccountResource {

    private final Holder holder;

    AccountResource(Holder holder) {
        this.holder = holder;
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<String> details() {
        String name = holder.name();
        ObjectNode attributes = JsonApi.object()
                .put("username", name)
                .put("is-service-account", false)
                .putNull("email");
        return JsonApi.ok(JsonApi.resource("users", id(name), attributes));
    }

    /** Returns the id of a person or of a machine by its name. */
    static String id(String name) {
        return "user-" + WorkspaceName.encoded(name);
    }
}
