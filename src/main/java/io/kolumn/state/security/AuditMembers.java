package io.kolumn.state.security;

import io.kolumn.state.Lock;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.access.PersonalToken;
import io.kolumn.state.backend.Operation;
import io.kolumn.state.backend.Operation.Kind;
import io.kolumn.state.backend.PurgeResult;
import io.kolumn.state.http.RefusalLines;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of a line of the audit trail, in their order. A member whose value is null is not written. */
final class AuditMembers {

    private static final int LONGEST_PATH = 512;

    private AuditMembers() {}

    /** Of a change, or of a refusal. */
    static Map<String, @Nullable Object> of(Operation operation, @Nullable RequestCaller caller, Instant now) {
        Map<String, @Nullable Object> members = begun(operation.kind().label(), caller, now);
        Lock lock = operation.lock();
        boolean breaking = operation.kind() == Kind.UNLOCK_FORCE;
        members.put("claimedWho", breaking ? null : said(lock));
        members.put("state", operation.name());
        members.put("target", operation.target());
        version(members, operation.version());
        if (lock != null) {
            members.put("lock", lock.id());
            members.put("fence", lock.fence());
        }
        if (breaking && lock != null) {
            holder(members, lock, now);
        }
        purged(members, operation.purged());
        members.put("outcome", operation.outcome());
        reason(members, operation.refusal());
        return members;
    }

    static Map<String, @Nullable Object> quarantined(
            StateName name, String id, boolean kept, @Nullable RequestCaller caller, Instant now) {
        Map<String, @Nullable Object> members = begun("quarantined", caller, now);
        members.put("state", name);
        members.put("quarantined", id);
        members.put("outcome", kept ? "ok" : "quarantine-full");
        return members;
    }

    static Map<String, @Nullable Object> token(String event, RequestCaller caller, PersonalToken token, Instant now) {
        Map<String, @Nullable Object> members = begun(event, caller, now);
        members.put("ofToken", token.id());
        members.put("ofIdentity", token.owner().subject());
        members.put("name", token.name());
        members.put("expires", token.expires());
        members.put("outcome", "ok");
        return members;
    }

    static Map<String, @Nullable Object> tokenRefused(RequestCaller caller, Forbidden refusal, Instant now) {
        Map<String, @Nullable Object> members = begun("token-create", caller, now);
        members.put("outcome", refusal.code());
        reason(members, refusal);
        return members;
    }

    /** Of a request that proved nothing. */
    static Map<String, @Nullable Object> unauthenticated(
            RequestCaller caller, HttpServerRequest request, String reason, Instant now) {
        String asked = String.valueOf(request.path());
        Map<String, @Nullable Object> members = begun("request", caller, now);
        members.put("method", request.method().name());
        members.put("path", asked.substring(0, Math.min(asked.length(), LONGEST_PATH)));
        members.put("outcome", "unauthenticated");
        members.put("reason", reason);
        return members;
    }

    /** Of refusals that have no lines of their own. */
    static Map<String, @Nullable Object> refused(RefusalLines.Sum sum, Instant now) {
        Map<String, @Nullable Object> members = begun("requests", null, now);
        members.put("outcome", "refused");
        members.put("count", sum.count());
        members.put("from", sum.from());
        members.put("until", sum.until());
        return members;
    }

    private static Map<String, @Nullable Object> begun(String event, @Nullable RequestCaller caller, Instant now) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("time", now);
        members.put("event", event);
        if (caller != null) {
            members.put("identity", caller.identity().subject());
            members.put("authMethod", caller.identity().authMethod());
            members.put("token", caller.identity().token());
            members.put("address", caller.address());
            members.put("request", caller.request());
        }
        return members;
    }

    private static @Nullable String said(@Nullable Lock lock) {
        return lock == null || lock.info().who().isEmpty() ? null : lock.info().who();
    }

    private static void version(Map<String, @Nullable Object> members, @Nullable StateVersion version) {
        if (version != null) {
            members.put("version", version.number());
            members.put("serial", version.serial());
            members.put("checksum", version.sha256());
        }
    }

    /** Whose lock was broken: proven, as it said of itself, what it did and for how long. */
    private static void holder(Map<String, @Nullable Object> members, Lock broken, Instant now) {
        members.put("holder", broken.owner().isEmpty() ? null : broken.owner());
        members.put("holderClaimedWho", said(broken));
        members.put("holderOperation", broken.info().operation());
        members.put("heldSeconds", broken.age(now).toSeconds());
    }

    /** What went for good, or was to; of a single version the members of a version say it. */
    private static void purged(Map<String, @Nullable Object> members, @Nullable PurgeResult purged) {
        if (purged != null) {
            members.put("purged", purged.asked().label());
            members.putIfAbsent("version", purged.asked().version());
            boolean whole = purged.asked().label().equals("state");
            members.put("versions", whole && !purged.numbers().isEmpty() ? purged.numbers() : null);
            String ids = whole ? purged.ids() : purged.asked().quarantined();
            members.put("quarantined", ids == null || ids.isEmpty() ? null : ids);
            members.put(
                    "why",
                    purged.asked().reason().isEmpty() ? null : purged.asked().reason());
        }
    }

    private static void reason(Map<String, @Nullable Object> members, @Nullable RuntimeException refusal) {
        if (refusal instanceof Conflict conflict) {
            members.put("reason", conflict.reason().code());
        } else if (refusal instanceof Forbidden forbidden) {
            members.put("permission", forbidden.permission());
        }
    }
}
