package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/architecture.md names the packages, arrows and classes that there are. */
class ArchitecturePageTest {

    private static final Path PAGE = Path.of("docs/architecture.md");
    private static final Path SOURCES = Path.of("src/main/java");
    private static final String ROOT = "io.kolumn.state";
    private static final String BEGIN = "<!-- packages:begin -->\n";
    private static final String END = "<!-- packages:end -->\n";

    private static final Pattern IMPORT =
            Pattern.compile("(?m)^import (?:static )?(io\\.kolumn\\.state(?:\\.[a-z][a-z0-9]*)*)\\.[A-Z]");
    private static final Pattern SUMMARY = Pattern.compile("(?s)/\\*\\*(.*?\\.)(?:\\s|\\*/)");
    private static final Pattern TAG = Pattern.compile("\\{@(?:link|code) (?:[a-z.]*\\.)?([^}]*)}");
    private static final Pattern TYPE = Pattern.compile("\\b(?:class|record|interface|enum) ([A-Z]\\w*)");
    private static final Pattern NAMED = Pattern.compile("`([A-Z][a-z]\\w*)(?:\\.\\w+)?`");

    @Test
    void theTableShowsEveryPackageWithWhatItHoldsAndImports() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        assertThat(end).isGreaterThanOrEqualTo(begin);
        if (Boolean.getBoolean("reference.update")) {
            page = page.substring(0, begin) + table() + page.substring(end);
            Files.writeString(PAGE, page);
            end = page.indexOf(END);
        }
        assertThat(page.substring(begin, end)).isEqualTo(table());
    }

    @Test
    void everyClassThatThePageNamesIsThere() throws IOException {
        Set<String> types = new TreeSet<>();
        for (Path root : Set.of(SOURCES, Path.of("src/test/java"))) {
            for (String text : sources(root).values()) {
                TYPE.matcher(text).results().map(type -> type.group(1)).forEach(types::add);
            }
        }
        Set<String> named = NAMED.matcher(Files.readString(PAGE))
                .results()
                .map(name -> name.group(1))
                .filter(name -> !name.equals("Clock"))
                .collect(Collectors.toSet());
        assertThat(named).contains("StateBackend", "StateStore");
        named.removeAll(types);
        assertThat(named).as("named and not there").isEmpty();
    }

    private static String table() throws IOException {
        Map<String, Set<String>> arrows = new TreeMap<>();
        Map<String, String> summaries = new TreeMap<>();
        for (Map.Entry<Path, String> source : sources(SOURCES).entrySet()) {
            Path folder = SOURCES.relativize(source.getKey()).getParent();
            String inside = folder.toString().replace('/', '.').replace('\\', '.');
            IMPORT.matcher(source.getValue())
                    .results()
                    .map(found -> found.group(1))
                    .filter(other -> !other.equals(inside))
                    .forEach(arrows.computeIfAbsent(inside, key -> new TreeSet<>())::add);
            arrows.computeIfAbsent(inside, key -> new TreeSet<>());
            if (source.getKey().endsWith("package-info.java")) {
                summaries.put(inside, summary(source.getValue()));
            }
        }
        StringBuilder text = new StringBuilder("\n| package | holds | imports |\n|---|---|---|\n");
        arrows.forEach((name, others) -> text.append("| `")
                .append(shown(name))
                .append("` | ")
                .append(summaries.get(name))
                .append(" | ")
                .append(others.stream().map(other -> '`' + shown(other) + '`').collect(Collectors.joining(", ")))
                .append(" |\n"));
        return text.append('\n').toString();
    }

    private static String shown(String name) {
        return name.equals(ROOT) ? name : name.substring(ROOT.length());
    }

    /** The first sentence. */
    private static String summary(String source) {
        Matcher summary = SUMMARY.matcher(source);
        assertThat(summary.find()).isTrue();
        String plain = summary.group(1).replaceAll("\\s*\\n \\* ?", " ").strip();
        return TAG.matcher(plain).replaceAll((MatchResult tag) -> {
            String name = tag.group(1);
            return '`' + name.substring(name.lastIndexOf('.') + 1) + '`';
        });
    }

    private static Map<Path, String> sources(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            Map<Path, String> sources = new TreeMap<>();
            files.filter(file -> file.toString().endsWith(".java")).forEach(file -> sources.put(file, text(file)));
            return sources;
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
