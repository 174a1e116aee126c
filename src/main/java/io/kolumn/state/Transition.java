package io.kolumn.state;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change of a state, done as a whole or not at all: from one head to the next, with at most one new version.
 *
 * @param from the head as the store gave it; null if there was none
 * @param to the next head; its revision is for the store to make
 * @param content the bytes of {@code to.current()}; null if the transition brings no new version
 * @param dropped records that the state keeps no longer, in no order; they leave the history in the same commit, and
 *     their contents are dropped afterwards by {@link StateStore#deleteContent}
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

    /** The random id of this commit; the same when it is tried again after its answer was lost. */
    public String id() {
        return to.commit();
    }

    /** The version that this transition brings, or null. */
    public @Nullable StateVersion version() {
        return content == null ? null : to.current();
    }
}
