package io.kolumn.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One atomic change of a state: from one head to the next, with at most one new version.
 *
 * @param from the head as the store returned it; null if there was none
 * @param to the next head; the store sets its revision
 * @param content the bytes of {@code to.current()}; null without a new version
 * @param dropped records that the state no longer keeps, in any order. The same commit removes them from the history;
 *     {@link StateStore#deleteContent} deletes their contents afterwards
 */
public record Transition(
        @Nullable StateHead from, StateHead to, @Nullable StateDocument content, List<StateVersion> dropped) {

    public Transition {
        dropped = List.copyOf(dropped);
        if (content != null && (to.current() == null || !to.current().describes(content))) {
            throw new IllegalArgumentException("The content is not that of the new current version of " + to.name());
        }
        if (from != null && !from.name().equals(to.name())) {
            throw new IllegalArgumentException("From " + from.name() + " to " + to.name());
        }
    }

    public StateName name() {
        return to.name();
    }

    /** Returns the random id of this commit, which stays the same in a retry. */
    public String id() {
        return to.commit();
    }

    /** Returns the new version, or null. */
    public @Nullable StateVersion version() {
        return content == null ? null : to.current();
    }
}
