package io.kolumn.state.transfer;

import io.kolumn.state.StateException;
import org.jspecify.annotations.Nullable;

/**
 * The result for one state.
 *
 * @param kind of the result
 * @param versions the number of imported versions
 * @param quarantined the number of imported quarantined documents
 * @param problem the reason of a failure or skip; empty otherwise
 * @param error the exception of a failure, or null
 */
public record Outcome(
        Kind kind,
        int versions,
        int quarantined,
        String problem,
        @Nullable StateException error) {

    /** The kind of a result. */
    public enum Kind {
        /** The state was created or completed. */
        BROUGHT,
        /** The state was unchanged. */
        PRESENT,
        /** The state replaced another one, which is kept under another name. */
        REPLACED,
        /** A different state exists and was kept, or it is not a state. */
        SKIPPED,
        /** The state was not imported. */
        FAILED
    }

    public static Outcome failed(StateException error) {
        return new Outcome(Kind.FAILED, 0, 0, String.valueOf(error.getMessage()), error);
    }

    /** Returns the result of an unexpected failure; the log has the details. */
    static Outcome broken(Throwable e) {
        return new Outcome(
                Kind.FAILED, 0, 0, "Unexpected failure (" + e.getClass().getSimpleName() + "). See the log.", null);
    }

    public static Outcome skipped(String why) {
        return new Outcome(Kind.SKIPPED, 0, 0, why, null);
    }

    public static Outcome present() {
        return new Outcome(Kind.PRESENT, 0, 0, "", null);
    }
}
