package io.kolumn.state.http;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.kolumn.state.QuarantineOutcome;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.Moved;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateVersion;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An error as RFC 9457 problem details.
 *
 * @param type {@code urn:kolumn:state:<code>}
 * @param title the code in words
 * @param status of the answer
 * @param detail what is wrong, where, and what to do
 * @param members what else the kind of error has, at the top level of the JSON
 */
@RegisterForReflection(targets = {Problem.class, Configuration.Problem.class})
@JsonPropertyOrder({"type", "title", "status", "detail"})
@Schema(
        name = "Problem",
        requiredProperties = {"type", "title", "status", "detail"},
        description = "An error as RFC 9457 problem details; further members depend on its type.")
public record Problem(
        @Schema(examples = "urn:kolumn:state:locked") String type,
        String title,
        int status,
        String detail,
        @JsonIgnore @Schema(hidden = true) Map<String, Object> members) {

    public static final String MEDIA_TYPE = "application/problem+json";

    /** Values of WWW-Authenticate: how a caller can prove who it is, beside a client certificate. */
    public static final List<String> CHALLENGES =
            List.of("Basic realm=\"Kolumn State\", charset=\"UTF-8\"", "Bearer realm=\"Kolumn State\"");

    private static final String URN = "urn:kolumn:state:";

    /** Every member beside the common ones, at the top level. */
    @JsonAnyGetter
    @Schema(hidden = true)
    public Map<String, Object> further() {
        return members;
    }

    public static Problem invalid(int status, String detail) {
        return new Problem(URN + "invalid", "Invalid request", status, detail, Map.of());
    }

    /** Something that is no state is not there. */
    public static Problem notFound(String detail) {
        return new Problem(URN + "not-found", "Not found", 404, detail, Map.of());
    }

    public static Problem forbidden(String permission, String detail) {
        return new Problem(URN + "forbidden", "Not allowed", 403, detail, Map.of("permission", permission));
    }

    /** As {@link #forbidden(String, String)}, also of a state that the caller may not know of. */
    public static Problem forbidden(StateException.Forbidden error) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("permission", error.permission());
        quarantined(members, error);
        return new Problem(URN + "forbidden", "Not allowed", 403, String.valueOf(error.getMessage()), members);
    }

    /** Nobody can tell now whether the caller is who it says. */
    public static Problem undecided(String detail) {
        return new Problem(URN + "unavailable", "Authentication unavailable", 503, detail, Map.of());
    }

    /** The request was meant for a host that this is not. */
    public static Problem misdirected(String detail) {
        return new Problem(URN + "misdirected", "Host not served", 421, detail, Map.of());
    }

    /** Others ask the same thing so often that this one has to ask later. */
    public static Problem tooMany(String detail) {
        return new Problem(URN + "too-many", "Too many requests", 429, detail, Map.of());
    }

    /** The storage cannot answer; what is known of it is for others. */
    public static Problem unavailable(String detail) {
        return new Problem(URN + "unavailable", "Storage unavailable", 503, detail, Map.of());
    }

    public static Problem unauthenticated(String detail) {
        return new Problem(URN + "unauthenticated", "Not authenticated", 401, detail, Map.of());
    }

    /** An answer that no StateException stands behind, such as 405. */
    public static Problem plain(int status, String detail) {
        return new Problem("about:blank", detail, status, detail, Map.of());
    }

    /** An error of a protocol that has no types. */
    public static Problem of(int status, String title, String detail) {
        return new Problem("about:blank", title, status, detail, Map.of());
    }

    /**
     * The answer to a refusal or a fault.
     *
     * @param backend the type of the served backend, named when it is unavailable
     */
    public static Problem of(StateException error, String backend) {
        if (error instanceof Forbidden forbidden && forbidden.hidden() != null) {
            return of(new NotFound(forbidden.hidden(), "There is no state '" + forbidden.hidden() + "'."), backend);
        }
        String detail = String.valueOf(error.getMessage());
        Map<String, Object> members = new LinkedHashMap<>();
        switch (error) {
            case NotFound missing -> members.put("state", missing.name().value());
            case Locked locked -> {
                members.put("state", locked.name().value());
                members.put("holder", LockView.of(locked.holder()));
            }
            case Conflict conflict -> {
                members.put("state", conflict.name().value());
                members.put("reason", conflict.reason().code());
                put(members, "current", current(conflict.current()));
            }
            case Moved moved -> moved(members, moved);
            case Configuration wrong -> members.put("problems", wrong.problems());
            case Unavailable away -> members.put("backend", backend);
            case Forbidden forbidden -> members.put("permission", forbidden.permission());
            case Unauthenticated unauthenticated -> {}
            case Invalid invalid -> {}
        }
        quarantined(members, error);
        return new Problem(URN + error.code(), title(error), status(error), detail, members);
    }

    private static void moved(Map<String, Object> members, Moved moved) {
        members.put("state", moved.name().value());
        put(members, "movedTo", moved.to() == null ? null : moved.to().value());
        members.put("movedAt", moved.at().toString());
    }

    /** What became of a refused document that came with the id of a lock. */
    private static void quarantined(Map<String, Object> members, StateException error) {
        QuarantineOutcome quarantine = error.quarantine();
        if (quarantine != null && quarantine.id() != null) {
            members.put("quarantined", quarantine.id());
        } else if (quarantine != null) {
            members.put("notQuarantined", quarantine.fate().code());
        }
    }

    private static int status(StateException error) {
        return switch (error) {
            case NotFound missing -> 404;
            case Locked locked -> 423;
            case Moved moved -> 409;
            case Conflict conflict -> conflict.reason() == Conflict.Reason.PRECONDITION ? 412 : 409;
            case Invalid invalid -> invalid.fault() == Invalid.Fault.TOO_LARGE ? 413 : 400;
            case Unauthenticated unauthenticated -> 401;
            case Forbidden forbidden -> 403;
            case Configuration wrong -> 422;
            case Unavailable away -> 503;
        };
    }

    private static String title(StateException error) {
        return switch (error) {
            case NotFound missing -> "Not found";
            case Locked locked -> "Locked";
            case Conflict conflict -> "Conflict with the current state";
            case Moved moved -> "Moved to another name";
            case Invalid invalid -> "Invalid request";
            case Unauthenticated unauthenticated -> "Not authenticated";
            case Forbidden forbidden -> "Not allowed";
            case Configuration wrong -> "Invalid configuration";
            case Unavailable away -> "Storage unavailable";
        };
    }

    /** The same with further members. */
    public Problem with(Map<String, Object> further) {
        Map<String, Object> all = new LinkedHashMap<>(members);
        all.putAll(further);
        return new Problem(type, title, status, detail, all);
    }

    private static @Nullable Map<String, Object> current(@Nullable StateVersion version) {
        if (version == null) {
            return null;
        }
        Map<String, Object> current = new LinkedHashMap<>();
        current.put("version", version.number());
        put(current, "serial", version.serial());
        put(current, "lineage", version.lineage());
        return current;
    }

    private static void put(Map<String, Object> members, String name, @Nullable Object value) {
        if (value != null) {
            members.put(name, value);
        }
    }
}
