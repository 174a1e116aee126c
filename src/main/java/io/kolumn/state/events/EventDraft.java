package io.kolumn.state.events;

import io.kolumn.state.Lock;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.events.StateEvent.LockPart;
import io.kolumn.state.events.StateEvent.VersionPart;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event that is being made. Texts that a client chose are cut, so that every event is small. */
final class EventDraft {

    private static final int LONGEST = 200;

    private final EventType type;
    private final StateName state;
    private final Instant time;
    private String key;
    private boolean found;
    private String author = "";
    private @Nullable StateName other;
    private @Nullable VersionPart version;
    private @Nullable LockPart lock;
    private @Nullable String reason;
    private @Nullable String operation;
    private @Nullable String quarantined;

    /** Of an event that nobody else can find; {@link #key} makes it one that others can. */
    EventDraft(EventType type, StateName state, Instant time) {
        this.type = type;
        this.state = state;
        this.time = time;
        this.key = state + " " + type.label() + " " + UUID.randomUUID();
    }

    /** What it is about, within its state. */
    EventDraft key(String what) {
        key = state + " " + what;
        return this;
    }

    EventDraft found(boolean value) {
        found = value;
        return this;
    }

    EventDraft author(String value) {
        author = brief(value);
        return this;
    }

    EventDraft other(@Nullable StateName value) {
        other = value;
        return this;
    }

    EventDraft reason(@Nullable String value) {
        reason = value;
        return this;
    }

    EventDraft operation(String value) {
        operation = value;
        return this;
    }

    EventDraft quarantined(String id) {
        quarantined = id;
        return this;
    }

    EventDraft version(@Nullable StateVersion value) {
        if (value != null) {
            String lineage = value.lineage();
            version = new VersionPart(
                    value.number(),
                    value.serial(),
                    lineage == null ? null : brief(lineage),
                    value.size(),
                    brief(value.operation()));
        }
        return this;
    }

    EventDraft lock(@Nullable Lock value) {
        if (value != null) {
            lock = new LockPart(
                    value.fence(),
                    brief(value.info().who()),
                    brief(value.info().operation()),
                    brief(value.owner()),
                    value.acquired(),
                    value.expires());
        }
        return this;
    }

    StateEvent done() {
        return new StateEvent(
                EventIds.id(time, key),
                key,
                type,
                time,
                state,
                other,
                found,
                author,
                version,
                lock,
                reason,
                operation,
                quarantined);
    }

    private static String brief(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
