package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * Who somebody is: {@code account/details}, which {@code terraform login} shows of the owner of a token, and {@code users/{id}},
 * which tools read of the author of a version.
 */
@Path("/api/v2")
@Produces(JsonApi.MEDIA_TYPE)
@RunOnVirtualThread
final class AccountResource {

    private static final String PREFIX = "user-";

    private final Holder holder;

    AccountResource(Holder holder) {
        this.holder = holder;
    }

    @GET
    @Path("/account/details")
    @Operation(hidden = true)
    public RestResponse<String> details() {
        return JsonApi.ok(user(holder.name()));
    }

    /** An id encodes a name, so there are no others to look up. */
    @GET
    @Path("/users/{id}")
    @Operation(hidden = true)
    public RestResponse<String> read(@RestPath String id) {
        String name = id.startsWith(PREFIX) ? WorkspaceName.decoded(id.substring(PREFIX.length())) : "";
        if (name.isEmpty()) {
            throw Refusal.notFound("There is no user with this id. Ids start with '" + PREFIX + "'.");
        }
        return JsonApi.ok(user(name));
    }

    private static ObjectNode user(String name) {
        ObjectNode attributes = JsonApi.object()
                .put("username", name)
                .put("is-service-account", false)
                .putNull("email");
        return JsonApi.resource("users", id(name), attributes);
    }

    /** Returns the id of a person or of a machine by its name. */
    static String id(String name) {
        return PREFIX + WorkspaceName.encoded(name);
    }
}
