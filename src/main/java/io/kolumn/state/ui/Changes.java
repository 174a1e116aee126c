package io.kolumn.state.ui;

import io.kolumn.state.Lock;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.backend.Precondition;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.http.QueryParameters;
import io.kolumn.state.http.RequestBodies;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** What all forms of changes have in common: whose they are, who may send them, and which version they have seen. */
@Singleton
final class Changes {

    private final StateBackend backend;
    private final CallerSource callers;
    private final FormTokens tokens;
    private final RequestBodies bodies;
    private final Clock clock;

    Changes(StateBackend backend, CallerSource callers, FormTokens tokens, RequestBodies bodies, Clock clock) {
        this.backend = backend;
        this.callers = callers;
        this.tokens = tokens;
        this.bodies = bodies;
        this.clock = clock;
    }

    /**
     * Returns what a form sent.
     *
     * @throws Forbidden if it was not made here and for the caller
     */
    Form form(InputStream body, HttpHeaders headers) throws IOException {
        Form form = Form.parse(bodies.small(body, headers, Form.MAX_SIZE));
        tokens.check(form, callers.caller().subject());
        return form;
    }

    /**
     * @throws Forbidden if the caller may not, or that there is nothing, where the caller may not know of it
     */
    void check(Permission permission, StateName name) {
        Caller caller = callers.caller();
        if (!caller.may(permission, name)) {
            backend.current(name);
            throw new Forbidden(
                    permission.label(), "Permission '" + permission.label() + "' on state '" + name + "' is required.");
        }
    }

    /** Returns the condition that the version is current that the form has shown. */
    static WriteOptions seen(Form form) {
        String text = form.get("current");
        Precondition condition = text.equals("0") || text.isEmpty()
                ? Precondition.absent()
                : Precondition.is(QueryParameters.version("current", text));
        return WriteOptions.none().when(condition);
    }

    /** Returns the number of the current version, or 0 for none. */
    static long current(StateHead head) {
        StateVersion current = head.current();
        return current == null ? 0 : current.number();
    }

    @Nullable
    LockBox lock(StateHead head) {
        Lock lock = head.held();
        return lock == null
                ? null
                : LockBox.of(
                        head.name(), lock, clock.instant(), StatePage.mayBreak(callers.caller(), head.name(), lock));
    }

    /** Returns what to say where somebody else was faster. */
    static String since(Conflict changed, String notDone) {
        StateVersion current = changed.current();
        return "The state changed since this form was shown"
                + (current == null
                        ? ""
                        : ": it is at version " + current.number()
                                + (current.author().isEmpty() ? "" : " by " + current.author()) + " now")
                + ". " + notDone;
    }
}
