package io.kolumn.state.ui;

import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.backend.StateBackend;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /ui/delete/{name}}: deletes the current document, while it is the one that was shown. */
@Path("/ui/delete/{name:.+}")
@Produces(Pages.HTML)
@RunOnVirtualThread
final class DeletePage {

    private static final String NOTHING = "Nothing was deleted.";

    private final StateBackend backend;
    private final Changes changes;
    private final Pages pages;

    DeletePage(StateBackend backend, Changes changes, Pages pages) {
        this.backend = backend;
        this.changes = changes;
        this.pages = pages;
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<String> ask(@RestPath String name) {
        return ask(RestResponse.Status.OK, StateName.of(name), null);
    }

    @POST
    @Consumes(Form.TYPE)
    @Operation(hidden = true)
    public RestResponse<String> delete(@RestPath String name, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        StateName state = StateName.of(name);
        Form form = changes.form(body, headers);
        if (!form.get("confirm").equals(name)) {
            return ask(
                    RestResponse.Status.BAD_REQUEST,
                    state,
                    "The name that you typed is not '" + name + "'. " + NOTHING);
        }
        try {
            boolean deleted = backend.delete(state, Changes.seen(form));
            return Pages.lead(HistoryPage.done(state, deleted ? "deleted" : "gone"));
        } catch (Conflict changed) {
            if (changed.reason() != Conflict.Reason.PRECONDITION) {
                throw changed;
            }
            return ask(RestResponse.Status.CONFLICT, state, Changes.since(changed, NOTHING));
        } catch (Locked locked) {
            return ask(
                    RestResponse.Status.CONFLICT, state, "The state was locked since this form was shown. " + NOTHING);
        }
    }

    private RestResponse<String> ask(RestResponse.Status status, StateName name, @Nullable String refused) {
        changes.check(Permission.DELETE, name);
        StateHead head = backend.head(name)
                .filter(found -> found.current() != null || found.created())
                .orElseThrow(() -> new NotFound(name, "There is no state '" + name + "' to delete."));
        ChangeView view = new ChangeView(
                name.value(),
                name.segments().getLast(),
                Links.crumbs(name.value()),
                "Delete this state?",
                List.of(
                        "Real resources stay, and nothing manages them any more. The next apply would create all of them again.",
                        "The history is kept, and each version of it can be restored. The labels are not kept."),
                "Delete the state",
                Links.delete(name),
                Links.state(name),
                Changes.current(head),
                null,
                refused,
                changes.lock(head));
        return pages.page(status, "Delete " + name, "states", frame -> Templates.change(frame, view));
    }
}
