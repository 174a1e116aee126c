package io.kolumn.state.backend;

import io.kolumn.state.StateException.Invalid;
import org.jspecify.annotations.Nullable;

/**
 * What is to be removed for good: one version, one quarantined document, or, if it is neither, a deleted state with
 * all that is left of it.
 *
 * @param version the number of the version; null if it is not one
 * @param quarantined the id of the quarantined document; null if it is not one
 * @param reason why, for the audit trail; empty for none
 */
public record Purge(@Nullable Long version, @Nullable String quarantined, String reason) {

    /** The longest reason, in characters. */
    public static final int LONGEST_REASON = 500;

    /** @throws Invalid if the reason is too long, or holds control characters */
    public Purge {
        if (version != null && quarantined != null) {
            throw new IllegalArgumentException("A version or the quarantine, not both");
        }
        if (reason.length() > LONGEST_REASON || reason.chars().anyMatch(Character::isISOControl)) {
            throw new Invalid("The reason of a purge is one line of at most " + LONGEST_REASON + " characters.");
        }
    }

    public static Purge version(long number) {
        return new Purge(number, null, "");
    }

    public static Purge quarantined(String id) {
        return new Purge(null, id, "");
    }

    /** A deleted state with its history, its quarantined documents and its keys. */
    public static Purge whole() {
        return new Purge(null, null, "");
    }

    public Purge because(String why) {
        return new Purge(version, quarantined, why);
    }

    /** For logs: {@code version}, {@code quarantined} or {@code state}. */
    public String label() {
        return version != null ? "version" : quarantined != null ? "quarantined" : "state";
    }
}
