package io.kolumn.state.events;

import java.util.Arrays;
import java.util.Optional;

/** The types of events. */
public enum EventType {
    /** A document was accepted as a version. */
    WRITTEN("version.written"),
    /** An earlier or a quarantined document was restored as a new version. */
    RESTORED("restored"),
    /** A state was made without a version. */
    CREATED("created"),
    /** The current document was deleted; its history stays. */
    DELETED("deleted"),
    /** Versions, quarantined documents or a whole history were removed for good. */
    PURGED("purged"),
    /** The labels were changed. */
    LABELS("labels.changed"),
    /** The state has another name now. */
    MOVED("moved"),
    /** A whole state arrived at this name: by a move, a copy or an import. */
    ARRIVED("arrived"),
    /** The old name of a moved state was freed. */
    FREED("name.freed"),
    /** A lock was taken. */
    LOCKED("locked"),
    /** A lock was released by its holder. */
    UNLOCKED("unlocked"),
    /** A lock was broken. */
    BROKEN("lock.broken"),
    /** The lease of a lock got a later end. */
    RENEWED("lease.renewed"),
    /** The lease of a lock has expired, and the lock is still there. */
    EXPIRED("lease.expired"),
    /** A rejected document was quarantined. */
    QUARANTINED("quarantined"),
    /** A change was rejected. */
    REFUSED("refused"),
    /** A stream cannot tell all that has happened. It belongs to the stream alone and has no state. */
    LOST("events.lost");

    /** The beginning of all names. */
    public static final String PREFIX = "io.kolumn.state.";

    private final String label;

    EventType(String label) {
        this.label = label;
    }

    /** Returns the name without its common beginning, such as {@code version.written}. */
    public String label() {
        return label;
    }

    /** Returns the name, such as {@code io.kolumn.state.version.written}. */
    public String fullName() {
        return PREFIX + label;
    }

    static Optional<EventType> of(String label) {
        return Arrays.stream(values()).filter(type -> type.label.equals(label)).findFirst();
    }
}
