package io.kolumn.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What labels a state must have to be listed: all of these values, and all of these keys.
 *
 * @param equal labels with these values
 * @param present keys with any value
 */
public record LabelSelector(Labels equal, Set<String> present) {

    /** Selects every state, also one without labels. */
    public static final LabelSelector ALL = new LabelSelector(Labels.NONE, Set.of());

    /**
     * Creates a selector.
     *
     * @throws StateException.Invalid if no label can have such a key, or there are too many keys
     */
    public LabelSelector {
        present.forEach(Labels::checkKey);
        if (equal.values().size() + present.size() > Labels.MAX_COUNT) {
            throw new StateException.Invalid("At most " + Labels.MAX_COUNT + " labels can be asked for at once.");
        }
        present = Set.copyOf(present);
    }

    /**
     * Returns the selector of a text such as {@code team=a,cost-center}: parts with a comma between them, each a key with a
     * value or a key alone. A comma in a value is written as {@code \,} and a backslash as {@code \\}.
     *
     * @param text empty for {@link #ALL}
     * @throws StateException.Invalid if a part is none, or gives a key twice
     */
    public static LabelSelector parse(String text) {
        return text.isEmpty() ? ALL : of(parts(text));
    }

    /**
     * Returns the selector of these parts, each {@code key=value} or {@code key}.
     *
     * @throws StateException.Invalid if a part is none, or gives a key twice
     */
    public static LabelSelector of(List<String> parts) {
        TreeMap<String, String> equal = new TreeMap<>();
        Set<String> present = new TreeSet<>();
        for (String part : parts) {
            int sign = part.indexOf('=');
            String key = sign < 0 ? part : part.substring(0, sign);
            Labels.checkKey(key);
            if (equal.containsKey(key) || present.contains(key)) {
                throw new StateException.Invalid("Label '" + key + "' is asked for twice.");
            }
            if (sign < 0) {
                present.add(key);
            } else {
                equal.put(key, part.substring(sign + 1));
            }
        }
        return new LabelSelector(Labels.of(equal), present);
    }

    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ',') {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                boolean escaped = c == '\\' && i + 1 < text.length() && "\\,".indexOf(text.charAt(i + 1)) >= 0;
                part.append(escaped ? text.charAt(++i) : c);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    /** Returns whether this is {@link #ALL}. */
    public boolean isEmpty() {
        return equal.isEmpty() && present.isEmpty();
    }

    /** Returns whether a state with these labels is selected; null for none. */
    public boolean matches(@Nullable Labels labels) {
        return isEmpty()
                || (labels != null
                        && labels.values().entrySet().containsAll(equal.values().entrySet())
                        && labels.values().keySet().containsAll(present));
    }

    /** Returns the text that {@link #parse} takes. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        equal.values()
                .forEach((key, value) -> text.append(text.isEmpty() ? "" : ",")
                        .append(key)
                        .append('=')
                        .append(value.replace("\\", "\\\\").replace(",", "\\,")));
        new TreeSet<>(present)
                .forEach(key -> text.append(text.isEmpty() ? "" : ",").append(key));
        return text.toString();
    }
}
