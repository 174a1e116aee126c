package io.kolumn.state.ui;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.backend.LockQuery;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WaitingLine;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code /ui/locks}: the locks that are held, oldest first. */
@Path("/ui/locks")
@Produces(Pages.HTML)
@RunOnVirtualThread
public final class LocksPage {

    /** Locks on the page: more are held only where something is wrong. */
    private static final int SHOWN = 100;

    private final StateBackend backend;
    private final CallerSource callers;
    private final Pages pages;
    private final Clock clock;

    LocksPage(StateBackend backend, CallerSource callers, Pages pages, Clock clock) {
        this.backend = backend;
        this.callers = callers;
        this.pages = pages;
        this.clock = clock;
    }

    /**
     * What the page shows.
     *
     * @param note what is not shown; empty for nothing
     * @param waiting how many calls wait for a lock at this replica
     */
    public record View(List<LockBox> locks, String note, int waiting) {}

    /** A lock of a state. */
    private record Held(StateHead head, Lock lock) {}

    @GET
    @Operation(hidden = true)
    public RestResponse<String> show() {
        HeadPage page = backend.locks(new LockQuery("", null, ListQuery.MAX_LIMIT, Duration.ZERO));
        List<Held> all = new ArrayList<>();
        for (StateHead head : page.heads()) {
            Lock lock = head.held();
            if (lock != null) {
                all.add(new Held(head, lock));
            }
        }
        Instant now = clock.instant();
        Caller caller = callers.caller();
        Map<StateName, WaitingLine> lines = backend.waitingLines();
        List<LockBox> shown = all.stream()
                .sorted(Comparator.comparing(held -> held.lock().acquired()))
                .limit(SHOWN)
                .map(held -> LockBox.of(
                        held.head().name(),
                        held.lock(),
                        lines.get(held.head().name()),
                        now,
                        StatePage.mayBreak(caller, held.head().name(), held.lock())))
                .toList();
        View view = new View(shown, note(page, all.size()), backend.waiters());
        return pages.page("Locks", "locks", frame -> Templates.locks(frame, view));
    }

    private static String note(HeadPage page, int all) {
        if (page.more()) {
            return "These are the oldest among the first " + ListQuery.MAX_LIMIT + " locks by name; more are held.";
        }
        return all > SHOWN ? "These are the oldest " + SHOWN + " of " + all + " locks." : "";
    }
}
