package io.kolumn.state.tfe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.LockResult;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.UnlockResult;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.GrantedLock;
import io.kolumn.state.http.RequestBodies;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Locks of a workspace. Clients send no id of a lock and are known by their {@link Holder}. Only 409 makes a client with {@code
 * -lock-timeout} try again.
 */
@Path("/api/v2/workspaces/{id}/actions")
@Produces(JsonApi.MEDIA_TYPE)
@RunOnVirtualThread
final class WorkspaceLocksResource {

    /** What a caller without the permission to write locks for. */
    private static final String PLAN = "plan";

    private final StateBackend backend;
    private final Workspaces workspaces;
    private final Holder holder;
    private final RequestBodies bodies;
    private final Exchange exchange;

    WorkspaceLocksResource(
            StateBackend backend, Workspaces workspaces, Holder holder, RequestBodies bodies, Exchange exchange) {
        this.backend = backend;
        this.workspaces = workspaces;
        this.holder = holder;
        this.bodies = bodies;
        this.exchange = exchange;
    }

    /** The writer of a granted lock sets the type of JSON:API. */
    @POST
    @Path("/lock")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public RestResponse<GrantedLock> lock(@RestPath String id, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        WorkspaceName name = WorkspaceName.ofId(id);
        StateName state = name.state();
        LockInfo info = info(state, reason(bodies.small(body, headers, LockInfo.MAX_SIZE)), headers);
        LockResult acquired = backend.lock(state, info, LockOptions.none().unless(exchange.gone()));
        StateHead head = Objects.requireNonNull(acquired.head());
        String answer =
                JsonApi.document(WorkspaceView.of(name, head, holder.caller())).toString();
        return RestResponse.ResponseBuilder.ok(
                        exchange.granted(answer, () -> backend.withdraw(state, acquired)), MediaType.APPLICATION_JSON)
                .build();
    }

    /** Terraform sends a resource without a type; people send the reason alone. */
    private static String reason(byte[] body) {
        ObjectNode sent = JsonApi.parse(body);
        String inside = sent.path("data").path("attributes").path("reason").asText("");
        return inside.isEmpty() ? sent.path("reason").asText("") : inside;
    }

    private LockInfo info(StateName state, String reason, HttpHeaders headers) {
        boolean writes = holder.caller().may(Permission.WRITE, state);
        return new LockInfo(
                holder.newLockId(),
                writes ? "" : PLAN,
                reason,
                holder.name(),
                text(headers.getHeaderString("Terraform-Version")),
                null,
                "",
                null);
    }

    private static String text(@Nullable String header) {
        return header == null ? "" : header;
    }

    /** A second unlock of the same process is a success, since the first answer may have been lost. */
    @POST
    @Path("/unlock")
    @Operation(hidden = true)
    public RestResponse<String> unlock(@RestPath String id) {
        WorkspaceName name = WorkspaceName.ofId(id);
        String lock = holder.processLockId();
        UnlockResult unlocked = release(name, lock == null ? lockOfSubject(name) : lock);
        if (!unlocked.released() && !holder.held(unlocked.head())) {
            throw notLocked(name);
        }
        return JsonApi.ok(WorkspaceView.of(name, unlocked.head(), holder.caller()));
    }

    private UnlockResult release(WorkspaceName name, String lock) {
        try {
            return backend.release(name.state(), lock);
        } catch (Locked other) {
            throw foreign(name, other.holder());
        }
    }

    /** Returns the id of the lock that the subject holds. */
    private String lockOfSubject(WorkspaceName name) {
        Lock held = workspaces.existing(name).held();
        if (held == null) {
            throw notLocked(name);
        }
        if (!holder.holds(held)) {
            throw foreign(name, held);
        }
        return held.id();
    }

    private static Refusal notLocked(WorkspaceName name) {
        return Refusal.conflict("Not locked", "The workspace '" + name + "' is not locked.");
    }

    /** By "is locked by User" a client knows that it was not unlocked before. */
    private static Refusal foreign(WorkspaceName name, Lock held) {
        return Refusal.conflict(
                "Locked by another",
                "The workspace '" + name + "' is locked by User " + WorkspaceView.holder(held) + " with the lock '"
                        + held.id() + "'. Only its holder can unlock it; 'terraform force-unlock " + name
                        + "' breaks it.");
    }

    @POST
    @Path("/force-unlock")
    @Operation(hidden = true)
    public RestResponse<String> forceUnlock(@RestPath String id) {
        WorkspaceName name = WorkspaceName.ofId(id);
        if (!backend.forceUnlock(name.state(), holder.author())) {
            throw notLocked(name);
        }
        return JsonApi.ok(WorkspaceView.of(name, workspaces.existing(name), holder.caller()));
    }
}
