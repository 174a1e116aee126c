package io.kolumn.state.ui;

import io.kolumn.state.Lock;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.backend.PointInTime;
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
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /ui/state/{name}}: a state, by its current version or an earlier one. */
@Path("/ui/state/{name:.+}")
@Produces(Pages.HTML)
@RunOnVirtualThread
final class StatePage {

    private final StateBackend backend;
    private final CallerSource callers;
    private final Pages pages;
    private final Address address;
    private final Exchange exchange;
    private final Clock clock;

    StatePage(
            StateBackend backend, CallerSource callers, Pages pages, Address address, Exchange exchange, Clock clock) {
        this.backend = backend;
        this.callers = callers;
        this.pages = pages;
        this.address = address;
        this.exchange = exchange;
        this.clock = clock;
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<String> show(
            @RestPath String name,
            @RestQuery @Nullable String version,
            @RestQuery @Nullable String at,
            @RestQuery @DefaultValue("") String filter,
            @RestQuery @DefaultValue("0") String from) {
        StateName state = StateName.of(name);
        StateHead head = backend.head(state)
                .filter(found -> found.exists() || found.tombstone() || found.moved())
                .orElseThrow(() -> new NotFound(state, "There is no state '" + state + "'."));
        Chosen chosen = at != null && !at.isEmpty() ? then(state, at) : chosen(head, version);
        StateView view = view(head, chosen, filter.strip(), QueryParameters.number("from", from));
        return pages.page(name, "states", frame -> Templates.state(frame, view));
    }

    /** A version, and what is to be said of it. */
    private record Chosen(
            @Nullable StateVersion version, @Nullable String note) {}

    private Chosen chosen(StateHead head, @Nullable String version) {
        StateVersion current = head.current();
        if (version == null || version.isEmpty()) {
            return new Chosen(current, null);
        }
        long number = QueryParameters.version(version);
        if (current != null && current.number() == number) {
            return new Chosen(current, null);
        }
        StateVersion found = backend.version(head.name(), number)
                .orElseThrow(() -> new NotFound(
                        head.name(),
                        "State '" + head.name() + "' has no version " + number
                                + ". It may have been removed by retention."));
        return new Chosen(found, null);
    }

    private Chosen then(StateName name, String at) {
        String time = at.length() == "2026-11-23T10:00".length() ? at + ":00Z" : at;
        Instant asked = QueryParameters.time("at", time);
        PointInTime then = backend.at(name, asked)
                .orElseThrow(() -> new NotFound(
                        name,
                        "State '" + name + "' had no document at " + Texts.time(asked)
                                + ", or its versions of that time are no longer kept."));
        return new Chosen(
                then.version(),
                "This was current at " + Texts.time(asked) + "."
                        + (then.certain() ? "" : " Versions of that time may be gone, so it may have been another."));
    }

    private StateView view(StateHead head, Chosen chosen, String filter, int from) {
        StateName name = head.name();
        StateVersion version = chosen.version();
        Contents contents =
                version == null ? new Contents(null, null) : Contents.of(backend, name, version, exchange::reserve);
        Lock lock = head.held();
        Caller caller = callers.caller();
        Instant now = clock.instant();
        StateVersion current = head.current();
        List<StateView.Output> outputs = ContentViews.outputs(contents.read());
        return new StateView(
                name.value(),
                name.segments().getLast(),
                Links.crumbs(name.value()),
                StateRow.mark(head),
                version != null && current != null && version.number() == current.number(),
                version == null ? List.of() : ContentViews.facts(version, contents.read(), now),
                StateRow.labels(head),
                actions(head, caller),
                lock == null
                        ? null
                        : LockBox.of(name, lock, backend.waitingLines().get(name), now, mayBreak(caller, name, lock)),
                caller.may(Permission.WRITE, name) ? backend.quarantine(name).size() : 0,
                movedTo(head),
                chosen.note(),
                contents.why(),
                version == null ? null : Links.download(name, version.number()),
                contents.read() == null || version == null
                        ? null
                        : ContentViews.resources(contents.read(), name, version.number(), filter, from),
                outputs,
                contents.read() == null ? 0 : contents.read().outputCount() - outputs.size(),
                setup(name));
    }

    private static StateView.Actions actions(StateHead head, Caller caller) {
        StateName name = head.name();
        boolean here = (head.current() != null || head.created()) && !head.incomplete();
        return new StateView.Actions(
                here && caller.may(Permission.WRITE, name) ? Links.labels(name) : null,
                here && caller.may(Permission.DELETE, name) ? Links.delete(name) : null,
                head.tombstone() && !head.purged() && caller.may(Permission.PURGE, name) ? Links.purge(name) : null);
    }

    static boolean mayBreak(Caller caller, StateName name, Lock lock) {
        boolean own = caller.identified() && lock.ownedBy(caller.subject());
        return caller.may(own ? Permission.LOCK : Permission.UNLOCK_FORCE, name);
    }

    private static Links.@Nullable Crumb movedTo(StateHead head) {
        StateName to = head.movedTo() == null ? null : head.movedTo().name();
        return to == null ? null : new Links.Crumb(to.value(), Links.state(to));
    }

    private StateView.Setup setup(StateName name) {
        int slash = name.value().indexOf('/');
        String organization = slash < 0 ? "@" : name.value().substring(0, slash);
        String workspace = name.value().substring(slash + 1).replace('/', '~');
        return new StateView.Setup(address.ofService(), address.host(), organization, workspace);
    }
}
