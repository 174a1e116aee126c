package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateException.Invalid;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

class DocumentPropertiesTest {

    private static final byte[] SMALL = Documents.fixture("terraform-v4-small.tfstate");

    /** A generated document and what is true of it. */
    record Generated(
            String text, @Nullable Long serial, @Nullable String lineage) {}

    @Property
    void anyBytesComeBackIdenticalOrAreClearlyInvalid(@ForAll @Size(max = 200) byte[] bytes) {
        acceptedIdenticallyOrInvalid(bytes);
    }

    @Property
    void anyTextThatLooksLikeJsonComesBackIdenticalOrIsClearlyInvalid(@ForAll("jsonLike") String text) {
        acceptedIdenticallyOrInvalid(("{" + text).getBytes(StandardCharsets.UTF_8));
    }

    @Provide
    Arbitrary<String> jsonLike() {
        Arbitrary<String> tokens = Arbitraries.of(
                "{",
                "}",
                "[",
                "]",
                ",",
                ":",
                "\"",
                "\"a\"",
                "\"serial\"",
                "\"lineage\"",
                "\"version\"",
                "1",
                "-",
                "0",
                "e",
                ".",
                "true",
                "null",
                " ",
                "\n",
                "\\",
                "\\u0000",
                "\\ud800",
                "\"x\"",
                "\u0000",
                "é",
                "\uD83D\uDE00");
        return tokens.list().ofMaxSize(25).map(list -> String.join("", list));
    }

    /** A document with some of its bytes altered, dropped or doubled, as a broken disk or client does. */
    @Property
    void aBrokenDocumentComesBackIdenticalOrIsClearlyInvalid(
            @ForAll @IntRange(max = 9_000) int at, @ForAll @IntRange(max = 40) int length, @ForAll byte value) {
        byte[] altered = SMALL.clone();
        Arrays.fill(altered, at, at + length, value);
        acceptedIdenticallyOrInvalid(altered);

        byte[] dropped = new byte[SMALL.length - length];
        System.arraycopy(SMALL, 0, dropped, 0, at);
        System.arraycopy(SMALL, at + length, dropped, at, SMALL.length - at - length);
        acceptedIdenticallyOrInvalid(dropped);
    }

    private static void acceptedIdenticallyOrInvalid(byte[] bytes) {
        try {
            assertThat(StateDocument.parse(bytes).toBytes()).isEqualTo(bytes);
        } catch (Invalid refusal) {
            assertThat(refusal).message().matches("The document[ -~]+\\.");
        }
    }

    @Property(tries = 500)
    void everyJsonObjectIsAcceptedWithItsSerialAndLineage(@ForAll("documents") Generated generated) {
        byte[] bytes = generated.text().getBytes(StandardCharsets.UTF_8);

        StateDocument document = StateDocument.parse(bytes);

        assertThat(document.toBytes()).isEqualTo(bytes);
        assertThat(document.serial()).isEqualTo(generated.serial());
        assertThat(document.lineage()).isEqualTo(generated.lineage());
    }

    @Property(tries = 200)
    void itMayComeInPiecesOfAnySize(
            @ForAll("documents") Generated generated, @ForAll List<@IntRange(min = 1, max = 50) Integer> pieces)
            throws IOException {
        byte[] bytes = generated.text().getBytes(StandardCharsets.UTF_8);

        StateDocument document = StateDocument.read(inPieces(bytes, pieces), -1, bytes.length);

        assertThat(document).isEqualTo(StateDocument.parse(bytes));
        assertThat(document.toBytes()).isEqualTo(bytes);
        assertThat(document.serial()).isEqualTo(generated.serial());
    }

