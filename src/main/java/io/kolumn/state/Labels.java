package io.kolumn.state;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The labels of a state: at most {@value #MAX_COUNT} keys with a value each, in the order of the keys. They are plain text for
 * people and filters, whatever encrypts the documents.
 *
 * @param values the value of each key. A key is {@code [A-Za-z0-9][A-Za-z0-9 _.:+@/-]*}, of at most
 *     {@value #LONGEST_KEY} characters; a value has at most {@value #LONGEST_VALUE}, none of them a control character
 */
public record Labels(SortedMap<String, String> values) {

    public static final int MAX_COUNT = 64;
    public static final int LONGEST_KEY = 128;
    public static final int LONGEST_VALUE = 256;

    /** No labels. */
    public static final Labels NONE = new Labels(new TreeMap<>());

    private static final String KEY_RULE = "[A-Za-z0-9][A-Za-z0-9 _.:+@/-]*";
    private static final Pattern KEY = Pattern.compile(KEY_RULE);

    /**
     * Creates labels from a copy of the map.
     *
     * @throws StateException.Invalid if a key or a value is not allowed, or there are too many; it names the key
     */
    public Labels {
        values.forEach((key, value) -> {
            checkKey(key);
            checkValue(key, value);
        });
        if (values.size() > MAX_COUNT) {
            throw new StateException.Invalid(
                    "There would be " + values.size() + " labels; a state has at most " + MAX_COUNT + ".");
        }
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /**
     * Returns labels with these values, in the order of their keys.
     *
     * @throws StateException.Invalid as the constructor
     */
    public static Labels of(Map<String, String> values) {
        return new Labels(new TreeMap<>(values));
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** Returns the value of a key, or null if there is no such label. */
    public @Nullable String get(String key) {
        return values.get(key);
    }

    /**
     * Returns these labels after a change.
     *
     * @param changes the new value of each key; null removes it, and a missing one is no error
     * @throws StateException.Invalid if a key or a value is not allowed, or there would be too many
     */
    public Labels with(Map<String, @Nullable String> changes) {
        SortedMap<String, String> merged = new TreeMap<>(values);
        changes.forEach((key, value) -> {
            checkKey(key);
            if (value == null) {
                merged.remove(key);
            } else {
                merged.put(key, value);
            }
        });
        return new Labels(merged);
    }

    /** @throws StateException.Invalid if no label can have this key */
    static void checkKey(String key) {
        if (key.length() > LONGEST_KEY) {
            throw new StateException.Invalid("The label key '" + shown(key) + "' has " + key.length()
                    + " characters; at most " + LONGEST_KEY + " are allowed.");
        }
        if (!KEY.matcher(key).matches()) {
            throw new StateException.Invalid(
                    "The label key '" + shown(key) + "' is not allowed; a key is " + KEY_RULE + ".");
        }
    }

    /** @throws StateException.Invalid if no label can have this value */
    static void checkValue(String key, String value) {
        if (value.length() > LONGEST_VALUE) {
            throw new StateException.Invalid("The value of label '" + key + "' has " + value.length()
                    + " characters; at most " + LONGEST_VALUE + " are allowed.");
        }
        int bad = value.codePoints()
                .filter(point -> Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE)
                .findFirst()
                .orElse(-1);
        if (bad >= 0) {
            throw new StateException.Invalid("The value of label '" + key + "' has the character "
                    + String.format(Locale.ROOT, "U+%04X", bad)
                    + "; control characters and halves of surrogate pairs are not allowed.");
        }
    }

    private static String shown(String key) {
        StringBuilder shown = new StringBuilder();
        key.chars()
                .limit(60)
                .mapToObj(
                        c -> c >= ' ' && c < 0x7f ? String.valueOf((char) c) : String.format(Locale.ROOT, "\\u%04x", c))
                .forEach(shown::append);
        return key.length() > 60 ? shown.append("...").toString() : shown.toString();
    }

    /** Returns {@code key=value} for each label, with a comma and a space between them. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        values.forEach((key, value) ->
                text.append(text.isEmpty() ? "" : ", ").append(key).append('=').append(value));
        return text.toString();
    }
}
