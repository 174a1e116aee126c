package io.kolumn.state.diff;

import io.kolumn.state.StateDocument;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The differences between two documents. Resources are identified by their addresses, so a moved one is removed and
 * added. Sensitive values, by a mark or by the name of a secret, are not shown unless requested. The counts include
 * all changes, the lists are limited.
 *
 * @param from the earlier document
 * @param to the later document
 * @param resources by their addresses in the order of the later document, removed ones last
 * @param outputs by their names, in the same order
 * @param added the number of new resources and outputs
 * @param removed the number of removed ones
 * @param changed the number of changed ones
 * @param complete whether the lists contain all changes and all changed attributes
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

    /** The maximum number of listed changes, of resources and of outputs each. */
    public static final int MAX_CHANGES = 10_000;

    /** The maximum number of listed attributes of all changes. */
    public static final int MAX_ATTRIBUTES = 20_000;

    /** The maximum size of a shown value, in bytes. */
    public static final int LONGEST_VALUE = 512;

    public StateDiff {
        resources = List.copyOf(resources);
        outputs = List.copyOf(outputs);
    }

    /**
     * Compares two documents.
     *
     * @param sensitive whether to include sensitive values
     * @throws IOException if a key in them exceeds the length limit
     */
    public static StateDiff between(DocumentIndex before, DocumentIndex after, boolean sensitive) throws IOException {
        return DiffBuilder.between(before, after, sensitive);
    }

    /** Returns whether there are no differences. */
    public boolean same() {
        return added + removed + changed == 0;
    }

    /**
     * One of the two documents.
     *
     * @param serial null if there is none
     * @param lineage null if there is none
     * @param terraformVersion of the program that wrote it; null if unknown
     */
    public record Side(
            StateDocument.Format format,
            @Nullable Long serial,
            @Nullable String lineage,
            @Nullable String terraformVersion) {}

    /** The kind of a change. */
    public enum Kind {
        ADDED,
        REMOVED,
        CHANGED
    }

    /**
     * One change.
     *
     * @param address of the resource's instance as Terraform writes it, such as {@code
     *     module.net["a"].aws_vpc.main[0]}, or the name of the output
     * @param attributes the changed attributes; empty unless it is {@code CHANGED}
     * @param otherChanges names of other changed members of the instance, such as {@code dependencies}
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
     * @param before as JSON; null if it is missing, too long, or sensitive and not requested
     * @param after as JSON; null if it is missing, too long, or sensitive and not requested
     * @param sensitive whether a document marks it or a part of it, or a name in it is that of a secret
     * @param truncated whether a value was too long to show
     */
    public record Attribute(
            String path, @Nullable String before, @Nullable String after, boolean sensitive, boolean truncated) {}
}
