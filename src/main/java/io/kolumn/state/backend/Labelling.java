package io.kolumn.state.backend;

import io.kolumn.state.Labels;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Changes labels, and creates states without a version. A lock guards the document, and not these. */
final class Labelling {

    private final Committer committer;
    private final WriteRules rules;

    Labelling(Committer committer, WriteRules rules) {
        this.committer = committer;
        this.rules = rules;
    }

    LabelsResult create(StateName name, Labels labels) {
        return committer.change(name, (head, now) -> {
            here(head, now);
            if (head.current() != null) {
                throw StateImport.exists(head);
            }
            Labels there = head.labels();
            return there == null ? changed(head, labels, now) : merged(head, there, missing(there, labels), now);
        });
    }

    /**
     * Changes labels.
     *
     * @param seen the labels that must exist; null for any
     */
    LabelsResult change(StateName name, Map<String, @Nullable String> changes, @Nullable Labels seen) {
        return committer.change(name, (head, now) -> {
            here(head, now);
            if (!head.exists()) {
                throw new NotFound(name, "There is no state '" + name + "'.");
            }
            Labels there = head.labels() == null ? Labels.NONE : head.labels();
            if (seen != null && !seen.equals(there)) {
                throw new Conflict(
                        name,
                        Conflict.Reason.PRECONDITION,
                        head.current(),
                        "The labels of state '" + name + "' are not those that they must be.");
            }
            return merged(head, head.labels(), changes, now);
        });
    }

    private void here(StateHead head, Instant now) {
        rules.here(head, now);
        if (head.incomplete()) {
            WriteRules.whole(head);
        }
    }

    /** Returns the given labels whose key does not exist yet. */
    private static Map<String, @Nullable String> missing(Labels there, Labels given) {
        Map<String, @Nullable String> missing = new TreeMap<>(given.values());
        missing.keySet().removeAll(there.values().keySet());
        return missing;
    }

    private static HeadUpdate<LabelsResult> merged(
            StateHead head, @Nullable Labels there, Map<String, @Nullable String> changes, Instant now) {
        Labels before = there == null ? Labels.NONE : there;
        Labels after = before.with(changes);
        return after.equals(before) ? HeadUpdate.stands(new LabelsResult(head, false)) : changed(head, after, now);
    }

    private static HeadUpdate<LabelsResult> changed(StateHead head, Labels labels, Instant now) {
        StateHead to = head.withLabels(labels, RandomId.next(), now);
        return HeadUpdate.commit(head, to, new LabelsResult(to, true));
    }
}
