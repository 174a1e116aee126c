package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages for readers: their links lead somewhere, every page is in the index, and every key that they name exists. */
class DocumentationTest {

    private static final Path README = Path.of("README.md");
    private static final Path DOCS = Path.of("docs");
    private static final Path INDEX = DOCS.resolve("README.md");
    private static final Path REFERENCE = DOCS.resolve("configuration.md");

    private static final Path DESCRIPTION = Path.of("src/main/filtered/META-INF/kolumn-state-openapi.json");
    private static final Path MONITORING = Path.of("k8s/overlays/monitoring");

    private static final Pattern ADDRESS = Pattern.compile("(?m)^\\| `(/(?:v1|terraform)[^`]*)` \\| ([^|]*)");
    private static final Pattern METHOD = Pattern.compile("`([A-Z]+)`");
    private static final Pattern ALERT = Pattern.compile("alert: (\\w+)");
    private static final Pattern ALERT_ROW = Pattern.compile("(?m)^\\| `(KolumnState\\w+)`");
    private static final Pattern METRIC = Pattern.compile("\\b(kolumn_state_\\w+)");

    private static final List<Path> SOURCES = List.of(Path.of("src/main/java"), Path.of("src/test/java"));
    private static final Pattern CLASS = Pattern.compile("io\\.kolumn\\.state(?:\\.[a-z][a-z0-9]*)*\\.[A-Z]\\w*");

