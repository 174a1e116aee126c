package io.kolumn.state.diff;

import io.kolumn.state.StateDocument;
import io.kolumn.state.diff.DocumentBytes.Range;
import io.kolumn.state.diff.StateDiff.Attribute;
import io.kolumn.state.diff.StateDiff.Change;
import io.kolumn.state.diff.StateDiff.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a {@link StateDiff} of two documents, which stay as they are in memory; beside them it needs their addresses. */
final class DiffBuilder {

    /** What tells instances apart, or is compared by itself. */
    private static final Set<String> NOT_OTHER_CHANGES =
            Set.of("attributes", "attributes_flat", "index_key", "deposed");

    private static final Set<String> VALUE = Set.of("value");

    private final DocumentIndex before;
    private final DocumentIndex after;
    private final ValueDiff values;
    private final boolean showing;
    private int attributes;
    private int added;
    private int removed;
    private int changed;
    private boolean complete = true;

    private DiffBuilder(DocumentIndex before, DocumentIndex after, boolean showing) {
        this.before = before;
        this.after = after;
        this.showing = showing;
        this.values = new ValueDiff(before.bytes(), after.bytes(), showing);
    }

    /**
     * @param showing whether with the values of what is sensitive
     * @throws IOException if a name in them is longer than any name is
     */
    static StateDiff between(DocumentIndex before, DocumentIndex after, boolean showing) throws IOException {
        DiffBuilder diffing = new DiffBuilder(before, after, showing);
        List<Change> resources = diffing.changes(before.resources(), after.resources(), diffing::resource);
        List<Change> outputs = diffing.changes(before.outputs(), after.outputs(), diffing::output);
        return new StateDiff(
                side(before),
                side(after),
                resources,
                outputs,
                diffing.added,
                diffing.removed,
                diffing.changed,
                diffing.complete);
    }

    private static StateDiff.Side side(DocumentIndex index) {
        StateDocument document = index.document();
        return new StateDiff.Side(document.format(), document.serial(), document.lineage(), index.terraformVersion());
    }

    /** Compares two things of the same name; null if they do not differ. */
    private interface Comparison<T> {
        @Nullable
        Change compare(String name, T old, T now) throws IOException;
    }

    private <T> List<Change> changes(Map<String, T> old, Map<String, T> now, Comparison<T> comparison)
            throws IOException {
        List<Change> changes = new ArrayList<>();
        for (Map.Entry<String, T> entry : now.entrySet()) {
            String name = entry.getKey();
            T earlier = old.get(name);
            Change change = earlier == null
                    ? new Change(name, Kind.ADDED, List.of(), List.of())
                    : comparison.compare(name, earlier, entry.getValue());
            added += earlier == null ? 1 : 0;
            changed += earlier != null && change != null ? 1 : 0;
            list(changes, change);
        }
        for (String name : old.keySet()) {
            if (!now.containsKey(name)) {
                removed++;
                list(changes, new Change(name, Kind.REMOVED, List.of(), List.of()));
            }
        }
        return changes;
    }

    private void list(List<Change> changes, @Nullable Change change) {
        if (change != null && changes.size() < StateDiff.MAX_CHANGES) {
            changes.add(change);
        } else if (change != null) {
            complete = false;
        }
    }

    private @Nullable Change resource(String address, DocumentIndex.Unit old, DocumentIndex.Unit now)
            throws IOException {
        boolean moved = !old.provider().equals(now.provider());
        if (!moved && before.bytes().same(old.range(), after.bytes(), now.range())) {
            return null;
        }
        List<Attribute> differing = new ArrayList<>();
        List<String> otherChanges = new ArrayList<>();
        if (old.instance() && now.instance() && isObject(old.range(), now.range())) {
            Map<String, Range> oldMembers = before.bytes().members(old.range());
            Map<String, Range> nowMembers = after.bytes().members(now.range());
            SensitiveMarks marks = marks(oldMembers, nowMembers, now.type());
            value("attributes", oldMembers, nowMembers, marks, differing);
            value("attributes_flat", oldMembers, nowMembers, marks, differing);
            if (!showing && !differing.isEmpty()) {
                differing.replaceAll(hidden(oldMembers, nowMembers, marks)::without);
            }
            otherChanges.addAll(values.differingMembers(oldMembers, nowMembers, NOT_OTHER_CHANGES));
        } else {
            values.compare("", old.range(), now.range(), SensitiveMarks.byName(now.type()), sink(differing));
        }
        if (moved) {
            otherChanges.add("provider");
        }
        return change(address, differing, otherChanges, () -> values.differ(old.range(), now.range()));
    }