    private static InputStream inPieces(byte[] bytes, List<Integer> pieces) {
        return new InputStream() {
            private final ByteArrayInputStream in = new ByteArrayInputStream(bytes);
            private int turn;

            @Override
            public int read() {
                return in.read();
            }

            @Override
            public int read(byte[] target, int offset, int wanted) {
                int most = pieces.isEmpty() ? 1 : pieces.get(turn++ % pieces.size());
                return in.read(target, offset, Math.min(wanted, most));
            }
        };
    }

    @Property(tries = 200)
    void noBeginningOfADocumentIsADocument(
            @ForAll("documents") Generated generated, @ForAll @IntRange(max = 5000) int at) {
        byte[] bytes = generated.text().strip().getBytes(StandardCharsets.UTF_8);
        byte[] beginning = Arrays.copyOf(bytes, at % bytes.length);

        assertThatThrownBy(() -> StateDocument.parse(beginning)).isInstanceOf(Invalid.class);
    }

    @Property(tries = 200)
    void nothingMayFollowADocument(@ForAll("documents") Generated generated, @ForAll("documents") Generated next) {
        String text = generated.text() + next.text();

        assertThatThrownBy(() -> StateDocument.parse(text)).isInstanceOf(Invalid.class);
    }

    @Provide
    Arbitrary<Generated> documents() {
        Arbitrary<Long> serials = Arbitraries.longs().greaterOrEqual(0).injectNull(0.3);
        Arbitrary<String> lineages = texts().filter(text -> !text.isEmpty()).injectNull(0.3);
        Arbitrary<List<String>> others = values(3).list().ofMaxSize(6);
        return Combinators.combine(
                        serials,
                        lineages,
                        others,
                        spaces(),
                        Arbitraries.integers().between(0, 7))
                .as(DocumentPropertiesTest::document);
    }

    private static Generated document(
            @Nullable Long serial, @Nullable String lineage, List<String> others, String space, int at) {
        List<String> members = IntStream.range(0, others.size())
                .mapToObj(i -> "\"member-" + i + "\"" + space + ":" + others.get(i))
                .collect(Collectors.toList());
        if (serial != null) {
            members.add(Math.min(at, members.size()), "\"serial\":" + space + serial + space);
        }
        if (lineage != null) {
            members.add(Math.min(at / 2, members.size()), space + "\"lineage\":" + quoted(lineage));
        }
        String text = members.stream().collect(Collectors.joining(space + ",", space + "{" + space, "}" + space));
        return new Generated(text, serial, lineage);
    }

    private static Arbitrary<String> spaces() {
        return Arbitraries.of("", " ", "\n", "\t", "\r\n  ");
    }

    private static Arbitrary<String> values(int depth) {
        Arbitrary<String> leaves = Arbitraries.oneOf(
                Arbitraries.of("null", "true", "false", "0", "-0", "1e400", "-1.5E-7", "[]", "{}"),
                Arbitraries.longs().map(String::valueOf),
                Arbitraries.doubles().map(String::valueOf),
                texts().map(DocumentPropertiesTest::quoted));
        if (depth == 0) {
            return leaves;
        }
        Arbitrary<List<String>> inner = values(depth - 1).list().ofMaxSize(3);
        return Arbitraries.oneOf(
                leaves,
                inner.map(list -> "[" + String.join(", ", list) + "]"),
                inner.map(list ->
                        list.stream().map(value -> "\"serial\": " + value).collect(Collectors.joining(",", "{", "}"))));
    }

    /** Without control characters, which a lineage may not have. */
    private static Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withChars("a\"\\/ {}[]:,éΩ€\u2028\uFFFF")
                .withCharRange(' ', '~')
                .ofMaxLength(20);
    }

    /** As JSON, in escapes where there is a choice and the text's hash says so. */
    private static String quoted(String text) {
        boolean escaped = text.hashCode() % 2 == 0;
        return text.chars()
                .mapToObj(
                        c -> c == '"' || c == '\\' || escaped ? String.format("\\u%04x", c) : String.valueOf((char) c))
                .collect(Collectors.joining("", "\"", "\""));
    }
}
