package io.kolumn.state.ui;

import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.backend.Purge;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.QueryParameters;
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
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /ui/purge/{name}}: removes for good one version, one quarantined document, or a whole deleted state. */
@Path("/ui/purge/{name:.+}")
@Produces(Pages.HTML)
@RunOnVirtualThread
final class PurgePage {

    private static final String NOTHING = "Nothing was purged.";

    private final StateBackend backend;
    private final Changes changes;
    private final Pages pages;

    PurgePage(StateBackend backend, Changes changes, Pages pages) {
        this.backend = backend;
        this.changes = changes;
        this.pages = pages;
    }

    private record Wanted(StateName name, Purge what) {

        static Wanted of(String name, @Nullable String version, @Nullable String quarantined) {
            if (version != null && quarantined != null) {
                throw new Invalid("Give 'version' or 'quarantined', not both.");
            }
            Purge what = version != null
                    ? Purge.version(QueryParameters.version(version))
                    : quarantined != null ? Purge.quarantined(quarantined) : Purge.whole();
            return new Wanted(StateName.of(name), what);
        }

        boolean whole() {
            return what.version() == null && what.quarantined() == null;
        }

        String text() {
            return what.version() != null
                    ? "version " + what.version()
                    : whole() ? "the whole state" : "the quarantined document";
        }

        String action() {
            return what.version() != null
                    ? Links.purge(name, what.version())
                    : what.quarantined() != null ? Links.purgeQuarantined(name, what.quarantined()) : Links.purge(name);
        }

        List<String> consequences() {
            String forGood =
                    "This cannot be undone: it can be neither read nor restored afterwards. Backups of the storage still have it.";
            return whole()
                    ? List.of(
                            forGood,
                            "All versions, all documents in quarantine, and their encryption keys go. Version numbers are not given again.")
                    : what.quarantined() != null
                            ? List.of(forGood, "It may be the only record of what an apply did.")
                            : List.of(forGood, "The other versions stay. The number is not given again.");
        }
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<String> ask(
            @RestPath String name, @RestQuery @Nullable String version, @RestQuery @Nullable String quarantined) {
        return ask(RestResponse.Status.OK, Wanted.of(name, version, quarantined), "", null);
    }

    @POST
    @Consumes(Form.TYPE)
    @Operation(hidden = true)
    public RestResponse<String> purge(
            @RestPath String name,
            @RestQuery @Nullable String version,
            @RestQuery @Nullable String quarantined,
            InputStream body,
            @Context HttpHeaders headers)
            throws IOException {
        Wanted wanted = Wanted.of(name, version, quarantined);
        Form form = changes.form(body, headers);
        String reason = form.get("reason").strip();
        if (!form.get("confirm").equals(name)) {
            return ask(
                    RestResponse.Status.BAD_REQUEST,
                    wanted,
                    reason,
                    "The name that you typed is not '" + name + "'. " + NOTHING);
        }
        Purge asked;
        try {
            asked = wanted.what().because(reason);
        } catch (Invalid wrong) {
            return ask(RestResponse.Status.BAD_REQUEST, wanted, reason, wrong.getMessage());
        }
        try {
            boolean changed =
                    backend.purge(wanted.name(), asked, Changes.seen(form)).changed();
            return Pages.lead(HistoryPage.done(wanted.name(), changed ? "purged" : "gone"));
        } catch (Conflict changed) {
            if (changed.reason() == Conflict.Reason.PRECONDITION) {
                return ask(RestResponse.Status.CONFLICT, wanted, reason, Changes.since(changed, NOTHING));
            }
            if (changed.reason() == Conflict.Reason.CURRENT) {
                return ask(RestResponse.Status.CONFLICT, wanted, reason, changed.getMessage());
            }
            throw changed;
        } catch (Locked locked) {
            return ask(
                    RestResponse.Status.CONFLICT,
                    wanted,
                    reason,
                    "The state was locked since this form was shown. " + NOTHING);
        }
    }

    private RestResponse<String> ask(
            RestResponse.Status status, Wanted wanted, String reason, @Nullable String refused) {
        StateName name = wanted.name();
        changes.check(Permission.PURGE, name);
        StateHead head = backend.head(name).orElseThrow(() -> new NotFound(name, "There is no state '" + name + "'."));
        if (wanted.whole() && !head.tombstone()) {
            throw new Conflict(
                    name,
                    Conflict.Reason.CURRENT,
                    head.current(),
                    "State '" + name + "' is not deleted. Delete it first; then it can be purged.");
        }
        ChangeView view = new ChangeView(
                name.value(),
                name.segments().getLast(),
                Links.crumbs(name.value()),
                "Purge " + wanted.text() + "?",
                wanted.consequences(),
                "Purge for good",
                wanted.action(),
                Links.history(name),
                Changes.current(head),
                reason,
                refused,
                changes.lock(head));
        return pages.page(status, "Purge " + name, "states", frame -> Templates.change(frame, view));
    }
}
