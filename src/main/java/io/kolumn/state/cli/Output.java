package io.kolumn.state.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.MovedTo;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.MoveResult;
import io.kolumn.state.config.IoFault;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a verb answers: aligned columns for people, or JSON with exact values, whose members are those of {@code /v1}. */
final class Output {

    /** How it is written. */
    enum Format {
        TABLE,
        JSON
    }

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss'Z'", Locale.ROOT);
    private static final ObjectWriter JSON =
            new JsonMapper().writerWithDefaultPrettyPrinter().without(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

    private final Format format;
    private final Terminal terminal;

    Output(Format format, Terminal terminal) {
        this.format = format;
        this.terminal = terminal;
    }

    boolean json() {
        return format == Format.JSON;
    }

    /** A value made of maps, lists, texts, numbers and truth values. */
    void json(@Nullable Object value) {
        try {
            JSON.writeValue(terminal.out(), value);
            terminal.out().write('\n');
            terminal.out().flush();
        } catch (IOException e) {
            throw new StateCommand.Failure("The output cannot be written: " + IoFault.text(e) + ".");
        }
    }

    void line(String text) {
        PrintWriter out = terminal.text();
        out.println(harmless(text));
        out.flush();
    }

    /** Text as it is, which may be of several lines. */
    void text(String text) {
        PrintWriter out = terminal.text();
        out.println(text);
        out.flush();
    }

    /** Columns as wide as their widest value; those whose heading ends with {@code >} are aligned to the right. */
    void table(List<String> headings, List<List<String>> rows) {
        int columns = headings.size();
        int[] widths = new int[columns];
        for (int column = 0; column < columns; column++) {
            widths[column] = heading(headings.get(column)).length();
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], width(harmless(row.get(column))));
            }
        }
        PrintWriter out = terminal.text();
        out.println(row(headings, headings.stream().map(Output::heading).toList(), widths));
        rows.forEach(row -> out.println(row(headings, row, widths)));
        out.flush();
    }

    private static String row(List<String> headings, List<String> values, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String value = harmless(values.get(column));
            String room = " ".repeat(widths[column] - width(value));
            line.append(column == 0 ? "" : "  ");
            line.append(headings.get(column).endsWith(">") ? room + value : value + room);
        }
        return line.toString().stripTrailing();
    }

    private static String heading(String heading) {
        return heading.endsWith(">") ? heading.substring(0, heading.length() - 1) : heading;
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Names before values, one a line. */
    void details(Map<String, String> values) {
        int width = values.keySet().stream().mapToInt(String::length).max().orElse(0);
        PrintWriter out = terminal.text();
        values.forEach((name, value) ->
                out.println((name + " ".repeat(width - name.length()) + "  " + harmless(value)).stripTrailing()));
        out.flush();
    }

    /** What others wrote must not move the cursor or look like another line. */
    static String harmless(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    static String time(Instant time) {
        return TIME.format(time.atOffset(ZoneOffset.UTC));
    }

    /** As {@code 3.4 MiB}. */
    static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 1024 && unit < 4) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %siB", value, "KMGTP".charAt(unit));
    }

    static String shown(@Nullable Object value) {
        return value == null ? "-" : value.toString();
    }

    /** A version's record as {@code /v1} shows it. */
    static Map<String, Object> json(StateVersion version) {
        Map<String, Object> json = new LinkedHashMap<>();
        if (version.number() == 0) {
            json.put("id", version.id());
        } else {
            json.put("version", version.number());
        }
        json.put("format", version.format().name().toLowerCase(Locale.ROOT));
        put(json, "serial", version.serial());
        put(json, "lineage", version.lineage());
        json.put("checksum", version.sha256());
        json.put("size", version.size());
        json.put("created", version.created().toString());
        json.put("author", version.author());
        json.put("operation", version.operation());
        json.put("fence", version.fence());
        return json;
    }

    /** A lock as {@code /v1} shows it. */
    static Map<String, Object> json(Lock lock) {
        LockInfo info = lock.info();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", info.id());
        json.put("path", info.path());
        json.put("who", info.who());
        json.put("version", info.version());
        put(json, "created", info.created() == null ? null : info.created().toString());
        json.put("reason", info.info());
        json.put("operation", info.operation());
        json.put("fence", lock.fence());
        json.put("acquired", lock.acquired().toString());
        put(json, "expires", lock.expires() == null ? null : lock.expires().toString());
        put(json, "owner", lock.owner().isEmpty() ? null : lock.owner());
        return json;
    }

    static Map<String, Object> json(MovedTo moved) {
        Map<String, Object> json = new LinkedHashMap<>();
        put(json, "to", moved.name() == null ? null : moved.name().value());
        json.put("at", moved.at().toString());
        json.put("until", moved.until().toString());
        json.put("who", moved.who());
        return json;
    }

    /** What moving or copying came to. */
    void carried(String done, MoveResult carried) {
        if (json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("from", carried.from().value());
            json.put("to", carried.to().value());
            json.put("versions", carried.versions());
            json.put("quarantined", carried.quarantined());
            put(json, "current", carried.current() == null ? null : json(carried.current()));
            json.put("changed", carried.changed());
            json(json);
        } else {
            line((carried.changed() ? done : "Unchanged") + ": " + carried.from() + " to " + carried.to() + " ("
                    + carried.versions() + " versions, " + carried.quarantined() + " quarantined)");
        }
    }

    /** Text that is JSON already; null for none. */
    static @Nullable Object raw(@Nullable String json) {
        return json == null ? null : new RawValue(json);
    }

    static void put(Map<String, Object> json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value);
        }
    }
}
