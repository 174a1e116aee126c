package io.kolumn.state;

import org.jspecify.annotations.Nullable;

/**
 * How many resources an indexed version of a state has.
 *
 * @param version the number of that version, which may be older than the current one
 * @param resources how many; 0 if they are not known
 * @param notIndexed why they are not known, for people, without a dot; null if they are
 */
public record ResourceCount(
        long version, int resources, @Nullable String notIndexed) {

    /** Returns the count in a summary. */
    public static ResourceCount of(IndexedVersion.Summary summary) {
        return new ResourceCount(summary.number(), summary.resources(), summary.notIndexed());
    }
}
