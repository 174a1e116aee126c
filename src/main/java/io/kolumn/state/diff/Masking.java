package io.kolumn.state.diff;

import io.kolumn.state.diff.DocumentBytes.Range;
import io.kolumn.state.diff.MaskedValue.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes {@link MaskedValue}s of one instance, by the rules by which differences hide what is sensitive. */
final class Masking {

    /** Values that are shown of one instance. */
    static final int MAX_VALUES = 2_000;

    private static final int MAX_DEPTH = 24;

    private final DocumentBytes bytes;
    private final SensitiveValues hidden;
    private int shown;

    /** @param hidden texts that are shown nowhere */
    Masking(DocumentBytes bytes, SensitiveValues hidden) {
        this.bytes = bytes;
        this.hidden = hidden;
    }

    MaskedValue value(String name, Range range, SensitiveMarks marks) throws IOException {
        return value(name, range, marks, 0);
    }

    private MaskedValue value(String name, Range range, SensitiveMarks marks, int depth) throws IOException {
        shown++;
        String known = hidden.hides(name) ? "(sensitive)" : name;
        byte first = bytes.at(range.from());
        if (first != '{' && first != '[') {
            return scalar(known, range, marks, first);
        }
        if (marks.marked()) {
            return sensitive(known);
        }
        if (depth == MAX_DEPTH) {
            return new MaskedValue(known, Kind.OMITTED, null, size(range), List.of());
        }
        if (first == '{') {
            Map<String, Range> members = bytes.members(range);
            if (members.size() == 2 && members.containsKey("value") && members.containsKey("type")) {
                return typed(known, members, marks, depth);
            }
        }
        return compound(known, range, marks, first == '{', depth);
    }

    /** An attribute of any type, which Terraform writes as a value and its type. */
    private MaskedValue typed(String name, Map<String, Range> members, SensitiveMarks marks, int depth)
            throws IOException {
        List<MaskedValue> inside = new ArrayList<>();
        for (Map.Entry<String, Range> member : members.entrySet()) {
            SensitiveMarks within = member.getKey().equals("value") ? marks.within() : marks.at(member.getKey());
            inside.add(value(member.getKey(), member.getValue(), within, depth + 1));
        }
        return new MaskedValue(name, Kind.OBJECT, null, members.size(), inside);
    }

    private MaskedValue compound(String name, Range range, SensitiveMarks marks, boolean object, int depth)
            throws IOException {
        List<MaskedValue> inside = new ArrayList<>();
        int[] count = {0};
        bytes.visit(range, (member, value) -> {
            String step = object ? member : Integer.toString(count[0]);
            count[0]++;
            if (shown < MAX_VALUES) {
                inside.add(value(step, value, marks.at(step), depth + 1));
            }
            return true;
        });
        return new MaskedValue(name, object ? Kind.OBJECT : Kind.LIST, null, count[0], inside);
    }

    private MaskedValue scalar(String name, Range range, SensitiveMarks marks, byte first) throws IOException {
        if (range.length() > StateDiff.LONGEST_VALUE) {
            boolean secret = marks.any() || ValueDiff.sensitive(marks, null, null);
            return secret ? sensitive(name) : new MaskedValue(name, Kind.OMITTED, null, size(range), List.of());
        }
        String json = bytes.text(range);
        if (ValueDiff.sensitive(marks, json, null) || hidden.hides(json)) {
            return sensitive(name);
        }
        return switch (first) {
            case '"' -> text(name, bytes.decoded(range));
            case 't', 'f' -> new MaskedValue(name, Kind.BOOLEAN, json, 0, List.of());
            case 'n' -> new MaskedValue(name, Kind.NULL, json, 0, List.of());
            default -> new MaskedValue(name, Kind.NUMBER, json, 0, List.of());
        };
    }

    private MaskedValue text(String name, String text) {
        return hidden.hides(text) ? sensitive(name) : new MaskedValue(name, Kind.TEXT, text, 0, List.of());
    }

    private static MaskedValue sensitive(String name) {
        return new MaskedValue(name, Kind.SENSITIVE, null, 0, List.of());
    }

    private static int size(@Nullable Range range) {
        return range == null ? 0 : (int) Math.min(Integer.MAX_VALUE, range.length());
    }
}
