package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts for people use the words of the field: in errors, logs, help and descriptions, and on the pages of docs. */
class ProseTest {

    private static final Path SOURCES = Path.of("src/main/java");

    /** What is not written, and what is written instead. */
    private static final Map<Pattern, String> WORDS = Map.of(
            words("whoever"), "the caller, everyone who, the holder",
            words("prove(s|d)? nothing"), "is not valid, is rejected",
            words("wrapped anew"), "rewrapped",
            words("(keys|those) (of|from) before"), "the previous ones",
            words("(?<!there )(?<!where )is no (?!longer|more|such|older|state)\\w+"), "is not a ...",
            words("(token|proof) has ended"), "has expired",
            words("proof of who"), "authentication");

    /** In an error or a log it hides the subject; on a page it is an English word. */
    private static final Pattern NOBODY = words("nobody");

    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|(?m)^\\s*//.*$", Pattern.DOTALL);
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");

    private static Pattern words(String expression) {
        return Pattern.compile("\\b(?:" + expression + ")\\b", Pattern.CASE_INSENSITIVE);
    }

    @Test
    void textsOfTheProgramUseTheWordsOfTheField() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path source : files(SOURCES, ".java")) {
            Matcher literal =
                    LITERAL.matcher(COMMENT.matcher(Files.readString(source)).replaceAll(""));
            while (literal.find()) {
                String text = literal.group(1);
                judge(source, text, found);
                if (NOBODY.matcher(text).find()) {
                    found.add(source + ": \"" + text + "\": name the subject instead");
                }
            }
        }
        assertThat(found).isEmpty();
    }

    static Stream<Path> pages() throws IOException {
        Stream<Path> pages = files(Path.of("docs"), ".md").stream().filter(page -> !page.startsWith("docs/adr"));
        return Stream.concat(Stream.of(Path.of("README.md"), Path.of("SECURITY.md")), pages);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aPageUsesTheWordsOfTheField(Path page) throws IOException {
        List<String> found = new ArrayList<>();
        for (String line : Files.readAllLines(page)) {
            judge(page, line, found);
        }
        assertThat(found).isEmpty();
    }

    private static void judge(Path where, String text, List<String> found) {
        WORDS.forEach((words, instead) -> {
            Matcher matcher = words.matcher(text);
            if (matcher.find()) {
                found.add(where + ": \"" + text.strip() + "\": instead of '" + matcher.group() + "' write: " + instead);
            }
        });
    }

    private static List<Path> files(Path folder, String end) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
        }
    }
}
