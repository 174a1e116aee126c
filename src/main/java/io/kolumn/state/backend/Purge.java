package io.kolumn.state.backend;

import io.kolumn.state.StateException.Invalid;
import org.jspecify.annotations.Nullable;

/**
 * A request to purge one version, one quarantined document, or, without both, a whole deleted state.
 *
 * @param version the number of the version, or null
 * @param quarantined the id of the quarantined document, or null
 * @param reason the reason for the audit trail, or empty
 */
public record Purge(@Nullable Long version, @Nullable String quarantined, String reason) {

    /** The maximum length of a reason, in characters. */
    public static final int LONGEST_REASON = 500;

    /** @throws Invalid if the reason is too long or contains control characters */
    public Purge {
        if (version != null && quarantined != null) {
            throw new IllegalArgumentException("A version or the quarantine, not both");
        }
        if (reason.length() > LONGEST_REASON || reason.chars().anyMatch(Character::isISOControl)) {
            throw new Invalid("The reason of a purge must be one line of at most " + LONGEST_REASON + " characters.");
        }
    }

    public static Purge version(long number) {
        return new Purge(number, null, "");
    }

    public static Purge quarantined(String id) {
        return new Purge(null, id, "");
    }

    /** Returns a request for a deleted state with its history, quarantined documents and keys. */
    public static Purge whole() {
        return new Purge(null, null, "");
    }

    public Purge because(String why) {
        return new Purge(version, quarantined, why);
    }

    /** Returns the kind for logs: {@code version}, {@code quarantined} or {@code state}. */
    public String label() {
        return version != null ? "version" : quarantined != null ? "quarantined" : "state";
    }
}
