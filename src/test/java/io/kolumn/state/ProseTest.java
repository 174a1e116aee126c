package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Texts for people use the words of the field, in sentences that are read once: in errors, logs, help and descriptions, and
 * on the pages of docs.
 */
class ProseTest {

    private static final Path SOURCES = Path.of("src/main/java");

    /** The operation of a stored version: what is on disk keeps its spelling. */
    private static final String STORED = "restore of set aside ";

    /** The most words of a sentence. The aim is 20; a list or a name may need a few more. */
    private static final int LONGEST_OF_A_TEXT = 22;

    private static final int LONGEST_OF_A_PAGE = 26;

    /** What is not written, and what is written instead. */
    private static final Map<Pattern, String> WORDS = words(
            "whoever", "the caller, everyone who, the holder",
            "some(body|one) who|who(so)?ever|nobody who", "a caller with, everyone with",
            "prove(s|d)? nothing", "is not valid, is rejected",
            "prove(s|d|n)? (who|against|anything)|proven identit(y|ies)", "authenticates, is verified",
            "wrapped anew|anew", "rewrapped, again",
            "(keys|those|one|trails|releases) (of|from) before", "the previous ones",
            "(?<!there )(?<!where )is no (?!longer|more|such|older|state)\\w+", "is not a ...",
            "(token|proof) has ended", "has expired",
            "proof of who", "authentication",
            "sets? aside|set-aside", "quarantined",
            "carr(y|ies|ied) (them |it |states? )?over", "imported, copied",
            "(?<!Carrying )carrying (?!states over)\\w+ over", "importing",
            "(is|are|was|were) brought|brought back", "imported, restored",
            "nothing (was|is) kept", "was not quarantined",
            "tried out", "probed, tested",
            "look(s|ed)? at (it|them|first)", "check",
            "behind the answer", "after the answer, in the background",
            "in the place of another|in place of another", "replaced",
            "left alone", "skipped",
            "as it was (before)?$|as it was[.,;]", "unchanged",
            "what (is|was) (there|left)|that what is there", "the existing state",
            "that goes wrong|goes wrong with it", "fails",
            "takes the right|takes the permission|takes X", "requires",
            "mend(s|ed)?", "repairs, recovers",
            "is told (that|to|of)|are told", "sees, gets",
            "stands? in (line|a list)|in line for", "waits for, is visible in",
            "list of processes", "process list",
            "one of them, not both", "give one of them",
            "of one's own|of the client's own", "your own, from the client",
            "does not say (what|which|that)", "name what is missing",
            "must not be there|must be there", "must not exist, must exist",
            "by itself alone", "alone",
            "goes on (with|in|from|until|after)|go on (with|from)|run it again to go on", "continues, continue");

    /** In an error or a log it hides the subject; on a page it is an English word. */
    private static final Map<Pattern, String> SUBJECTS = words("nobody|somebody|anybody|everybody", "name the subject");

    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|(?m)^\\s*//.*$", Pattern.DOTALL);
    private static final Pattern JOIN = Pattern.compile("\"\\s*\\+\\s*\"");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
    private static final Pattern BLOCK = Pattern.compile("\"\"\".*?\"\"\"", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9'][\\w'./-]*");
    private static final Pattern END = Pattern.compile("(?<=[.!?:;])\\s+");
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```|<!--.*?-->");
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]*)]\\([^)]*\\)");
    private static final Pattern ITEM = Pattern.compile("^\\s*([-*>]|\\d+\\.) ");

    private static Map<Pattern, String> words(String... pairs) {
        Map<Pattern, String> words = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            words.put(Pattern.compile("(?<!\\w)(?:" + pairs[i] + ")(?!\\w)", Pattern.CASE_INSENSITIVE), pairs[i + 1]);
        }
        return words;
    }

    @Test
    void textsOfTheProgramUseTheWordsOfTheField() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path source : files(SOURCES, ".java")) {
            for (String text : texts(source)) {
                judge(source, text, WORDS, found);
                judge(source, text, SUBJECTS, found);
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void sentencesOfTheProgramAreShort() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path source : files(SOURCES, ".java")) {
            for (String text : texts(source)) {
                if (!text.contains("SELECT ") && !text.contains("?::") && !text.contains("  kolumn-state ")) {
                    tooLong(source, text, LONGEST_OF_A_TEXT, found);
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
        for (String paragraph : paragraphs(Files.readString(page))) {
            judge(page, paragraph, WORDS, found);
        }
        assertThat(found).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void sentencesOfAPageAreShort(Path page) throws IOException {
        List<String> found = new ArrayList<>();
        for (String paragraph : paragraphs(Files.readString(page))) {
            tooLong(page, paragraph, LONGEST_OF_A_PAGE, found);
        }
        assertThat(found).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Whoever holds it, keeps it.        | true",
                "The document was set aside.        | true",
                "Run it again to go on.             | true",
                "There is no state.                 | false",
                "It is no text.                     | true",
                "The document was quarantined.      | false",
            })
    void aTurnIsFoundInASentence(String sentence, boolean found) {
        List<String> all = new ArrayList<>();
        judge(SOURCES, sentence, WORDS, all);
        assertThat(all.isEmpty()).isEqualTo(!found);
    }

    @Test
    void aLongSentenceIsFoundAndCodeIsNotCounted() {
        String words = "word ".repeat(30);
        List<String> found = new ArrayList<>();
        for (String paragraph :
                paragraphs("```\n" + words + "\n```\n\n`" + words + "` is short.\n\n" + words + "\n\n- " + words)) {
            tooLong(SOURCES, paragraph, LONGEST_OF_A_PAGE, found);
        }
        assertThat(found).hasSize(2);
    }

    /** The literals of a source, joined where the source joins them. */
    private static List<String> texts(Path source) throws IOException {
        String code = COMMENT.matcher(Files.readString(source)).replaceAll("");
        code = JOIN.matcher(BLOCK.matcher(code).replaceAll("\"\"")).replaceAll("");
        return LITERAL.matcher(code)
                .results()
                .map(literal -> literal.group(1))
                .filter(text -> !text.equals(STORED))
                .toList();
    }

    /** Paragraphs, items and cells of a page, without code and addresses. */
    private static List<String> paragraphs(String page) {
        List<String> paragraphs = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        for (String line : (CODE.matcher(page).replaceAll("") + "\n").lines().toList()) {
            boolean row = line.startsWith("|");
            boolean item = ITEM.matcher(line).lookingAt();
            if (row || item || line.isBlank() || line.startsWith("#")) {
                paragraphs.add(current.toString());
                current.setLength(0);
            }
            if (row) {
                paragraphs.addAll(List.of(line.split("(?<!\\\\)\\|")));
            } else {
                current.append(ITEM.matcher(line).replaceFirst("").strip()).append(' ');
            }
        }
        paragraphs.add(current.toString());
        return paragraphs.stream()
                .map(text -> LINK.matcher(text.replaceAll("`[^`]*`", "X")).replaceAll("$1"))
                .toList();
    }

    private static void tooLong(Path where, String text, int longest, List<String> found) {
        for (String sentence : END.split(text)) {
            long words = WORD.matcher(sentence).results().count();
            if (words > longest) {
                found.add(where + ": " + words + " words: \"" + sentence.strip() + "\"");
            }
        }
    }

    private static void judge(Path where, String text, Map<Pattern, String> words, List<String> found) {
        words.forEach((word, instead) -> {
            Matcher matcher = word.matcher(text);
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
