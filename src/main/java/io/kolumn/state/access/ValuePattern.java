package io.kolumn.state.access;

import java.util.List;
import java.util.regex.Pattern;

/** A pattern of a claim's value or of a name: {@code *} is anything but a slash, {@code **} anything. */
final class ValuePattern {

    private final String text;
    private final Pattern pattern;

    private ValuePattern(String text) {
        this.text = text;
        StringBuilder regex = new StringBuilder();
        int literal = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '*') {
                regex.append(Pattern.quote(text.substring(literal, i)));
                boolean any = text.startsWith("**", i);
                regex.append(any ? ".*" : "[^/]*");
                i += any ? 1 : 0;
                literal = i + 1;
            }
        }
        regex.append(Pattern.quote(text.substring(literal)));
        this.pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    static ValuePattern of(String text) {
        return new ValuePattern(text);
    }

    boolean matches(String value) {
        return pattern.matcher(value).matches();
    }

    boolean matchesAny(List<String> values) {
        return values.stream().anyMatch(this::matches);
    }

    @Override
    public String toString() {
        return text;
    }
}
