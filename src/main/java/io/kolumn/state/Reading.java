package io.kolumn.state;

import io.kolumn.state.StateException.Unavailable;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Reads of records and documents. Changes nothing; a content that is missing is damage only if its record still stands. */
final class Reading {

    private final StateStore store;

    Reading(StateStore store) {
        this.store = store;
    }

    Optional<StateVersion> current(StateName name) {
        Optional<StateHead> head = store.head(name);
        head.ifPresent(WriteRules::whole);
        return head.map(StateHead::current);
    }

    /** {@code room} is asked to make room for so many bytes before the document is read. */
    Optional<Stored> document(StateName name, LongConsumer room) {
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
                room.accept(version.size());
            }
            Optional<StateDocument> document = store.content(name, version);
            if (document.isPresent()) {
                return document.map(bytes -> new Stored(version, bytes));
            }
            missing = version;
        }
    }

    Optional<StateVersion> version(StateName name, long number) {
        if (number < 1 || number == Long.MAX_VALUE) {
            return Optional.empty();
        }
        return store.history(name, number + 1, 1).stream()
                .filter(version -> version.number() == number)
                .findFirst();
    }

    Optional<Stored> document(StateName name, long number, LongConsumer room) {
        Optional<StateVersion> version = version(name, number);
        version.ifPresent(kept -> room.accept(kept.size()));
        Optional<Stored> stored =
                version.flatMap(kept -> store.content(name, kept).map(bytes -> new Stored(kept, bytes)));
        if (version.isPresent() && stored.isEmpty() && version(name, number).isPresent()) {
            throw damaged(name, version.get());
        }
        return stored;
    }

    Optional<Stored> aside(StateName name, String id) {
        return store.aside(name).stream()
                .filter(record -> record.id().equals(id))
                .findFirst()
                .flatMap(record -> store.content(name, record).map(bytes -> new Stored(record, bytes)));
    }

    static Unavailable damaged(StateName name, StateVersion version) {
        return new Unavailable(
                "The content of version " + version.number() + " of state '" + name + "' (id " + version.id()
                        + ") is missing in the storage. Restore the storage from a backup, or an older version.",
                null);
    }
}
