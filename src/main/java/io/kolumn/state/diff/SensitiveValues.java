package io.kolumn.state.diff;

import io.kolumn.state.diff.DocumentBytes.Range;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The texts of an instance that are sensitive. The same text is not shown where it stands without a mark: Terraform marks
 * what went into a resource, and not what the resource gives back of it. It may be spelt otherwise there: as a part of JSON
 * in a text, or of a URL.
 */
final class SensitiveValues {

    /** A shorter text is in too much else to say anything; if nothing but its name makes it one, a longer one too. */
    private static final int SHORTEST = 4;

    private static final int SHORTEST_GUESSED = 6;

    private static final int MOST = 1_000;
    private static final int MAX_DEPTH = 64;

    /** How often a text is taken for JSON within a text: a policy in a template in a document. */
    private static final int NESTED = 3;

    private final Set<String> texts = new HashSet<>();

    /** Adds the texts within this value that are sensitive. */
    void add(DocumentBytes bytes, Range value, SensitiveMarks marks) throws IOException {
        add(bytes, value, marks, 0);
    }

    private void add(DocumentBytes bytes, Range value, SensitiveMarks marks, int depth) throws IOException {
        byte kind = bytes.at(value.from());
        if (!(marks.any() || marks.names()) || depth > MAX_DEPTH || texts.size() >= MOST) {
            return;
        }
        if (kind == '"' && marks.marked() && value.length() <= StateDiff.LONGEST_VALUE) {
            String text = bytes.decoded(value);
            if (text.length() >= (marks.guessed() ? SHORTEST_GUESSED : SHORTEST)) {
                texts.add(text);
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
        return marks.marked() ? marks : step.equals("value") && marks.any() ? marks.within() : marks.at(step);
    }

    /** The same attribute, hidden if one of the texts is in it; a key of a map can be one, too. */
    StateDiff.Attribute without(StateDiff.Attribute attribute) {
        boolean path = isIn(attribute.path());
        return path || isIn(attribute.before()) || isIn(attribute.after())
                ? new StateDiff.Attribute(
                        path ? withoutKeys(attribute.path()) : attribute.path(), null, null, true, false)
                : attribute;
    }

    /** Whether one of the texts is in this one, however it is spelt there. */
    boolean areIn(String text) {
        return isIn(text);
    }

    /** Up to the first key that holds one of the texts. */
    private String withoutKeys(String path) {
        int end = path.length();
        while (end > 0 && isIn(path.substring(0, end))) {
            end = Math.max(path.lastIndexOf('[', end - 1), path.lastIndexOf('.', end - 1));
        }
        return path.substring(0, Math.max(end, 0)) + "[(sensitive)]";
    }

    private boolean isIn(@Nullable String shown) {
        if (shown == null || texts.isEmpty()) {
            return false;
        }
        String spelt = shown;
        for (int level = 0; level <= NESTED; level++) {
            String now = spelt;
            String fromUrl = fromUrl(now);
            if (texts.stream().anyMatch(text -> now.contains(text) || fromUrl.contains(text))) {
                return true;
            }
            spelt = unescaped(now);
            if (spelt.equals(now)) {
                return false;
            }
        }
        return false;
    }

    /** With the escapes of a URL taken for what they stand for; as it is if there are none. */
    private static String fromUrl(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        ByteArrayOutputStream plain = new ByteArrayOutputStream(text.length());
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
            plain.write(low < 0 ? bytes[i] : high * 16 + low);
            i += low < 0 ? 0 : 2;
        }
        return plain.toString(StandardCharsets.UTF_8);
    }

    /** With the escapes of JSON taken for what they stand for, wherever they are. */
    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                plain.append(c);
                continue;
            }
            char escape = text.charAt(++i);
            switch (escape) {
                case 'n' -> plain.append('\n');
                case 'r' -> plain.append('\r');
                case 't' -> plain.append('\t');
                case 'b' -> plain.append('\b');
                case 'f' -> plain.append('\f');
                case 'u' -> {
                    int unit = unit(text, i + 1);
                    plain.append(unit < 0 ? escape : (char) unit);
                    i += unit < 0 ? 0 : 4;
                }
                default -> plain.append(escape);
            }
        }
        return plain.toString();
    }

    /** The four hexadecimal digits from here on; -1 if there are none. */
    private static int unit(String text, int from) {
        int unit = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = i < text.length() ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            unit = unit * 16 + digit;
        }
        return unit;
    }
}
