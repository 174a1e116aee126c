package io.kolumn.state.backend;

import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Restores an older version, or a quarantined document, as a new version. */
final class Restores {

    private static final Logger LOG = Logger.getLogger(Restores.class);

    private final StateStore store;
    private final Reads reads;
    private final Writes writes;

    Restores(StateStore store, Reads reads, Writes writes) {
        this.store = store;
        this.reads = reads;
        this.writes = writes;
    }

    Committed<RestoreResult> version(
            StateName name, long number, WriteOptions options, LongConsumer room, Caller caller) {
        VersionedDocument source = reads.document(name, number, twice(room))
                .orElseThrow(() -> new NotFound(
                        name,
                        "State '" + name + "' has no version " + number + ". It may have been removed by retention."));
        return writes.next(name, new Content(name, source, "restore of " + number), options, caller)
                .map(written -> restored(written, null));
    }

    /** Restores a quarantined document. A repeated call, for which the document is gone, finds the operation in the history. */
    Committed<RestoreResult> quarantined(
            StateName name, String id, WriteOptions options, LongConsumer room, Caller caller) {
        String operation = "restore of set aside " + id;
        Optional<StateVersion> before = store.history(name, Long.MAX_VALUE, ListQuery.MAX_LIMIT).stream()
                .filter(version -> version.operation().equals(operation))
                .findFirst();
        if (before.isPresent()) {
            store.confirm(name);
            store.attachments(name).stream()
                    .filter(record -> record.id().equals(id))
                    .forEach(record -> forget(name, record));
            return new Committed<>(new RestoreResult(before.get(), false, false, id), null, null);
        }
        VersionedDocument source = reads.quarantined(name, id, twice(room))
                .orElseThrow(
                        () -> new NotFound(name, "State '" + name + "' has no quarantined document '" + id + "'."));
        Committed<WriteResult> committed = writes.next(name, new Content(name, source, operation), options, caller);
        forget(name, source.version());
        return committed.map(written -> restored(written, id));
    }

    private static RestoreResult restored(WriteResult written, @Nullable String quarantined) {
        return new RestoreResult(written.version(), written.created(), written.changed(), quarantined);
    }

    /** Reserves memory for the document, and for the one with another serial. */
    private static LongConsumer twice(LongConsumer room) {
        return size -> room.accept(2 * size);
    }

    /** The restored document is a version. If it also stays in quarantine, that does no harm. */
    private void forget(StateName name, StateVersion record) {
        try {
            store.deleteContent(name, record);
        } catch (Unavailable e) {
            LOG.warnf(
                    e,
                    "The quarantined document '%s' of state '%s' was restored, but could not be removed from quarantine.",
                    record.id(),
                    name);
        }
    }

    /** An earlier document as the content of the next version. */
    private static final class Content implements Writes.Content {
        private final StateName name;
        private final StateDocument document;
        private final String operation;
        private final boolean numbered;
        private final boolean quarantined;
        private StateDocument raised;

        Content(StateName name, VersionedDocument source, String operation) {
            this.name = name;
            this.document = source.document();
            this.operation = operation;
            this.numbered = document.serial() != null && document.format() != StateDocument.Format.ENCRYPTED;
            this.quarantined = source.version().number() == 0;
            this.raised = document;
        }

        /**
         * Returns whether this version has the content, with any serial. A quarantined document always becomes a version: its record
         * tells a repeated call that it was restored.
         */
        @Override
        public boolean is(StateVersion current) {
            if (quarantined) {
                return current.operation().equals(operation);
            }
            if (current.describes(document)) {
                return true;
            }
            if (!numbered || current.serial() == null || document.serial() == null) {
                return false;
            }
            int longer = Long.toString(current.serial()).length()
                    - Long.toString(document.serial()).length();
            return current.size() == document.size() + longer
                    && current.describes(document.withSerial(current.serial()));
        }

        @Override
        public StateDocument over(StateHead head, WriteOptions options, @Nullable Lock lock) {
            if (!numbered || document.serial() == null) {
                return document;
            }
            if (head.highestSerial() == Long.MAX_VALUE) {
                throw new Conflict(
                        name,
                        Conflict.Reason.SERIAL,
                        head.current(),
                        "State '" + name + "' has reached the highest possible serial (" + Long.MAX_VALUE
                                + "). No document can follow it.");
            }
            long serial = Math.max(document.serial(), head.highestSerial() + 1);
            if (raised.serial() == null || raised.serial() != serial) {
                raised = document.withSerial(serial);
            }
            return raised;
        }

        @Override
        public String operation(@Nullable Lock lock) {
            return operation;
        }

        /** Unsafe: a second commit would undo what others wrote after the first. */
        @Override
        public boolean retryUnsafe() {
            return true;
        }
    }
}
