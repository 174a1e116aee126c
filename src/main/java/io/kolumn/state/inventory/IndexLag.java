package io.kolumn.state.inventory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far the index is behind, of the states that the caller may read. What was found of such a state is of an older version,
 * or missing.
 *
 * @param behind number of states whose current version is not indexed yet; 0 if all are
 * @param oldest the time of the oldest such version; null if there is none
 * @param checked when changes of all processes were last looked for; null if never
 */
public record IndexLag(
        int behind, @Nullable Instant oldest, @Nullable Instant checked) {

    /** Returns whether nothing is known to be missing. */
    public boolean complete() {
        return behind == 0 && checked != null;
    }
}
