package io.kolumn.state.ui;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.diff.StateContents;
import io.kolumn.state.diff.UnknownFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The content of a version, or why it is not shown.
 *
 * @param read null if it is not shown
 * @param why null if it is shown
 */
record Contents(@Nullable StateContents read, @Nullable String why) {

    /** A larger document is not read for a page. */
    static final long MAX_SIZE = 64 * 1024 * 1024;

    /**
     * Reads a version.
     *
     * @param room reserves memory before the document is read
     */
    static Contents of(StateBackend backend, StateName name, StateVersion version, LongConsumer room) {
        if (version.size() > MAX_SIZE) {
            return none("The document has " + Texts.size(version.size()) + ", which is too large to show here.");
        }
        if (version.format() == StateDocument.Format.ENCRYPTED) {
            return none("The document was encrypted by OpenTofu. This service has no key for it.");
        }
        VersionedDocument stored = backend.get(name, version.number(), room).orElseThrow(() -> missing(name, version));
        try {
            return new Contents(StateContents.of(stored.document()), null);
        } catch (UnknownFormat e) {
            return none("The document is of " + e.format() + ". Its resources cannot be shown.");
        } catch (JsonProcessingException e) {
            return none("The document has names beyond the length limit. Its resources cannot be shown.");
        } catch (IOException e) {
            throw new UncheckedIOException("Reading from memory failed", e);
        }
    }

    private static Contents none(String why) {
        return new Contents(null, why);
    }

    private static NotFound missing(StateName name, StateVersion version) {
        return new NotFound(name, "Version " + version.number() + " of state '" + name + "' was just removed.");
    }
}
