package io.kolumn.state.ui;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The timeline of a state.
 *
 * @param current the number of the current version; 0 for none
 * @param entries newest first
 * @param next the address of older versions; null if there are none
 * @param first the address of the newest; null if they are shown
 * @param mayRestore whether the caller may restore versions
 * @param quarantined documents in quarantine, oldest first; empty also if the caller may not see them
 * @param done what was just done; null for nothing
 */
public record HistoryView(
        String name,
        String label,
        List<Links.Crumb> crumbs,
        long current,
        List<Entry> entries,
        @Nullable String next,
        @Nullable String first,
        boolean mayRestore,
        boolean mayPurge,
        List<Kept> quarantined,
        @Nullable String done) {

    /**
     * One version.
     *
     * @param session what to say above it where a session under a lock begins; null elsewhere
     * @param compare the address of its differences from the version before; null if that is not kept
     */
    public record Entry(
            long number,
            String href,
            @Nullable String session,
            String serial,
            String operation,
            String author,
            String when,
            String at,
            String size,
            boolean current,
            @Nullable String compare,
            String toCurrent,
            String restore,
            String purge,
            String download) {}

    /**
     * A document in quarantine.
     *
     * @param recovered the version that has its content; null if somebody still has to decide
     */
    public record Kept(
            String id,
            String author,
            String operation,
            String when,
            String at,
            String serial,
            String size,
            @Nullable Long recovered,
            String restore,
            String purge,
            String download) {}
}
