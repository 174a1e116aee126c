package io.kolumn.state.telemetry;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * A line of the log that is made of fields: {@code name=value} in its text, and members of their own where the log is JSON.
 * What a client wrote cannot look like another line or another field.
 */
final class LogLine {

    private static final int LONGEST = 500;
    private static final Pattern PLAIN = Pattern.compile("[\\w.@:+/{}-]+");
    private static final Pattern HARMFUL = Pattern.compile("[\\p{Cntrl}\"\\\\]");

    private final StringBuilder text;
    private final Map<String, String> members = new LinkedHashMap<>();

    LogLine(String event) {
        this.text = new StringBuilder(event);
    }

    /** One that is null is left out. */
    LogLine with(String name, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        String shown = harmless(value.toString());
        members.put(name, shown);
        text.append(' ').append(name).append('=').append(PLAIN.matcher(shown).matches() ? shown : '"' + shown + '"');
        return this;
    }

    /** One that is null or empty is a dash in the text. */
    LogLine dashed(String name, @Nullable Object value) {
        if (value == null || value.toString().isEmpty()) {
            text.append(' ').append(name).append("=-");
            return this;
        }
        return with(name, value);
    }

    private static String harmless(String value) {
        String brief = value.length() > LONGEST ? value.substring(0, LONGEST) + "…" : value;
        return HARMFUL.matcher(brief).replaceAll("?");
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /** Writes it, by the logger of whoever calls; the members are there meanwhile. */
    void info(Consumer<String> log) {
        members.forEach(MDC::put);
        try {
            log.accept(toString());
        } finally {
            members.keySet().forEach(MDC::remove);
        }
    }
}
