package io.kolumn.state.transfer;

import io.kolumn.state.StateException;
import org.jspecify.annotations.Nullable;

/**
 * What became of one state.
 *
 * @param kind of end
 * @param versions how many versions were brought
 * @param quarantined how many quarantined documents were brought
 * @param problem why it failed or was skipped; empty if it was not
 * @param error the exception behind a failure, null if there is none
 */
public record Outcome(
        Kind kind,
        int versions,
        int quarantined,
        String problem,
        @Nullable StateException error) {

    /** How it ended. */
    public enum Kind {
        /** It is there now, and was not, or not as a whole. */
        BROUGHT,
        /** It was there already. */
        PRESENT,
        /** It took the place of another, which is kept under another name. */
        REPLACED,
        /** Another is there and was left alone; or it is not a state. */
        SKIPPED,
        /** It is not there. */
        FAILED
    }

    public static Outcome failed(StateException error) {
        return new Outcome(Kind.FAILED, 0, 0, String.valueOf(error.getMessage()), error);
    }

    /** For what nobody expected; the log has the rest. */
    static Outcome broken(Throwable e) {
        return new Outcome(
                Kind.FAILED, 0, 0, "It failed unexpectedly (" + e.getClass().getSimpleName() + "); see the log.", null);
    }

    public static Outcome skipped(String why) {
        return new Outcome(Kind.SKIPPED, 0, 0, why, null);
    }

    public static Outcome present() {
        return new Outcome(Kind.PRESENT, 0, 0, "", null);
    }
}
