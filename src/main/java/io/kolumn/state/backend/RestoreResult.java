package io.kolumn.state.backend;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateVersion;
import org.jspecify.annotations.Nullable;

/**
 * The result of a restore.
 *
 * @param version the version that now holds the restored content
 * @param created the state had no current document before
 * @param changed false if the state had this content already
 * @param quarantined id of the document that left the quarantine; null if a version was restored
 */
public record RestoreResult(
        StateVersion version,
        boolean created,
        boolean changed,
        @Nullable String quarantined) {

    /** How the serial of the document changed. */
    public enum Serial {
        /** The serial is above every earlier one of the state. */
        RAISED,
        /** The document has no serial. */
        NONE,
        /** The document is encrypted and was restored byte for byte, with its serial. */
        UNCHANGED
    }

    public Serial serial() {
        return version.format() == StateDocument.Format.ENCRYPTED
                ? Serial.UNCHANGED
                : version.serial() == null ? Serial.NONE : Serial.RAISED;
    }
}
