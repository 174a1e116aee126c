package io.kolumn.state.backend;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.diff.DocumentIndex;
import io.kolumn.state.diff.StateDiff;
import io.kolumn.state.diff.StateOutputs;
import io.kolumn.state.diff.UnknownFormat;
import java.io.IOException;
import java.util.function.LongConsumer;

/** Looks into documents for those who ask what is in them: differences and outputs. */
final class Comparisons {

    private final Reads reads;

    Comparisons(Reads reads) {
        this.reads = reads;
    }

    StateDiff diff(StateName name, long from, StateName otherName, long to, boolean sensitive, LongConsumer room) {
        room.accept(version(name, from).size() + version(otherName, to).size());
        DocumentIndex before = index(name, from);
        DocumentIndex after = index(otherName, to);
        try {
            return StateDiff.between(before, after, sensitive);
        } catch (IOException e) {
            throw unreadable(otherName, e);
        }
    }

    private DocumentIndex index(StateName name, long number) {
        StateDocument document = document(name, number);
        try {
            return DocumentIndex.of(document);
        } catch (UnknownFormat e) {
            throw unreadable(name, number, e);
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    StateOutputs outputs(StateName name, VersionedDocument stored, boolean sensitive) {
        StateDocument document = readable(name, stored);
        try {
            return StateOutputs.of(stored.version(), document, sensitive);
        } catch (UnknownFormat e) {
            throw unreadable(name, stored.version().number(), e);
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    private static RuntimeException unreadable(StateName name, IOException e) {
        return e instanceof JsonProcessingException
                ? unreadable(name, "has names or keys beyond the length limit")
                : new IllegalStateException("Reading from memory failed", e);
    }

    private static Conflict unreadable(StateName name, long version, UnknownFormat e) {
        return unreadable(
                name,
                "is in version " + version + " of " + e.format()
                        + ". Its outputs cannot be read and it cannot be compared. Read the whole document");
    }

    private StateVersion version(StateName name, long number) {
        return reads.version(name, number).orElseThrow(() -> missing(name, number));
    }

    private StateDocument document(StateName name, long number) {
        return readable(name, reads.document(name, number, size -> {}).orElseThrow(() -> missing(name, number)));
    }

    private static NotFound missing(StateName name, long number) {
        return new NotFound(
                name, "State '" + name + "' has no version " + number + ". It may have been removed by retention.");
    }

    private static StateDocument readable(StateName name, VersionedDocument stored) {
        if (stored.document().format() == StateDocument.Format.ENCRYPTED) {
            throw unreadable(
                    name,
                    "is encrypted in version " + stored.version().number()
                            + "and cannot be read or compared here; only its owner has the key");
        }
        return stored.document();
    }

    private static Conflict unreadable(StateName name, String why) {
        return new Conflict(name, Conflict.Reason.UNREADABLE, null, "State '" + name + "' " + why + ".");
    }
}
