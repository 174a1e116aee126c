package io.kolumn.state.events;

import io.kolumn.state.Lock;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.Operation;
import io.kolumn.state.backend.Operation.Kind;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes events out of finished calls of the backend, and out of versions and locks that were found in a storage. */
final class Events {

    private static final String RESTORE = "restore of ";

    private Events() {}

    /** Of a finished call, at {@code now}; none if it changed nothing that others can see. */
    static List<StateEvent> of(Operation operation, Instant now) {
        StateName name = operation.name();
        if (name == null || name.reserved()) {
            return List.of();
        }
        if (!operation.changed()) {
            return refused(operation, name, now);
        }
        StateVersion version = operation.version();
        Lock lock = operation.lock();
        return switch (operation.kind()) {
            case PUT, RESTORE -> version == null ? List.of() : List.of(written(name, version, false));
            case CREATE -> List.of(by(operation, EventType.CREATED, name, now).done());
            case LABEL -> List.of(by(operation, EventType.LABELS, name, now).done());
            case DELETE ->
                List.of(by(operation, EventType.DELETED, name, now)
                        .key(deletion(version == null ? 0 : version.number()))
                        .done());
            case PURGE ->
                List.of(by(operation, EventType.PURGED, name, now)
                        .reason(purged(operation))
                        .done());
            case ADOPT -> List.of(arrived(operation, name, null, "import", now));
            case COPY ->
                operation.target() == null
                        ? List.of()
                        : List.of(arrived(operation, operation.target(), name, "copy", now));
            case MOVE -> moved(operation, name, now);
            case MOVE_END -> List.of(by(operation, EventType.FREED, name, now).done());
            case LOCK -> lock == null ? List.of() : List.of(locked(name, lock, false));
            case RENEW ->
                List.of(by(operation, EventType.RENEWED, name, now).lock(lock).done());
            case UNLOCK -> List.of(ended(operation, EventType.UNLOCKED, name, now));
            case UNLOCK_FORCE -> List.of(ended(operation, EventType.BROKEN, name, now));
            case GET, LIST, HISTORY, LOCK_OF, DIFF, OUTPUTS, EXPORT -> List.of();
        };
    }

    private static List<StateEvent> refused(Operation operation, StateName name, Instant now) {
        if (!operation.kind().changes()
                || !(operation.refusal() instanceof StateException refusal)
                || !worthTelling(refusal, operation.kind())) {
            return List.of();
        }
        String reason = refusal instanceof Conflict conflict ? conflict.reason().code() : refusal.code();
        return List.of(by(operation, EventType.REFUSED, name, now)
                .operation(operation.kind().label())
                .reason(reason)
                .done());
    }

    /** Who waits for a lock asks again and again, and is not told of. */
    private static boolean worthTelling(StateException refusal, Kind kind) {
        return switch (refusal) {
            case StateException.Locked locked -> kind != Kind.LOCK;
            case StateException.Conflict conflict -> true;
            case StateException.Forbidden forbidden -> true;
            case StateException.Invalid invalid -> true;
            case StateException.Moved moved -> false;
            case StateException.NotFound missing -> false;
            case StateException.Unauthenticated nobody -> false;
            case StateException.Configuration wrong -> false;
            case StateException.Unavailable away -> false;
        };
    }

    /** Of a version; a restored one says so in its operation. */
    static StateEvent written(StateName name, StateVersion version, boolean found) {
        EventType type = version.operation().startsWith(RESTORE) ? EventType.RESTORED : EventType.WRITTEN;
        return new EventDraft(type, name, version.created())
                .key("version " + version.number() + " " + version.id())
                .author(version.author())
                .version(version)
                .found(found)
                .done();
    }

    static StateEvent locked(StateName name, Lock lock, boolean found) {
        return new EventDraft(EventType.LOCKED, name, lock.acquired())
                .key("locked " + lock.fence())
                .author(holder(lock))
                .lock(lock)
                .found(found)
                .done();
    }

    /** Of a lock whose lease has ended and that nobody took since. */
    static StateEvent expired(StateName name, Lock lock, Instant expires) {
        return new EventDraft(EventType.EXPIRED, name, expires)
                .key("expired " + lock.fence() + " " + expires)
                .author(holder(lock))
                .lock(lock)
                .done();
    }

    static StateEvent quarantined(StateName name, String id, Instant now) {
        return new EventDraft(EventType.QUARANTINED, name, now)
                .key("quarantined " + id)
                .quarantined(id)
                .done();
    }

    /** Of a lock that is held no longer; a head does not tell who ended it, nor how. */
    static StateEvent foundUnlocked(StateName name, long fence, Instant time) {
        return new EventDraft(EventType.UNLOCKED, name, time)
                .key("unlocked " + fence)
                .found(true)
                .done();
    }

    /** Of a deletion after version {@code last}. */
    static StateEvent foundDeleted(StateName name, long last, Instant time) {
        return new EventDraft(EventType.DELETED, name, time)
                .key(deletion(last))
                .found(true)
                .done();
    }

    /** Of what a head tells without saying who did it. */
    static StateEvent found(EventType type, StateName name, @Nullable StateName other, Instant time) {
        return new EventDraft(type, name, time)
                .key(type.label() + " " + time)
                .other(other)
                .found(true)
                .done();
    }

    private static String deletion(long last) {
        return "deleted " + last;
    }

    private static StateEvent ended(Operation operation, EventType type, StateName name, Instant now) {
        Lock lock = operation.lock();
        EventDraft draft = by(operation, type, name, now).lock(lock);
        return (lock == null ? draft : draft.key("unlocked " + lock.fence())).done();
    }

    private static List<StateEvent> moved(Operation operation, StateName from, Instant now) {
        StateName to = operation.target();
        return to == null
                ? List.of()
                : List.of(
                        by(operation, EventType.MOVED, from, now).other(to).done(),
                        arrived(operation, to, from, "move", now));
    }

    private static StateEvent arrived(
            Operation operation, StateName name, @Nullable StateName from, String how, Instant now) {
        return by(operation, EventType.ARRIVED, name, now)
                .version(operation.version())
                .other(from)
                .reason(how)
                .done();
    }

    private static @Nullable String purged(Operation operation) {
        return operation.purged() == null ? null : operation.purged().asked().label();
    }

    private static EventDraft by(Operation operation, EventType type, StateName name, Instant now) {
        return new EventDraft(type, name, now).author(operation.author());
    }

    private static String holder(Lock lock) {
        return lock.owner().isEmpty() ? lock.info().who() : lock.owner();
    }
}
