package io.kolumn.state.transfer;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateName;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A name for what another tool calls as no state here can be called. In it {@code _x<hex>_} is the character of that code
 * point, and {@code _x_} an empty segment: {@code ../my app} becomes {@code _x2E_./my_x20_app}. So it can be read back. What is
 * a valid name stays as it is, also {@code my_x20_app}: who maps several looks whether two became one.
 */
public final class NameMapping {

    private NameMapping() {}

    /** The text itself if it is a valid name; otherwise one that stands for it, which may be too long for a name. */
    public static String of(String text) {
        return isName(text)
                ? text
                : Arrays.stream(text.split("/", -1)).map(NameMapping::segment).collect(Collectors.joining("/"));
    }

    private static boolean isName(String text) {
        try {
            return StateName.of(text).value().equals(text);
        } catch (Invalid e) {
            return false;
        }
    }

    private static String segment(String segment) {
        if (segment.isEmpty()) {
            return "_x_";
        }
        boolean dots = segment.equals(".") || segment.equals("..");
        StringBuilder mapped = new StringBuilder();
        for (int at = 0; at < segment.length(); ) {
            int c = segment.codePointAt(at);
            boolean first = at == 0 && (c == '-' || dots);
            boolean escape = segment.startsWith("_x", at);
            if (first || escape || !allowed(c)) {
                mapped.append("_x")
                        .append(Integer.toHexString(c).toUpperCase(Locale.ROOT))
                        .append('_');
            } else {
                mapped.append((char) c);
            }
            at += Character.charCount(c);
        }
        return mapped.toString();
    }

    private static boolean allowed(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "._-".indexOf(c) >= 0;
    }
}
