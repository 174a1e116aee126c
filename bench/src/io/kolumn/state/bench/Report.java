package io.kolumn.state.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The results: each row is printed for people as soon as it is there, and all of them are kept for a file of JSON. */
final class Report {

    private final Options options;
    private final PrintStream out;
    private final List<Row> rows = new ArrayList<>();
    private String storage = "";

    Report(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /** What the figures depend on. */
    void begin() throws IOException {
        out.println(machine());
        for (Subject subject : options.packages()) {
            out.println("- " + subject.label() + ": " + (subject.nativeExecutable() ? "native executable" : "JVM")
                    + ", " + subject.path().getFileName());
        }
        out.printf(
                Locale.ROOT,
                "%nMedians of rounds of %.1f s, %d for each side, which take turns. A ratio is this build's number by the other's,"
                        + " lowest to highest round behind it: above 1 is better for /s, below 1 for all else.%n",
                options.slice().toMillis() / 1000.0,
                options.rounds());
    }

    private static String machine() throws IOException {
        Path cpu = Path.of("/proc/cpuinfo");
        String model = Files.exists(cpu)
                ? Files.readAllLines(cpu).stream()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 2))
                        .findFirst()
                        .orElse("unknown processor")
                : "unknown processor";
        return LocalDate.now(ZoneOffset.UTC) + ", " + Runtime.getRuntime().availableProcessors() + " processors ("
                + model + "), " + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", Java "
                + Runtime.version();
    }

    void skip(String what, String why) {
        out.println();
        out.println("Not measured: " + what + ": " + why);
    }

    void add(Row row) {
        if (row.sides().isEmpty()) {
            return;
        }
        if (!row.storage().equals(storage)) {
            storage = row.storage();
            out.println();
            out.println("## " + storage);
            out.println();
            out.println("| what | side | | ratio | p99 ms | ratio | processor ms | ratio |");
            out.println("|---|---|---|---|---|---|---|---|");
        }
        rows.add(row);
        String what = row.what();
        for (String side : row.sides().keySet()) {
            Row.Figure value = row.figure(side, Row.Round::value);
            String unit = row.unit().startsWith("/") ? row.unit() : " " + row.unit();
            out.println("| " + what + " | " + side + " | " + number(value.median()) + unit + " | " + spread(value)
                    + " | "
                    + cells(row.figure(side, Row.Round::p99)) + " | " + cells(row.figure(side, Row.Round::processor))
                    + " |");
            what = "";
        }
        out.flush();
    }

    private static String cells(Row.Figure figure) {
        return (figure.exists() ? number(figure.median()) : "") + " | "
                + (figure.compares() ? String.format(Locale.ROOT, "%.2f", figure.ratio()) : "");
    }

    private static String spread(Row.Figure figure) {
        return figure.compares()
                ? String.format(
                        Locale.ROOT, "**%.2f** (%.2f to %.2f)", figure.ratio(), figure.lowest(), figure.highest())
                : "";
    }

    /** Three digits, as many as such a figure can bear. */
    static String number(double value) {
        int digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    /** Writes all rows with the number of each round. */
    void write(Path file) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode().put("machine", machine());
        root.put("rounds", options.rounds()).put("seconds", options.slice().toMillis() / 1000.0);
        ArrayNode packages = root.putArray("packages");
        for (Subject subject : options.packages()) {
            packages.addObject()
                    .put("label", subject.label())
                    .put("native", subject.nativeExecutable())
                    .put("path", subject.path().toString());
        }
        ArrayNode all = root.putArray("rows");
        for (Row row : rows) {
            ObjectNode node = all.addObject()
                    .put("part", row.part().label())
                    .put("storage", row.storage())
                    .put("what", row.what())
                    .put("unit", row.unit());
            ObjectNode sides = node.putObject("sides");
            for (String side : row.sides().keySet()) {
                ObjectNode one = sides.putObject(side);
                put(one, row, side, "value", Row.Round::value);
                put(one, row, side, "p99Milliseconds", Row.Round::p99);
                put(one, row, side, "processorMilliseconds", Row.Round::processor);
            }
        }
        Files.writeString(file, mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
    }

    private static void put(ObjectNode side, Row row, String label, String name, ToDoubleFunction<Row.Round> number) {
        Row.Figure figure = row.figure(label, number);
        if (!figure.exists()) {
            return;
        }
        ObjectNode node = side.putObject(name).put("median", figure.median());
        if (figure.compares()) {
            node.put("ratio", figure.ratio()).put("lowest", figure.lowest()).put("highest", figure.highest());
        }
        ArrayNode rounds = node.putArray("rounds");
        for (Row.Round round : row.sides().get(label)) {
            rounds.add(number.applyAsDouble(round));
        }
    }
}
