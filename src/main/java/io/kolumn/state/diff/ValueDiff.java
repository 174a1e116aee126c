package io.kolumn.state.diff;

import io.kolumn.state.diff.DocumentBytes.Range;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compares two values by their ranges: equal bytes are equal values, and only what differs is looked into, one level at a
 * time. The order of members, white space and the spelling of short texts and of numbers make no difference.
 */
final class ValueDiff {

    /** Deeper differences are those of the value at this depth; no provider nests so deep. */
    private static final int MAX_DEPTH = 64;

    /** A value with more inside is compared as a whole. */
    private static final int MAX_INSIDE = 100_000;

    /** Texts up to this size, in bytes, are decoded if their bytes differ. */
    private static final int SHORT = 32 * 1024;

    private static final int LONGEST_NUMBER = 40;
    private static final Pattern PLAIN_NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");

    /** Takes what differs; false if it wants no more. */
    interface Sink {
        boolean add(StateDiff.Attribute attribute);
    }

    private final DocumentBytes before;
    private final DocumentBytes after;
    private final boolean showing;

    /** @param showing whether the values of what is sensitive are told */
    ValueDiff(DocumentBytes before, DocumentBytes after, boolean showing) {
        this.before = before;
        this.after = after;
        this.showing = showing;
    }

    /** Whether two values differ in anything that counts. */
    boolean differ(Range old, Range now) throws IOException {
        boolean[] found = new boolean[1];
        compare("", old, now, SensitiveMarks.NONE, 0, attribute -> {
            found[0] = true;
            return false;
        });
        return found[0];
    }

    /** Tells the sink of every difference; returns false when that wants no more. */
    boolean compare(String path, Range old, Range now, SensitiveMarks marks, Sink sink) throws IOException {
        return compare(path, old, now, marks, 0, sink);
    }

    private boolean compare(String path, Range old, Range now, SensitiveMarks marks, int depth, Sink sink)
            throws IOException {
        if (before.same(old, after, now)) {
            return true;
        }
        byte kind = before.at(old.from());
        if (marks.marked() || kind != after.at(now.from()) || depth == MAX_DEPTH) {
            return !changed(kind, old, now) || sink.add(attribute(path, old, now, marks));
        }
        Map<String, Range> oldInside = kind == '{' || kind == '[' ? inside(before, old) : null;
        Map<String, Range> nowInside = oldInside == null ? null : inside(after, now);
        if (oldInside == null || nowInside == null) {
            return !changed(kind, old, now) || sink.add(attribute(path, old, now, marks));
        }
        boolean oldTyped = kind == '{' && typed(oldInside);
        boolean nowTyped = kind == '{' && typed(nowInside);
        if (oldTyped && nowTyped) {
            return values(path, oldInside, nowInside, marks, depth, sink);
        }
        Set<String> keys = new LinkedHashSet<>(nowInside.keySet());
        keys.addAll(oldInside.keySet());
        for (String key : keys) {
            String inner = kind == '{' ? ResourceAddress.member(path, key) : path + "[" + key + "]";
            Range left = oldInside.get(key);
            Range right = nowInside.get(key);
            boolean within = key.equals("value") && (oldTyped || nowTyped);
            SensitiveMarks innerMarks = within ? marks.within() : marks.at(key);
            boolean more = (left != null && right != null)
                    ? compare(inner, left, right, innerMarks, depth + 1, sink)
                    : sink.add(attribute(inner, left, right, innerMarks));
            if (!more) {
                return false;
            }
        }
        return true;
    }

    /** Whether it looks like an attribute of any type, which Terraform writes as a value and its type. */
    private static boolean typed(Map<String, Range> inside) {
        return inside.size() == 2 && inside.containsKey("value") && inside.containsKey("type");
    }

