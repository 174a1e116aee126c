package io.kolumn.state.backend;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateVersion;
import org.jspecify.annotations.Nullable;

/**
 * What a restore came to.
 *
 * @param version the version that now holds the restored content
 * @param created the state had no current document before
 * @param changed false if the restored content was there already, so that nothing was done
 * @param setAside the id under which the document had been set aside, where it is no more; null if it was a version
 */
public record RestoreResult(
        StateVersion version,
        boolean created,
        boolean changed,
        @Nullable String setAside) {

    /** What became of the document's serial. */
    public enum Serial {
        /** It stands above every serial that the state had before. */
        RAISED,
        /** The document has none. */
        NONE,
        /** The document is encrypted and went back exactly as it was, with the serial that it had. */
        AS_IT_WAS
    }

    public Serial serial() {
        return version.format() == StateDocument.Format.ENCRYPTED
                ? Serial.AS_IT_WAS
                : version.serial() == null ? Serial.NONE : Serial.RAISED;
    }
}
