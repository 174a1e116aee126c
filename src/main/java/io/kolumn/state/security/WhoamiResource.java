package io.kolumn.state.security;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateName;
import io.kolumn.state.access.Identity;
import io.kolumn.state.backend.Permission;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** {@code /v1/whoami}: who the service takes the caller for. It tells nobody anything that trying would not. */
@Path("/v1/whoami")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Access")
final class WhoamiResource {

    private final CurrentCaller callers;

    WhoamiResource(CurrentCaller callers) {
        this.callers = callers;
    }

    /** A caller as JSON. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(
            name = "Whoami",
            requiredProperties = {"identity", "authMethod", "groups", "expired"})
    record Whoami(
            @Schema(description = "Name of the caller in the audit trail", examples = "user/ada")
            String identity,

            @Schema(description = "none, password, token, personal-token, jwt or certificate", examples = "token")
            String authMethod,

            List<String> groups,

            @Schema(description = "When the credential expires; missing if never") @Nullable
            Instant expires,

            @Schema(
                    description =
                            "The credential has expired and can only finish an operation under a lock of the caller")
            boolean expired,

            @Schema(description = "The state that was asked about") @Nullable
            String state,

            @Schema(description = "Permissions of the caller on that state", examples = "[\"outputs\", \"read\"]")
            @Nullable
            List<String> may) {}

    @GET
    @Operation(
            operationId = "whoami",
            summary = "Show the authenticated caller",
            description = "With a state, also the permissions of the caller on it.")
    public Whoami whoami(
            @RestQuery @Parameter(description = "A state's name", example = "team-a/network/prod") @Nullable
                    String state) {
        RequestCaller caller = callers.ofRequest();
        if (caller == null) {
            throw new Unauthenticated("The call has no caller.");
        }
        Identity identity = caller.identity();
        StateName asked = state == null ? null : StateName.of(state);
        return new Whoami(
                identity.subject(),
                identity.authMethod(),
                identity.groups().stream().sorted().toList(),
                identity.expires(),
                caller.expired(),
                asked == null ? null : asked.value(),
                asked == null ? null : may(caller, asked));
    }

    private static List<String> may(RequestCaller caller, StateName state) {
        return Arrays.stream(Permission.values())
                .filter(permission -> caller.may(permission, state))
                .map(Permission::label)
                .toList();
    }
}
