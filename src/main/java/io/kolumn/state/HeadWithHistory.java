package io.kolumn.state;

import java.util.List;

/**
 * A head and what it keeps, of one moment.
 *
 * @param head the head
 * @param kept the records of all kept versions, newest first, the current one among them
 */
public record HeadWithHistory(StateHead head, List<StateVersion> kept) {

    public HeadWithHistory {
        kept = List.copyOf(kept);
    }
}
