package io.kolumn.state.ui;

import io.kolumn.state.Lock;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.backend.StateBackend;
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
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /ui/unlock/{name}}: breaks the lock that was shown, and no later one. */
@Path("/ui/unlock/{name:.+}")
@Produces(Pages.HTML)
@RunOnVirtualThread
public final class UnlockPage {

    private final StateBackend backend;
    private final CallerSource callers;
    private final Pages pages;
    private final FormTokens tokens;
    private final RequestBodies bodies;
    private final Clock clock;

    UnlockPage(
            StateBackend backend,
            CallerSource callers,
            Pages pages,
            FormTokens tokens,
            RequestBodies bodies,
            Clock clock) {
        this.backend = backend;
        this.callers = callers;
        this.pages = pages;
        this.tokens = tokens;
        this.bodies = bodies;
        this.clock = clock;
    }

    /**
     * What the page shows.
     *
     * @param lock null if the state is not locked
     * @param refused why it was not done; null before it was tried
     */
    public record View(
            String name,
            String label,
            List<Links.Crumb> crumbs,
            @Nullable LockBox lock,
            @Nullable String refused) {}

    @GET
    @Operation(hidden = true)
    public RestResponse<String> ask(@RestPath String name) {
        return ask(RestResponse.Status.OK, StateName.of(name), null);
    }

    @POST
    @Consumes(Form.TYPE)
    @Operation(hidden = true)
    public RestResponse<String> unlock(@RestPath String name, InputStream body, @Context HttpHeaders headers)
            throws IOException {
        StateName state = StateName.of(name);
        Form form = Form.parse(bodies.small(body, headers, Form.MAX_SIZE));
        tokens.check(form, callers.caller().subject());
        Lock held = backend.lockOf(state).orElse(null);
        if (held == null) {
            return Pages.lead(HistoryPage.done(state, "free"));
        }
        check(state, held);
        if (!form.get("id").equals(held.id())) {
            return another(state);
        }
        try {
            boolean broken = backend.breakLock(state, held.id());
            return Pages.lead(HistoryPage.done(state, broken ? "unlocked" : "free"));
        } catch (Locked meanwhile) {
            return another(state);
        }
    }

    private RestResponse<String> another(StateName name) {
        return ask(
                RestResponse.Status.CONFLICT,
                name,
                "The lock that you looked at has ended, and another holds it now. Nothing was changed.");
    }

    private void check(StateName name, Lock held) {
        if (!StatePage.mayBreak(callers.caller(), name, held)) {
            throw new Forbidden(
                    Permission.UNLOCK_FORCE.label(),
                    "Permission 'unlock-force' on state '" + name + "' is required to break its lock.");
        }
    }

    private RestResponse<String> ask(RestResponse.Status status, StateName name, @Nullable String refused) {
        Lock held = backend.lockOf(name).orElse(null);
        if (held != null) {
            check(name, held);
        }
        View view = new View(
                name.value(),
                name.segments().getLast(),
                Links.crumbs(name.value()),
                held == null ? null : LockBox.of(name, held, clock.instant(), true),
                refused);
        return pages.page(status, "Break the lock of " + name, "states", frame -> Templates.unlock(frame, view));
    }
}
