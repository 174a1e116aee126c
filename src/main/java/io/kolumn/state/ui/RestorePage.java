package io.kolumn.state.ui;

import io.kolumn.state.Lock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.backend.Precondition;
import io.kolumn.state.backend.RestoreResult;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.diff.DocumentIndex;
import io.kolumn.state.diff.StateDiff;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.QueryParameters;
import io.kolumn.state.http.RequestBodies;
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
import java.time.Clock;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * {@code /ui/restore/{name}}: makes an earlier version or a quarantined document current. The form shows what would change,
 * and is good only while the version of that preview is current.
 */
@Path("/ui/restore/{name:.+}")
@Produces(Pages.HTML)
@RunOnVirtualThread
final class RestorePage {

    private final StateBackend backend;
    private final CallerSource callers;
    private final Pages pages;
    private final FormTokens tokens;
    private final RequestBodies bodies;
    private final Exchange exchange;
    private final Clock clock;

    RestorePage(
            StateBackend backend,
            CallerSource callers,
            Pages pages,
            FormTokens tokens,
            RequestBodies bodies,
            Exchange exchange,
            Clock clock) {
        this.backend = backend;
        this.callers = callers;
        this.pages = pages;
        this.tokens = tokens;
        this.bodies = bodies;
        this.exchange = exchange;
        this.clock = clock;
    }

    /** What is to be restored: a version, or else a document in quarantine. */
    private record Source(
            StateName name, long version, @Nullable String quarantined) {

        static Source of(String name, @Nullable String version, @Nullable String quarantined) {
            StateName state = StateName.of(name);
            if ((version == null) == (quarantined == null)) {
                throw new Invalid("Give 'version' or 'quarantined'.");
            }
            return new Source(state, version == null ? 0 : QueryParameters.version(version), quarantined);
        }

        String text() {
            return quarantined == null ? "version " + version : "the quarantined document";
        }

        String action() {
            return quarantined == null ? Links.restore(name, version) : Links.restoreQuarantined(name, quarantined);
        }

        String download() {
            return quarantined == null ? Links.download(name, version) : Links.downloadQuarantined(name, quarantined);
        }
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<String> preview(
            @RestPath String name, @RestQuery @Nullable String version, @RestQuery @Nullable String quarantined)
            throws IOException {
        return preview(RestResponse.Status.OK, Source.of(name, version, quarantined), null);
    }

    @POST
    @Consumes(Form.TYPE)
    @Operation(hidden = true)
    public RestResponse<String> restore(
            @RestPath String name,
            @RestQuery @Nullable String version,
            @RestQuery @Nullable String quarantined,
            InputStream body,
            @Context HttpHeaders headers)
            throws IOException {
        Source source = Source.of(name, version, quarantined);
        Form form = Form.parse(bodies.small(body, headers, Form.MAX_SIZE));
        tokens.check(form, callers.caller().subject());
        if (!form.get("confirm").equals(name)) {
            return preview(
                    RestResponse.Status.BAD_REQUEST,
                    source,
                    "The name that you typed is not '" + name + "'. Nothing was restored.");
        }
        try {
            RestoreResult result = restored(source, QueryParameters.version("current", form.get("current")));
            return Pages.lead(HistoryPage.done(source.name(), result.changed() ? "restored" : "same"));
        } catch (Conflict changed) {
            if (changed.reason() != Conflict.Reason.PRECONDITION) {
                throw changed;
            }
            return preview(RestResponse.Status.CONFLICT, source, since(changed));
        } catch (Locked locked) {
            return preview(
                    RestResponse.Status.CONFLICT,
                    source,
                    "The state was locked since this preview. Nothing was restored.");
        }
    }

    private RestoreResult restored(Source source, long seen) {
        WriteOptions options = WriteOptions.none().when(seen == 0 ? Precondition.absent() : Precondition.is(seen));
        return source.quarantined() == null
                ? backend.restore(source.name(), source.version(), options, exchange::reserve)
                : backend.restoreQuarantined(source.name(), source.quarantined(), options, exchange::reserve);
    }

    private String since(Conflict changed) {
        StateVersion current = changed.current();
        return "The state changed since this preview"
                + (current == null
                        ? ""
                        : ": it is at version " + current.number()
                                + (current.author().isEmpty() ? "" : " by " + current.author()) + " now")
                + ". Nothing was restored. Below is what would change now.";
    }

    private RestResponse<String> preview(RestResponse.Status status, Source source, @Nullable String refused)
            throws IOException {
        StateName name = source.name();
        Caller caller = callers.caller();
        if (!caller.may(Permission.RESTORE, name)) {
            backend.current(name); // says that there is nothing, where the caller may not know of it
            throw new Forbidden(
                    Permission.RESTORE.label(), "Permission 'restore' on state '" + name + "' is required.");
        }
        StateHead head = backend.head(name).orElseThrow(() -> new NotFound(name, "There is no state '" + name + "'."));
        StateVersion current = head.current();
        Lock lock = head.held();
        DiffView diff = null;
        String untold = null;
        try {
            diff = current == null ? null : DiffView.of(differences(source, current.number()));
            untold = current == null ? "There is no current version. The state will exist again." : null;
        } catch (Conflict unreadable) {
            untold = "What would change cannot be shown. " + unreadable.getMessage();
        }
        RestoreView view = new RestoreView(
                name.value(),
                name.segments().getLast(),
                Links.crumbs(name.value()),
                source.text(),
                current == null ? 0 : current.number(),
                source.action(),
                source.download(),
                refused,
                lock == null ? null : LockBox.of(name, lock, clock.instant(), StatePage.mayBreak(caller, name, lock)),
                diff,
                untold);
        return pages.page(status, "Restore " + name, "states", frame -> Templates.restore(frame, view));
    }

    private StateDiff differences(Source source, long current) throws IOException {
        StateName name = source.name();
        if (source.quarantined() == null) {
            return backend.diff(name, current, name, source.version(), exchange::reserve);
        }
        StateDocument kept = backend.getQuarantined(name, source.quarantined())
                .orElseThrow(() -> new NotFound(name, "There is no such quarantined document."))
                .document();
        StateDocument now = backend.get(name, current, exchange::reserve)
                .orElseThrow(() -> new NotFound(name, "The state was just deleted."))
                .document();
        try {
            return StateDiff.between(DocumentIndex.of(now), DocumentIndex.of(kept), false);
        } catch (IOException e) {
            throw new Conflict(name, Conflict.Reason.UNREADABLE, null, "One of the two documents cannot be compared.");
        }
    }
}
