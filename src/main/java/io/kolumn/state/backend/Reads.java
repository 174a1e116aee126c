package io.kolumn.state.backend;

import io.kolumn.state.Labels;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Moved;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Reads of records and documents. They change nothing. A missing content is damage only if its record still exists. */
final class Reads {

    /** The number of records that are read at once. Most reads find their version among the newest. */
    private static final int PAGE = 100;

    private final StateStore store;
    private final WriteRules rules;
    private final Clock clock;

    Reads(StateStore store, WriteRules rules, Clock clock) {
        this.store = store;
        this.rules = rules;
        this.clock = clock;
    }

    /**
     * Returns the head, or empty if the state never existed.
     *
     * @throws Moved if the state was moved to another name
     */
    Optional<StateHead> head(StateName name) {
        Optional<StateHead> head = store.head(name);
        head.ifPresent(found -> rules.here(found, clock.instant()));
        return head;
    }

    Optional<StateVersion> current(StateName name) {
        Optional<StateHead> head = head(name);
        head.ifPresent(WriteRules::whole);
        return head.map(StateHead::current);
    }

    /** Returns the labels of a state that has a version, was created, or is locked; empty if there is none. */
    Optional<Labels> labels(StateName name) {
        return head(name).filter(StateHead::exists).map(head -> head.labels() == null ? Labels.NONE : head.labels());
    }

    /**
     * Returns the current version with its document, or empty if there is none.
     *
     * @param room reserves memory for this number of bytes before the document is read
     */
    Optional<VersionedDocument> document(StateName name, LongConsumer room) {
        StateVersion missing = null;
        while (true) {
            StateVersion version = current(name).orElse(null);
            if (version == null) {
                return Optional.empty();
            }
            if (version.equals(missing)) {
                throw damaged(name, version);
            }
            if (missing == null) {
                readable(name, version);
                room.accept(version.size());
            }
            Optional<StateDocument> document = store.content(name, version);
            if (document.isPresent()) {
                return document.map(bytes -> new VersionedDocument(version, bytes));
            }
            missing = version;
        }
    }

    Optional<StateVersion> version(StateName name, long number) {
        if (number < 1 || number == Long.MAX_VALUE) {
            return Optional.empty();
        }
        return history(name, number + 1, 1).stream()
                .filter(version -> version.number() == number)
                .findFirst();
    }

    /** Returns the same as {@link StateStore#history}. For the old name of a moved state it throws {@link Moved}. */
    List<StateVersion> history(StateName name, long before, int limit) {
        List<StateVersion> history = store.history(name, before, limit);
        if (history.isEmpty()) {
            head(name);
        }
        return history;
    }

    Optional<VersionedDocument> document(StateName name, long number, LongConsumer room) {
        Optional<StateVersion> version = version(name, number);
        version.ifPresent(kept -> {
            readable(name, kept);
            room.accept(kept.size());
        });
        Optional<VersionedDocument> stored =
                version.flatMap(kept -> store.content(name, kept).map(bytes -> new VersionedDocument(kept, bytes)));
        if (version.isPresent() && stored.isEmpty() && version(name, number).isPresent()) {
            throw damaged(name, version.get());
        }
        return stored;
    }

    Optional<VersionedDocument> quarantined(StateName name, String id, LongConsumer room) {
        Optional<StateVersion> record = store.attachments(name).stream()
                .filter(there -> there.id().equals(id))
                .findFirst();
        record.ifPresent(there -> {
            readable(name, there);
            room.accept(there.size());
        });
        return record.flatMap(there -> store.content(name, there).map(bytes -> new VersionedDocument(there, bytes)));
    }

    Optional<PointInTime> at(StateName name, Instant time) {
        StateHead head = head(name).orElse(null);
        if (head == null) {
            return Optional.empty();
        }
        WriteRules.whole(head);
        if (head.endedBy(time)) {
            return Optional.empty();
        }
        StateVersion next = null;
        List<StateVersion> page = store.history(name, Long.MAX_VALUE, PAGE);
        while (!page.isEmpty()) {
            for (StateVersion version : page) {
                if (!version.created().isAfter(time)) {
                    return Optional.of(new PointInTime(version, next));
                }
                next = version;
            }
            page = store.history(name, page.getLast().number(), PAGE);
        }
        return Optional.empty();
    }

    /**
     * Checks that the document can be read.
     *
     * @throws Unavailable if it was encrypted by this service, which now has no keys
     */
    static void readable(StateName name, StateVersion version) {
        if (version.sealed()) {
            throw Unavailable.forEverybody(
                    (version.number() == 0
                                    ? "The quarantined document '" + version.id() + "' beside"
                                    : "Version " + version.number() + " of")
                            + " state '" + name
                            + "' is encrypted, but this service has no keys (kolumn.state.encryption.key-provider).",
                    null);
        }
    }

    static Unavailable damaged(StateName name, StateVersion version) {
        return Unavailable.forEverybody(
                "The content of version " + version.number() + " of state '" + name + "' (id " + version.id()
                        + ") is missing in the storage. Restore the storage from a backup, or an older version.",
                null);
    }
}
