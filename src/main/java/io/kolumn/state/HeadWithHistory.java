package io.kolumn.state;

import java.util.List;

/**
 * A head with its kept versions, consistent.
 *
 * @param head the head
 * @param kept the records of all kept versions, newest first, including the current one
 */
public record HeadWithHistory(StateHead head, List<StateVersion> kept) {

    public HeadWithHistory {
        kept = List.copyOf(kept);
    }
}
