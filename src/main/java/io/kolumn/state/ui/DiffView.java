package io.kolumn.state.ui;

import io.kolumn.state.diff.StateDiff;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Differences of two documents.
 *
 * @param changes resources and outputs, at most {@value #MAX_SHOWN}
 * @param more how many changes are not shown
 * @param sides what differs in the heads of the documents, such as their serials
 */
public record DiffView(List<Change> changes, int more, int added, int removed, int changed, List<Value> sides) {

    /** Changes on a page. */
    static final int MAX_SHOWN = 200;

    /** Attributes of one change. */
    private static final int MOST_VALUES = 50;

    /**
     * One change.
     *
     * @param kind {@code added}, {@code removed} or {@code changed}
     * @param others names of what else differs, with commas between them; empty for nothing
     * @param more how many values are not shown
     */
    public record Change(String address, String kind, boolean output, List<Value> values, String others, int more) {}

    /**
     * A value before and after; null where there is none or it is not shown, and {@code hidden} says why.
     *
     * @param hidden empty if nothing is hidden
     */
    public record Value(
            String path, @Nullable String before, @Nullable String after, String hidden) {}

    /** Returns whether there are no differences. */
    public boolean same() {
        return added + removed + changed == 0;
    }

    static DiffView of(StateDiff diff) {
        List<Change> changes = new ArrayList<>();
        diff.resources().stream().limit(MAX_SHOWN).forEach(change -> changes.add(change(change, false)));
        diff.outputs().stream().limit(MAX_SHOWN - changes.size()).forEach(change -> changes.add(change(change, true)));
        int all = diff.added() + diff.removed() + diff.changed();
        return new DiffView(changes, all - changes.size(), diff.added(), diff.removed(), diff.changed(), sides(diff));
    }

    private static List<Value> sides(StateDiff diff) {
        List<Value> sides = new ArrayList<>();
        side(sides, "Serial", diff.from().serial(), diff.to().serial());
        side(sides, "Lineage", diff.from().lineage(), diff.to().lineage());
        side(
                sides,
                "Terraform version",
                diff.from().terraformVersion(),
                diff.to().terraformVersion());
        return sides;
    }

    private static void side(List<Value> sides, String name, @Nullable Object before, @Nullable Object after) {
        String old = before == null ? "none" : before.toString();
        String now = after == null ? "none" : after.toString();
        if (!old.equals(now)) {
            sides.add(new Value(name, old, now, ""));
        }
    }

    private static Change change(StateDiff.Change change, boolean output) {
        return new Change(
                change.address(),
                change.kind().name().toLowerCase(Locale.ROOT),
                output,
                change.attributes().stream()
                        .limit(MOST_VALUES)
                        .map(DiffView::value)
                        .toList(),
                String.join(", ", change.otherChanges()),
                Math.max(0, change.attributes().size() - MOST_VALUES));
    }

    private static Value value(StateDiff.Attribute attribute) {
        String hidden = attribute.sensitive() && attribute.before() == null && attribute.after() == null
                ? "sensitive"
                : attribute.truncated() ? "too long to show" : "";
        return new Value(attribute.path(), attribute.before(), attribute.after(), hidden);
    }
}
