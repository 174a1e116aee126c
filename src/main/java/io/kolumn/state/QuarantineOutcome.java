package io.kolumn.state;

import org.jspecify.annotations.Nullable;

/**
 * The outcome for a rejected document that came with the id of a lock.
 *
 * @param id the id in quarantine; null if it was not quarantined
 * @param lock the id of the lock
 */
public record QuarantineOutcome(Fate fate, @Nullable String id, String lock) {

    /** Whether the document was quarantined, or why not. */
    public enum Fate {
        KEPT("kept"),
        /** The writer never held that lock. */
        NEVER_HELD("never-held"),
        /** The quarantine is full. */
        FULL("full"),
        /** The storage failed. */
        FAILED("failed");

        private final String code;

        Fate(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }
    }

    /** Returns the last sentence of an error. */
    public String sentence() {
        return switch (fate) {
            case KEPT -> " The document was quarantined as '" + id + "'.";
            case NEVER_HELD -> " The document was not quarantined: you never held the lock '" + lock + "'.";
            case FULL ->
                " The document was not quarantined: the quarantine is full"
                        + " (kolumn.state.quarantine.max-documents). The client has it in errored.tfstate.";
            case FAILED ->
                " The document was not quarantined: the storage failed. The client has it in errored.tfstate.";
        };
    }
}
