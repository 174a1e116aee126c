package io.kolumn.state.backend;

import io.kolumn.state.Labels;
import io.kolumn.state.StateHead;

/**
 * The result of creating or labelling a state.
 *
 * @param head the head of the state afterwards; of one that was changed, without the revision of the store
 * @param changed whether the call changed it
 */
public record LabelsResult(StateHead head, boolean changed) {

    /** Returns the labels of the state. */
    public Labels labels() {
        Labels labels = head.labels();
        return labels == null ? Labels.NONE : labels;
    }
}