    private static final Pattern FENCED = Pattern.compile("(?ms)^[ \\t]*```.*?^[ \\t]*```[ \\t]*$");
    private static final Pattern CODE = Pattern.compile("`[^`\\n]*`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.*?) *$");
    private static final Pattern KEY =
            Pattern.compile("(?<!io\\.)kolumn\\.state\\.[a-z0-9.-]*[a-z0-9](?![a-z0-9.-]*[<*])");
    private static final Pattern FORMER = Pattern.compile("Formerly `([^`]+)`");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(kolumn\\.state\\.[^`]+)` \\|");

    private static final Pattern DECISION =
            Pattern.compile("(?m)^\\| \\[(\\d{4})]\\(([^)]+)\\) \\| (.+?) \\| \\d{4}-\\d\\d-\\d\\d \\| .+ \\|$");

    /** Keys of names that readers choose, and of the store that docs/custom-store.md shows. */
    private static final Pattern CHOSEN =
            Pattern.compile("kolumn\\.state\\.(user|token|issuer|policy|webhooks|journal)(\\..*)?");

    @Test
    void everyLinkLeadsToAFileAndAHeadingThatAreThere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            for (String link : links(page)) {
                if (!isThere(page, link)) {
                    broken.add(page + ": " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyPageIsInTheIndexOfItsFolder() throws IOException {
        Set<Path> indexed = new HashSet<>(List.of(README, INDEX));
        for (Path index : List.of(README, INDEX, DOCS.resolve("adr/README.md"), DOCS.resolve("deploy/README.md"))) {
            for (String link : links(index)) {
                indexed.add(target(index, link));
            }
        }
        assertThat(pages().stream().filter(page -> page.startsWith(DOCS) && !indexed.contains(page)))
                .as("in no index")
                .isEmpty();
    }

    /** Decisions and changes tell of keys as they were then. */
    @Test
    void everyKeyThatAPageNamesIsInTheReference() throws IOException {
        Set<String> keys = ROW.matcher(Files.readString(REFERENCE))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toSet());
        FORMER.matcher(Files.readString(REFERENCE)).results().forEach(row -> keys.add(row.group(1)));
        assertThat(keys).contains("kolumn.state.backend");
        List<String> unknown = new ArrayList<>();
        for (Path page : pages()) {
            if (page.startsWith(DOCS.resolve("adr")) || page.startsWith("bench") || page.endsWith("CHANGELOG.md")) {
                continue;
            }
            KEY.matcher(Files.readString(page))
                    .results()
                    .map(found -> found.group())
                    .filter(key -> !CHOSEN.matcher(key).matches())
                    .filter(key -> keys.stream().noneMatch(known -> known.equals(key) || known.startsWith(key + '.')))
                    .forEach(key -> unknown.add(page + ": " + key));
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void everyClassThatAPageNamesInFullIsThere() throws IOException {
        List<String> gone = new ArrayList<>();
        for (Path page : pages()) {
            CLASS.matcher(text(page))
                    .results()
                    .map(found -> found.group())
                    .filter(name -> SOURCES.stream()
                            .noneMatch(folder -> Files.exists(folder.resolve(name.replace('.', '/') + ".java"))))
                    .forEach(name -> gone.add(page + ": " + name));
        }
        assertThat(gone).isEmpty();
    }

    @Test
    void theIndexOfDecisionsHasTheTitleOfEach() throws IOException {
        Path index = DOCS.resolve("adr/README.md");
        List<String> wrong = new ArrayList<>();
        Set<Path> found = new HashSet<>();
        DECISION.matcher(Files.readString(index)).results().forEach(row -> {
            Path page = target(index, row.group(2));
            String title = "# " + row.group(1) + " " + row.group(3);
            found.add(page);
            if (!row.group(2).startsWith(row.group(1) + "-") || !text(page).startsWith(title + "\n")) {
                wrong.add(title);
            }
        });
        assertThat(wrong).as("not the title of the page").isEmpty();
        assertThat(pages().stream()
                        .filter(page -> page.startsWith(DOCS.resolve("adr")) && !page.equals(index))
                        .filter(page -> !found.contains(page)))
                .as("not in the index with title, date and status")
                .isEmpty();
    }

    @Test
    void theHttpPageNamesEveryAddressWithItsMethods() throws IOException {
        Map<String, Set<String>> described = new TreeMap<>();
        new ObjectMapper()
                .readTree(DESCRIPTION.toFile())
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .map(method -> method.getKey().toUpperCase(Locale.ROOT))
                        .filter(method -> !method.equals("PARAMETERS"))
                        .forEach(method -> described
                                .computeIfAbsent(path.getKey(), key -> new TreeSet<>())
                                .add(method)));
        described.computeIfPresent("/terraform/{name}", (path, methods) -> {
            methods.addAll(Set.of("LOCK", "UNLOCK")); // OpenAPI has no words for them
            return methods;
        });
        Map<String, Set<String>> shown = new TreeMap<>();
        ADDRESS.matcher(text(DOCS.resolve("http.md")))
                .results()
                .forEach(row -> METHOD.matcher(row.group(2))
                        .results()
                        .forEach(method -> shown.computeIfAbsent(row.group(1), key -> new TreeSet<>())
                                .add(method.group(1))));
        assertThat(shown).isEqualTo(described);
    }

    @Test
    void theMonitoringPageHasEveryAlertAndEveryMetricThatTheOverlayUses() throws IOException {
        String page = text(DOCS.resolve("monitoring.md"));
        String rules = text(MONITORING.resolve("prometheusrule.yaml"));
        assertThat(found(ALERT_ROW, page)).isNotEmpty().isEqualTo(found(ALERT, rules));
        Set<String> used = found(METRIC, rules + text(MONITORING.resolve("dashboard.json")));
        assertThat(used).isNotEmpty();
        used.removeAll(found(METRIC, page));
        assertThat(used).as("not in the page").isEmpty();
    }

    /** What the first group has found; of a metric its name, without what Prometheus adds to a histogram. */
    private static Set<String> found(Pattern what, String text) {
        return what.matcher(text)
                .results()
                .map(found -> found.group(1).replaceFirst("_(count|sum|bucket|max)$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(DOCS);
                Stream<Path> top = Files.list(Path.of(""))) {
            return Stream.of(
                            top,
                            docs,
                            Stream.of("bench/README.md", "bench/RESULTS.md", "charts/kolumn-state/README.md")
                                    .map(Path::of))
                    .flatMap(files -> files)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> links(Path page) {
        String prose = CODE.matcher(FENCED.matcher(text(page)).replaceAll("")).replaceAll("`");
        return LINK.matcher(prose)
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.matches("[a-z][a-z0-9+.-]*:.*"))
                .toList();
    }

    private static Path target(Path page, String link) {
        String file = link.replaceFirst("#.*", "");
        return file.isEmpty() ? page : page.resolveSibling(file).normalize();
    }

    private static boolean isThere(Path page, String link) throws IOException {
        Path target = target(page, link);
        int hash = link.indexOf('#');
        if (!Files.exists(target)
                || !target.toRealPath().equals(Path.of("").toRealPath().resolve(target))) {
            return false; // the second: another case of letters, where the file system takes it
        }
        return hash < 0
                || (target.toString().endsWith(".md")
                        && anchors(target)
                                .contains(URLDecoder.decode(link.substring(hash + 1), StandardCharsets.UTF_8)));
    }

    /** As forges make them: letters, digits, dashes and underscores, with a dash for a blank, numbered where one repeats. */
    private static Set<String> anchors(Path page) {
        Set<String> anchors = new HashSet<>();
        Map<String, Integer> before = new HashMap<>();
        HEADING.matcher(FENCED.matcher(text(page)).replaceAll("")).results().forEach(heading -> {
            String anchor = heading.group(1)
                    .replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                    .replace(' ', '-');
            int times = before.merge(anchor, 1, Integer::sum);
            anchors.add(times == 1 ? anchor : anchor + '-' + (times - 1));
        });
        return anchors;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