    private @Nullable Change output(String name, Range old, Range now) throws IOException {
        if (before.bytes().same(old, after.bytes(), now)) {
            return null;
        }
        List<Attribute> differing = new ArrayList<>();
        List<String> otherChanges = List.of();
        Map<String, Range> oldMembers = isObject(before, old) ? before.bytes().members(old) : Map.of();
        Map<String, Range> nowMembers = isObject(after, now) ? after.bytes().members(now) : Map.of();
        boolean sensitive = sensitive(before, oldMembers) || sensitive(after, nowMembers);
        SensitiveMarks marks = sensitive
                ? SensitiveMarks.everything()
                : SensitiveMarks.byName("").at(name);
        if (oldMembers.containsKey("value") && nowMembers.containsKey("value")) {
            value("value", oldMembers, nowMembers, marks, differing);
            otherChanges = values.differingMembers(oldMembers, nowMembers, VALUE);
        } else {
            values.compare("", old, now, marks, sink(differing));
        }
        return change(name, differing, otherChanges, () -> values.differ(old, now));
    }

    /** Asked only where the bound of listed attributes may hide that anything differs. */
    private interface Doubt {
        boolean differ() throws IOException;
    }

    private @Nullable Change change(String name, List<Attribute> differing, List<String> otherChanges, Doubt doubt)
            throws IOException {
        boolean full = attributes >= StateDiff.MAX_ATTRIBUTES;
        boolean same = differing.isEmpty() && otherChanges.isEmpty() && !(full && doubt.differ());
        return same ? null : new Change(name, Kind.CHANGED, differing, otherChanges);
    }

    private void value(
            String member,
            Map<String, Range> oldMembers,
            Map<String, Range> nowMembers,
            SensitiveMarks marks,
            List<Attribute> differing)
            throws IOException {
        Range old = oldMembers.get(member);
        Range now = nowMembers.get(member);
        if (old != null && now != null) {
            values.compare("", old, now, marks, sink(differing));
        } else if (old != null || now != null) {
            sink(differing).add(values.attribute("", old, now, marks));
        }
    }

    private ValueDiff.Sink sink(List<Attribute> differing) {
        return attribute -> {
            if (attributes == StateDiff.MAX_ATTRIBUTES) {
                complete = false;
                return false;
            }
            attributes++;
            differing.add(attribute);
            return true;
        };
    }

    private SensitiveMarks marks(Map<String, Range> old, Map<String, Range> now, String type) throws IOException {
        SensitiveMarks marks = SensitiveMarks.byName(type);
        Range oldMarks = old.get("sensitive_attributes");
        Range nowMarks = now.get("sensitive_attributes");
        if (oldMarks != null) {
            marks.add(before.bytes(), oldMarks);
        }
        if (nowMarks != null) {
            marks.add(after.bytes(), nowMarks);
        }
        return marks;
    }

    private SensitiveValues hidden(Map<String, Range> old, Map<String, Range> now, SensitiveMarks marks)
            throws IOException {
        SensitiveValues hidden = new SensitiveValues();
        Range oldAttributes = old.get("attributes");
        Range nowAttributes = now.get("attributes");
        if (oldAttributes != null) {
            hidden.add(before.bytes(), oldAttributes, marks);
        }
        if (nowAttributes != null) {
            hidden.add(after.bytes(), nowAttributes, marks);
        }
        return hidden;
    }

    private static boolean sensitive(DocumentIndex index, Map<String, Range> members) {
        Range sensitive = members.get("sensitive");
        return sensitive != null && index.bytes().at(sensitive.from()) != 'f';
    }

    private boolean isObject(Range old, Range now) {
        return isObject(before, old) && isObject(after, now);
    }

    private static boolean isObject(DocumentIndex index, Range range) {
        return index.bytes().at(range.from()) == '{';
    }
}
