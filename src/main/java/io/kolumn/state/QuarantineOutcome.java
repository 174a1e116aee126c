package io.kolumn.state;

import org.jspecify.annotations.Nullable;

/**
 * What became of a refused document that came with the id of a lock.
 *
 * @param id under which it was quarantined; null if it was not
 * @param lock the id of the lock that it came with
 */
public record QuarantineOutcome(Fate fate, @Nullable String id, String lock) {

    /** Whether it was quarantined, and else why not. */
    public enum Fate {
        KEPT("kept"),
        /** Its writer never held that lock. */
        NEVER_HELD("never-held"),
        /** The place for such documents is full. */
        FULL("full"),
        /** The storage could not keep it. */
        FAILED("failed");

        private final String code;

        Fate(String code) {
            this.code = code;
        }

        public String code() {
            return code;
        }
    }

    /** The sentence that an error ends with. */
    public String sentence() {
        return switch (fate) {
            case KEPT -> " The document was quarantined as '" + id + "'.";
            case NEVER_HELD -> " Nothing was kept of the document: you never held the lock '" + lock + "'.";
            case FULL ->
                " Nothing was kept of the document: the place for refused ones is full (kolumn.state.quarantine.max-documents)."
                        + " The client has it in errored.tfstate.";
            case FAILED ->
                " Nothing was kept of the document: the storage could not take it. The client has it in errored.tfstate.";
        };
    }
}
