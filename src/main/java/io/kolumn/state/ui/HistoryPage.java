package io.kolumn.state.ui;

import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.backend.QuarantinedDocument;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.QueryParameters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /ui/history/{name}}: the versions of a state, and what is in quarantine. */
@Path("/ui/history/{name:.+}")
@Produces(Pages.HTML)
@RunOnVirtualThread
final class HistoryPage {

    private static final int VERSIONS = 50;

    /** What a page that leads here has done. */
    private static final Map<String, String> DONE = Map.of(
            "restored", "Restored. It is a new version, and the current one now.",
            "same", "Nothing was changed: the current version has this content already.",
            "unlocked", "The lock is broken. The next client can take it.",
            "free", "Nothing was changed: the state was not locked any more.",
            "deleted", "Deleted. The history is kept, and each version of it can be restored.",
            "purged", "Purged. It is gone for good.",
            "gone", "Nothing was changed: it was gone already.");

    private final StateBackend backend;
    private final CallerSource callers;
    private final Pages pages;
    private final Exchange exchange;
    private final Clock clock;

    HistoryPage(StateBackend backend, CallerSource callers, Pages pages, Exchange exchange, Clock clock) {
        this.backend = backend;
        this.callers = callers;
        this.pages = pages;
        this.exchange = exchange;
        this.clock = clock;
    }

    static String done(StateName name, String done) {
        return Links.history(name) + "?done=" + done;
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<String> show(
            @RestPath String name, @RestQuery @Nullable String before, @RestQuery @DefaultValue("") String done) {
        StateName state = StateName.of(name);
        long below = before == null || before.isEmpty() ? Long.MAX_VALUE : QueryParameters.version("before", before);
        StateHead head =
                backend.head(state).orElseThrow(() -> new NotFound(state, "There is no state '" + state + "'."));
        List<StateVersion> versions = backend.history(state, below, VERSIONS + 1);
        Caller caller = callers.caller();
        StateVersion current = head.current();
        HistoryView view = new HistoryView(
                name,
                state.segments().getLast(),
                Links.crumbs(name),
                current == null ? 0 : current.number(),
                entries(state, versions, current == null ? 0 : current.number()),
                versions.size() > VERSIONS
                        ? Links.history(state) + "?before="
                                + versions.get(VERSIONS - 1).number()
                        : null,
                below == Long.MAX_VALUE ? null : Links.history(state),
                caller.may(Permission.RESTORE, state),
                caller.may(Permission.PURGE, state),
                caller.may(Permission.WRITE, state) ? quarantined(state) : List.of(),
                DONE.get(done));
        return pages.page(name, "states", frame -> Templates.history(frame, view));
    }

    private List<HistoryView.Entry> entries(StateName name, List<StateVersion> versions, long current) {
        List<HistoryView.Entry> entries = new ArrayList<>();
        Instant now = clock.instant();
        for (int i = 0; i < Math.min(VERSIONS, versions.size()); i++) {
            StateVersion version = versions.get(i);
            StateVersion older = i + 1 < versions.size() ? versions.get(i + 1) : null;
            boolean begins = i == 0 || versions.get(i - 1).fence() != version.fence();
            boolean together = older != null && older.fence() == version.fence() && version.fence() > 0;
            entries.add(new HistoryView.Entry(
                    version.number(),
                    Links.version(name, version.number()),
                    begins && together ? "Under one lock, number " + version.fence() : null,
                    Texts.serial(version),
                    Texts.operation(version.operation()),
                    version.author(),
                    Texts.ago(version.created(), now),
                    Texts.time(version.created()),
                    Texts.size(version.size()),
                    version.number() == current,
                    older == null ? null : Links.diff(name, older.number(), version.number()),
                    Links.diff(name, version.number(), current),
                    Links.restore(name, version.number()),
                    Links.purge(name, version.number()),
                    Links.download(name, version.number())));
        }
        return entries;
    }

    private List<HistoryView.Kept> quarantined(StateName name) {
        Instant now = clock.instant();
        List<HistoryView.Kept> kept = new ArrayList<>();
        for (QuarantinedDocument document : backend.quarantined(name, exchange::reserve)) {
            StateVersion record = document.record();
            kept.add(new HistoryView.Kept(
                    record.id(),
                    record.author(),
                    Texts.operation(record.operation()),
                    Texts.ago(record.created(), now),
                    Texts.time(record.created()),
                    Texts.serial(record),
                    Texts.size(record.size()),
                    document.recovered(),
                    Links.restoreQuarantined(name, record.id()),
                    Links.purgeQuarantined(name, record.id()),
                    Links.downloadQuarantined(name, record.id())));
        }
        return kept;
    }
}
