package io.kolumn.state;

import io.kolumn.state.DocumentBytes.Range;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The texts of an instance that are marked as sensitive. The same text is not shown where it stands without a mark: Terraform
 * marks what went into a resource, and not what the resource gives back of it.
 */
final class HiddenTexts {

    /** A shorter text, in bytes, is in too much else to say anything. */
    private static final int SHORTEST = 4;

    private static final int MOST = 1_000;
    private static final int MAX_DEPTH = 64;

    private final Set<String> texts = new HashSet<>();

    /** Adds the texts within this value that are marked, as they are spelt in the document. */
    void add(DocumentBytes bytes, Range value, SensitiveMarks marks) throws IOException {
        add(bytes, value, marks, 0);
    }

    private void add(DocumentBytes bytes, Range value, SensitiveMarks marks, int depth) throws IOException {
        byte kind = bytes.at(value.from());
        if (!marks.any() || depth > MAX_DEPTH || texts.size() == MOST) {
            return;
        }
        if (kind == '"' && marks.marked()) {
            Range inside = new Range(value.from() + 1, value.to() - 1);
            if (inside.length() >= SHORTEST && inside.length() <= StateDiff.LONGEST_VALUE) {
                texts.add(bytes.text(inside));
            }
        } else if (kind == '{' || kind == '[') {
            int[] index = {0};
            bytes.visit(value, (name, inner) -> {
                String step = kind == '{' ? name : Integer.toString(index[0]++);
                add(bytes, inner, inside(marks, step), depth + 1);
                return texts.size() < MOST;
            });
        }
    }

    private static SensitiveMarks inside(SensitiveMarks marks, String step) {
        return marks.marked() ? marks : step.equals("value") ? marks.within() : marks.at(step);
    }

    /** The same attribute, hidden if one of the texts is in it. */
    StateDiff.Attribute without(StateDiff.Attribute attribute) {
        return isIn(attribute.before()) || isIn(attribute.after())
                ? new StateDiff.Attribute(attribute.path(), null, null, true, false)
                : attribute;
    }

    private boolean isIn(@Nullable String json) {
        return json != null && texts.stream().anyMatch(json::contains);
    }
}
