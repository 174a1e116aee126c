package io.kolumn.state.diff;

import io.kolumn.state.StateDocument;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How two documents differ. Resources are told apart by their addresses, so that a moved one is removed and added. What
 * either document marks as sensitive, or a name says to be a secret, is only said to have changed unless it was asked for. The counts are of all changes, the lists are bounded.
 *
 * @param from the document before
 * @param to the document after
 * @param resources by their addresses, in the order of the later document, removed ones last
 * @param outputs by their names, in the same order
 * @param added how many resources and outputs are new
 * @param removed how many are no more
 * @param changed how many are other than before
 * @param complete whether the lists hold all changes and all changed attributes
 */
public record StateDiff(
        Side from,
        Side to,
        List<Change> resources,
        List<Change> outputs,
        int added,
        int removed,
        int changed,
        boolean complete) {

    /** How many changes are listed at most, of resources and of outputs each. */
    public static final int MOST_CHANGES = 10_000;

    /** How many changed attributes are listed at most, in all changes together. */
    public static final int MOST_ATTRIBUTES = 20_000;

    /** Of a value that is shown, in bytes. */
    public static final int LONGEST_VALUE = 512;

    public StateDiff {
        resources = List.copyOf(resources);
        outputs = List.copyOf(outputs);
    }

    /**
     * Compares two documents, which stay as they are in memory.
     *
     * @param sensitive whether with the values of what is sensitive
     * @throws IOException if a key in them is longer than any key is
     */
    public static StateDiff between(DocumentIndex before, DocumentIndex after, boolean sensitive) throws IOException {
        return DiffBuilder.between(before, after, sensitive);
    }

    /** Whether neither a resource nor an output differs. */
    public boolean same() {
        return added + removed + changed == 0;
    }

    /**
     * One of the two documents.
     *
     * @param serial null if it has none
     * @param lineage null if it has none
     * @param terraformVersion of the program that wrote it; null if it does not say
     */
    public record Side(
            StateDocument.Format format,
            @Nullable Long serial,
            @Nullable String lineage,
            @Nullable String terraformVersion) {}

    /** What happened to a resource or an output. */
    public enum Kind {
        ADDED,
        REMOVED,
        CHANGED
    }

    /**
     * One change.
     *
     * @param address of the resource's instance as Terraform writes it, such as {@code module.net["a"].aws_vpc.main[0]},
     *     or the name of the output
     * @param attributes what changed in it; empty unless it is {@code CHANGED}
     * @param otherChanges names of what else is recorded of the instance and changed, such as {@code dependencies}
     */
    public record Change(String address, Kind kind, List<Attribute> attributes, List<String> otherChanges) {

        public Change {
            attributes = List.copyOf(attributes);
            otherChanges = List.copyOf(otherChanges);
        }
    }

    /**
     * One changed value.
     *
     * @param path such as {@code tags.Name} or {@code ingress[0].from_port}; empty for the whole value
     * @param before as JSON; null if it was not there, is too long to show, or is sensitive and such were not asked for
     * @param after as JSON; null if it is not there, is too long to show, or is sensitive and such were not asked for
     * @param sensitive either document marks it or something in it, or a name in it is that of a secret
     * @param truncated a value was too long to show
     */
    public record Attribute(
            String path, @Nullable String before, @Nullable String after, boolean sensitive, boolean truncated) {}
}