    /** The values of two such attributes by the path of the attribute; their types only where nothing else differs. */
    private boolean values(
            String path, Map<String, Range> old, Map<String, Range> now, SensitiveMarks marks, int depth, Sink sink)
            throws IOException {
        boolean[] found = new boolean[1];
        Range oldValue = Objects.requireNonNull(old.get("value"));
        Range nowValue = Objects.requireNonNull(now.get("value"));
        boolean more = compare(path, oldValue, nowValue, marks.within(), depth + 1, attribute -> {
            found[0] = true;
            return sink.add(attribute);
        });
        if (!more || found[0]) {
            return more;
        }
        String type = ResourceAddress.member(path, "type");
        Range oldType = Objects.requireNonNull(old.get("type"));
        Range nowType = Objects.requireNonNull(now.get("type"));
        return compare(type, oldType, nowType, marks.at("type"), depth + 1, sink);
    }

    /** Members by name, elements by index; null if there are too many. */
    private static @Nullable Map<String, Range> inside(DocumentBytes bytes, Range range) throws IOException {
        Map<String, Range> inside = new LinkedHashMap<>();
        boolean object = bytes.at(range.from()) == '{';
        bytes.visit(range, (name, value) -> {
            inside.put(object ? name : Integer.toString(inside.size()), value);
            return inside.size() <= MAX_INSIDE;
        });
        return inside.size() > MAX_INSIDE ? null : inside;
    }

    /** Of two values whose bytes differ. */
    private boolean changed(byte kind, Range old, Range now) throws IOException {
        byte other = after.at(now.from());
        if (kind == '{' || kind == '[') {
            return kind != other
                    || old.length() > SHORT
                    || now.length() > SHORT
                    || new ValueDiff(before, after, false).differ(old, now);
        }
        if (kind == '"' && other == '"') {
            return old.length() > SHORT
                    || now.length() > SHORT
                    || !before.decoded(old).equals(after.decoded(now));
        }
        return old.length() > LONGEST_NUMBER
                || now.length() > LONGEST_NUMBER
                || !equalNumbers(before.text(old), after.text(now));
    }

    /** Numbers with an exponent are equal only if they are spelt alike. */
    private static boolean equalNumbers(String old, String now) {
        return PLAIN_NUMBER.matcher(old).matches()
                && PLAIN_NUMBER.matcher(now).matches()
                && plain(old).equals(plain(now));
    }

    /** Without zeros behind the point; JSON has none before the number. */
    private static String plain(String number) {
        String shortest = number.indexOf('.') < 0 ? number : number.replaceFirst("\\.?0+$", "");
        return shortest.equals("-0") ? "0" : shortest;
    }

    /** {@code old} or {@code now} is null where there is no such value. */
    StateDiff.Attribute attribute(String path, @Nullable Range old, @Nullable Range now, SensitiveMarks marks) {
        boolean truncated = tooLong(old) || tooLong(now);
        String earlier = truncated || old == null ? null : before.text(old);
        String later = truncated || now == null ? null : after.text(now);
        boolean sensitive = sensitive(marks, earlier, later);
        boolean shown = showing || !sensitive;
        return new StateDiff.Attribute(
                path, shown ? earlier : null, shown ? later : null, sensitive, truncated && shown);
    }

    /** A value that is neither text nor number nor holds one is not a secret, whatever its name. */
    static boolean sensitive(SensitiveMarks marks, @Nullable String earlier, @Nullable String later) {
        if (marks.guessed()) {
            return says(earlier) || says(later) || (earlier == null && later == null);
        }
        return marks.any() || (marks.names() && (names(earlier) || names(later)));
    }

    private static boolean says(@Nullable String json) {
        return json != null && !json.equals("null") && !json.equals("true") && !json.equals("false");
    }

    private static boolean names(@Nullable String json) {
        return json != null && SecretNames.given(json);
    }

    private static boolean tooLong(@Nullable Range range) {
        return range != null && range.length() > StateDiff.LONGEST_VALUE;
    }

    /** The members of an object that differ, or are only in one, but for these. */
    List<String> differingMembers(Map<String, Range> old, Map<String, Range> now, Set<String> besides)
            throws IOException {
        List<String> differing = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>(now.keySet());
        names.addAll(old.keySet());
        names.removeAll(besides);
        for (String name : names) {
            Range left = old.get(name);
            Range right = now.get(name);
            if (left == null || right == null || differ(left, right)) {
                differing.add(name);
            }
        }
        return differing;
    }
}
