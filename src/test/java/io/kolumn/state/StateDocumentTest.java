package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateDocument.Format;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Invalid.Fault;
import io.kolumn.state.StateException.Unavailable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateDocumentTest {

    private static final String SECRET = "s3cr3t";

    @ParameterizedTest
    @CsvSource({
        "terraform-v4-small.tfstate,               TERRAFORM, 5,   0cc1d458-7184-3ef1-b05e-7e8d532d4217, false",
        "terraform-v4-medium.tfstate,              TERRAFORM, 186, 22baec5a-b199-3700-0f9f-6a2186d2ad2b, false",
        "terraform-v4-empty-after-destroy.tfstate, TERRAFORM, 124, 22baec5a-b199-3700-0f9f-6a2186d2ad2b, true",
        "opentofu-encrypted.tfstate,               ENCRYPTED, 7,   3a1f6c1e-6f5d-4a0b-9a2c-0d4d0f5c2b11, false",
        "kolumn-universal.klstate,                 KOLUMN,    1,   my-project-123,                       false",
        "kolumn-universal-newer.klstate,           KOLUMN,    ,    ,                                     false",
    })
    void everyKnownFormatIsReadAndComesBackByteForByte(
            String fixture, Format format, @Nullable Long serial, @Nullable String lineage, boolean empty)
            throws Exception {
        byte[] bytes = Documents.fixture(fixture);

        StateDocument document = StateDocument.parse(bytes);

        assertThat(document.format()).isEqualTo(format);
        assertThat(document.serial()).isEqualTo(serial);
        assertThat(document.lineage()).isEqualTo(lineage);
        assertThat(document.isEmpty()).isEqualTo(empty);
        assertThat(document.size()).isEqualTo(bytes.length);
        assertThat(document.sha256()).isEqualTo(sha256(bytes));
        assertComesBack(document, bytes);
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    /** In each of the ways in which the bytes can be had, and twice. */
    private static void assertComesBack(StateDocument document, byte[] bytes) throws IOException {
        for (int time = 0; time < 2; time++) {
            assertThat(document.toBytes()).isEqualTo(bytes);
            try (InputStream in = document.open()) {
                assertThat(in.readAllBytes()).isEqualTo(bytes);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            document.writeTo(out);
            assertThat(out.toByteArray()).isEqualTo(bytes);
            ByteBuffer joined = ByteBuffer.allocate(bytes.length);
            document.buffers().forEach(joined::put);
            assertThat(joined.array()).isEqualTo(bytes);
        }
        assertThat(document.buffers()).allMatch(ByteBuffer::isReadOnly);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                               | OTHER",
                "{\"ID\": \"a\", \"Operation\": \"apply\"}        | OTHER",
                "{\"version\": 4}                                 | TERRAFORM",
                "{\"version\": 0}                                 | TERRAFORM",
                "{\"version\": \"4\"}                             | OTHER",
                "{\"version\": null}                              | OTHER",
                "{\"version\": 4.5}                               | OTHER",
                "{\"version\": [4]}                               | OTHER",
                "{\"a\": {\"version\": 4}}                        | OTHER",
                "{\"version\": 0, \"providers\": null}            | KOLUMN",
                "{\"version\": 3, \"provider_id\": \"\"}          | KOLUMN",
                "{\"providers\": {}}                              | OTHER",
                "{\"version\": 4, \"a\": {\"provider_id\": 1}}    | TERRAFORM",
                "{\"encryption_version\": \"v0\"}                 | ENCRYPTED",
                "{\"encryption_version\": null, \"version\": 4}   | TERRAFORM",
                "{\"version\": 4, \"encryption_version\": \"v0\"} | ENCRYPTED",
            })
    void theFormatIsToldByTheTopLevel(String text, Format format) {
        assertThat(StateDocument.parse(text).format()).isEqualTo(format);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                              | true",
                "{\"resources\": [], \"outputs\": {}}            | true",
                "{\"resources\": null, \"outputs\": null}        | true",
                "{\"resources\": {}}                             | true",
                "{\"check_results\": [1], \"a\": {\"b\": 1}}     | true",
                "{\"a\": {\"resources\": [1]}}                   | true",
                "{\"resources\": [{}]}                           | false",
                "{\"resources\": [null]}                         | false",
                "{\"resources\": {\"a\": {}}}                    | false",
                "{\"outputs\": {\"a\": null}, \"resources\": []} | false",
                "{\"resources\": [1], \"outputs\": {}}           | false",
                "{\"modules\": [{\"resources\": {}}]}            | false",
                "{\"resources\": \"?\"}                          | false",
                "{\"encryption_version\": \"v0\"}                | false",
            })
    void emptyIsWhatHoldsNeitherResourcesNorOutputs(String text, boolean empty) {
        assertThat(StateDocument.parse(text).isEmpty()).isEqualTo(empty);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                     |                     |",
                "{\"serial\": null, \"lineage\": null}  |                     |",
                "{\"serial\": 0, \"lineage\": \"\"}     | 0                   |",
                "{\"serial\": 9223372036854775807}      | 9223372036854775807 |",
                "{\"a\": {\"serial\": 5, \"lineage\": \"x\"}} |               |",
                "{\"a\": [{\"serial\": 5}], \"serial\": 6} | 6                |",
                "{\"seri\\u0061l\": 5}                  | 5                   |",
                "{\"lineage\": \"\\u00fc\\\\ \\/\"}     |                     | ü\\ /",
                "{\"lineage\": \"Ω\uD83D\uDE00\"}       |                     | Ω\uD83D\uDE00",
            })
    void serialAndLineageAreThoseOfTheTopLevel(String text, @Nullable Long serial, @Nullable String lineage) {
        StateDocument document = StateDocument.parse(text);

        assertThat(document.serial()).isEqualTo(serial);
        assertThat(document.lineage()).isEqualTo(lineage);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("", "is empty"),
                Arguments.of(" \r\n\t ", "is empty"),
                Arguments.of("[]", "not a JSON object"),
                Arguments.of("[{\"version\": 4}]", "not a JSON object"),
                Arguments.of("null", "not a JSON object"),
                Arguments.of("42", "not a JSON object"),
                Arguments.of("\"" + SECRET + "\"", "not a JSON object"),
                Arguments.of(SECRET, "not a JSON object"),
                Arguments.of("<html>" + SECRET + "</html>", "not a JSON object"),
                Arguments.of("\ufeff{}", "not a JSON object in UTF-8"),
                Arguments.of("{", "is truncated"),
                Arguments.of("{\"a\"", "is truncated"),
                Arguments.of("{\"a\":", "is truncated"),
                Arguments.of("{\"a\": \"" + SECRET, "is truncated"),
                Arguments.of("{\"a\": [\"" + SECRET + "\"", "is truncated"),
                Arguments.of("{\"a\": \"" + SECRET + "\",", "line 1, column"),
                Arguments.of("{\"a\": \"" + SECRET + "\",}", "line 1, column"),
                Arguments.of("{\n\"a\": 1,\n\"b\" " + SECRET + "}", "line 3, column"),
                Arguments.of("{}{}", "has content after its object"),
                Arguments.of("{} []", "has content after its object"),
                Arguments.of("{} \"" + SECRET + "\"", "has content after its object"),
                Arguments.of("{} " + SECRET, "not valid JSON"),
                Arguments.of("{}\u0000", "not valid JSON"),
                Arguments.of("{}}", "not valid JSON"),
                Arguments.of("{\"a\": " + SECRET + "}", "not valid JSON"),
                Arguments.of("{\"a\": true" + SECRET + "}", "not valid JSON"),
                Arguments.of("{\"a\": tru" + SECRET, "not valid JSON"),
                Arguments.of("{\"a\": null" + SECRET + "}", "not valid JSON"),
                Arguments.of("{\"a\": '" + SECRET + "'}", "not valid JSON"),
                Arguments.of("{" + SECRET + ": 1}", "not valid JSON"),
                Arguments.of("{'" + SECRET + "': 1}", "not valid JSON"),
                Arguments.of("{\"a\": \"" + SECRET + "\n\"}", "not valid JSON"),
                Arguments.of("{\"a\": \"" + SECRET + "\u0000\"}", "not valid JSON"),
                Arguments.of("{\"a\": \"\\q" + SECRET + "\"}", "not valid JSON"),
                Arguments.of("{\"a\": \"\\u12" + SECRET + "\"}", "not valid JSON"),
                Arguments.of("{\"a\": /*" + SECRET + "*/ 1}", "not valid JSON"),
                Arguments.of("{\"a\": NaN}", "not valid JSON"),
                Arguments.of("{\"a\": -Infinity}", "not valid JSON"),
                Arguments.of("{\"a\": 01}", "not valid JSON"),
                Arguments.of("{\"a\": 1.}", "not valid JSON"),
                Arguments.of("{\"a\": +1}", "not valid JSON"),
                Arguments.of("{\"a\": 1" + SECRET + "}", "not valid JSON"),
                Arguments.of("{\"a\": [\"" + SECRET + "\"}", "not valid JSON"),
                Arguments.of("{\"a\": \"" + SECRET + "\" \"b\": 1}", "not valid JSON"),
                Arguments.of("{\"a\": \"" + SECRET + "\", \"a\": 2}", "'a' twice at line 1, column"),
                Arguments.of("{\"serial\": 1, \"version\": 4, \"serial\": 2}", "'serial' twice"),
                Arguments.of("{\"serial\": 1, \"s\\u0065rial\": 2}", "'serial' twice"),
                Arguments.of("{\"\\u001b\\n\\u00fc\": 1, \"\\u001b\\n\\u00fc\": 2}", "'???' twice"),
                Arguments.of("{\"serial\": \"5\"}", "'serial' must be a whole number"),
                Arguments.of("{\"serial\": \"" + SECRET + "\"}", "'serial' must be a whole number"),
                Arguments.of("{\"serial\": -1}", "'serial' must be a whole number"),
                Arguments.of("{\"serial\": 1.0}", "'serial' must be a whole number"),
                Arguments.of("{\"serial\": 1e3}", "'serial' must be a whole number"),
                Arguments.of("{\"serial\": true}", "'serial' must be a whole number"),
                Arguments.of("{\"serial\": [5]}", "'serial' must be a whole number"),
                Arguments.of("{\"serial\": 9223372036854775808}", "'serial' must be a whole number"),
                Arguments.of("{\"serial\": " + "9".repeat(5_000) + "}", "'serial' must be a whole number"),
                Arguments.of("{\"serial\": " + "9".repeat(50_000) + "}", "exceeds a limit"),
                Arguments.of("{\"lineage\": 5}", "'lineage' must be"),
                Arguments.of("{\"lineage\": {\"a\": \"" + SECRET + "\"}}", "'lineage' must be"),
                Arguments.of("{\"lineage\": \"" + SECRET.repeat(200) + "\"}", "'lineage' must be"),
                Arguments.of("{\"lineage\": \"" + SECRET + "\\r\\nX-Header: a\"}", "'lineage' must be"),
                Arguments.of("{\"lineage\": \"" + SECRET + "\\u0000\"}", "'lineage' must be"),
                Arguments.of("{\"lineage\": \"" + SECRET + "\\ud800\"}", "'lineage' must be"),
                Arguments.of("{\"a\": " + "[".repeat(10_000) + "]".repeat(10_000) + "}", "exceeds a limit"),
                Arguments.of("{\"a\": " + "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000) + "}", "exceeds a limit"),
                Arguments.of("{\"a\": " + "[".repeat(10_000), "exceeds a limit"));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String text, String why) {
        assertThatThrownBy(() -> StateDocument.parse(text))
                .isInstanceOfSatisfying(
                        Invalid.class, refusal -> assertThat(refusal.fault()).isEqualTo(Fault.MALFORMED))
                .hasMessageContaining(why)
                .hasMessageNotContaining(SECRET)
                .message()
                .hasSizeLessThan(400)
                .matches("[ -~]+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"})
    void otherEncodingsAreRefused(String charset) {
        Charset encoding = Charset.forName(charset);
        for (String text : new String[] {"{\"version\": 4}", " {}", "{}"}) {
            assertThatThrownBy(() -> StateDocument.parse(text.getBytes(encoding)))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContaining("UTF-8");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"22e922", "22ff22", "22c322", "22e282", "22808022", "22f8888080802", "e9"})
    void bytesThatAreNoUtf8AreRefused(String hex) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("{\"a\": ".getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(HexFormat.of().parseHex(hex.length() % 2 == 0 ? hex : hex + "2"));
        bytes.writeBytes("}".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> StateDocument.parse(bytes.toByteArray())).isInstanceOf(Invalid.class);
    }

    @Test
    void theDepthHasALimit() {
        assertThatCode(() -> StateDocument.parse(nested(DocumentScanner.MAX_DEPTH)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> StateDocument.parse(nested(DocumentScanner.MAX_DEPTH + 1)))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("depth");
    }

    private static String nested(int levels) {
        return "{\"a\":".repeat(levels) + "1" + "}".repeat(levels);
    }

    @Test
    void theTopLevelHasALimitOfMembers() {
        assertThatCode(() -> StateDocument.parse(members(10_000))).doesNotThrowAnyException();
        assertThatThrownBy(() -> StateDocument.parse(members(10_001)))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("10000 members");
    }

    private static String members(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"" + i + "\":1").collect(Collectors.joining(",", "{", "}"));
    }

    @Test
    void hugeNumbersAndTextsInsideAreNobodysBusiness() throws IOException {
        String text = "{\"version\": 4, \"resources\": [" + "7".repeat(5_000) + ", -1e-9999, \"" + "x".repeat(1_000_000)
                + "\"], \"resources \": {\"a\": 1, \"a\": 2}}";

        assertComesBack(StateDocument.parse(text), text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"'',''", "' ',' '", "'\n\n\t ','\r\n'"})
    void whitespaceAroundTheObjectIsPartOfTheBytes(String before, String after) throws IOException {
        String text = before + "{\"version\": 4, \"serial\": 7}" + after;

        StateDocument document = StateDocument.parse(text);

        assertThat(document.serial()).isEqualTo(7);
        assertComesBack(document, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sizes around those of the pieces in which the bytes are held, and what was said of the size beforehand. */
    @ParameterizedTest
    @ValueSource(ints = {100, 8191, 8192, 8193, 16384, 262143, 262144, 262145, 524288, 524289, 3000000})
    void theSizeNeedNotBeKnown(int size) throws Exception {
        byte[] bytes = document(size);

        for (long expected : new long[] {-1, 0, 1, size - 1, size, size + 1, 2L * size, Long.MAX_VALUE}) {
            StateDocument document = StateDocument.read(new ByteArrayInputStream(bytes), expected, Long.MAX_VALUE);

            assertThat(document.size()).as("expected %d", expected).isEqualTo(size);
            assertThat(document.sha256()).isEqualTo(sha256(bytes));
            assertComesBack(document, bytes);
        }
    }

    /** Of exactly this size, with no part like another. */
    private static byte[] document(int size) {
        String head = "{\"version\": 4, \"serial\": 7, \"lineage\": \"a\", \"x\": \"";
        Random random = new Random(size);
        StringBuilder text = new StringBuilder(head);
        while (text.length() < size - 2) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.append("\"}").toString().getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 4096})
    void itMayComeInPiecesOfAnySize(int largest) throws Exception {
        byte[] bytes = Documents.fixture("terraform-v4-medium.tfstate");

        for (long expected : new long[] {-1, bytes.length}) {
            InputStream trickle = new TrickleStream(bytes, largest);
            StateDocument document = StateDocument.read(trickle, expected, bytes.length);

            assertThat(document).isEqualTo(StateDocument.parse(bytes));
            assertThat(document.serial()).isEqualTo(186);
            assertThat(document.sha256()).isEqualTo(sha256(bytes));
            assertComesBack(document, bytes);
        }
    }

    @Test
    void moreThanTheLimitIsTooLarge() throws IOException {
        byte[] bytes = document(1000);

        for (long expected : new long[] {-1, 500, 999, 1000, 5000}) {
            assertThat(StateDocument.read(new ByteArrayInputStream(bytes), expected, 1000)
                            .size())
                    .isEqualTo(1000);
            assertThatThrownBy(() -> StateDocument.read(new ByteArrayInputStream(bytes), expected, 999))
                    .isInstanceOfSatisfying(
                            Invalid.class,
                            refusal -> assertThat(refusal.fault()).isEqualTo(Fault.TOO_LARGE))
                    .hasMessageContainingAll("999 bytes", "max-document-size");
        }
    }

    @Test
    void noMoreIsReadThanItTakesToRefuse() {
        EndlessStream whitespace = new EndlessStream("{\"a\": 1", ' ');
        assertThatThrownBy(() -> StateDocument.read(whitespace, -1, 1_000_000))
                .isInstanceOfSatisfying(
                        Invalid.class, refusal -> assertThat(refusal.fault()).isEqualTo(Fault.TOO_LARGE));
        assertThat(whitespace.given).isLessThan(1_600_000);

        EndlessStream lineage = new EndlessStream("{\"lineage\": \"", 'x');
        assertThatThrownBy(() -> StateDocument.read(lineage, -1, 100_000_000)).isInstanceOf(Invalid.class);
        assertThat(lineage.given).as("a lineage is never read in whole").isLessThan(1_000_000);

        EndlessStream name = new EndlessStream("{\"", 'x');
        assertThatThrownBy(() -> StateDocument.read(name, -1, 100_000_000)).isInstanceOf(Invalid.class);
        assertThat(name.given).isLessThan(1_000_000);

        EndlessStream number = new EndlessStream("{\"serial\": 1", '0');
        assertThatThrownBy(() -> StateDocument.read(number, -1, 100_000_000)).isInstanceOf(Invalid.class);
        assertThat(number.given).isLessThan(1_000_000);
    }

    @Test
    void aStreamThatFailsFailsWithItsOwnException() {
        IOException cut = new IOException("connection reset, by the test");
        InputStream failing = new InputStream() {
            private int given;

            @Override
            public int read() throws IOException {
                if (given == 20) {
                    throw cut;
                }
                return "{\"a\": \"bcdefghijklmnopq".charAt(given++);
            }

            @Override
            public int read(byte[] target, int offset, int wanted) throws IOException {
                target[offset] = (byte) read();
                return 1;
            }
        };

        assertThatThrownBy(() -> StateDocument.read(failing, -1, 1000)).isSameAs(cut);
    }

    @Test
    void documentsAreEqualWhenTheirBytesAre() {
        StateDocument one = StateDocument.parse("{\"serial\": 1}");

        assertThat(one)
                .isEqualTo(StateDocument.parse("{\"serial\": 1}"))
                .hasSameHashCodeAs(StateDocument.parse("{\"serial\": 1}"));
        assertThat(one).isNotEqualTo(StateDocument.parse("{\"serial\":1}"));
        assertThat(one).isNotEqualTo("{\"serial\": 1}");
    }

    @Test
    void itsTextSaysNothingOfWhatItHolds() {
        StateDocument document = StateDocument.parse("{\"version\": 4, \"serial\": 5, \"a\": \"" + SECRET + "\"}");

        assertThat(document.toString())
                .contains("TERRAFORM", "5", document.sha256())
                .doesNotContain(SECRET);
    }

    @Test
    void whatTheStorageGivesBackIsProvenAgainstTheRecord() throws IOException {
        byte[] bytes = document(600_000);
        StateVersion record = record(StateDocument.parse(bytes));

        for (int largest : new int[] {1000, Integer.MAX_VALUE}) {
            StateDocument stored =
                    StateDocument.stored(StateName.of("prod"), record, new TrickleStream(bytes, largest));
            assertThat(stored).isEqualTo(StateDocument.parse(bytes));
            assertThat(stored.format()).isEqualTo(Format.TERRAFORM);
            assertThat(stored.serial()).isEqualTo(7);
            assertThat(stored.lineage()).isEqualTo("a");
            assertThat(stored.isEmpty()).isTrue();
            assertComesBack(stored, bytes);
        }
    }

    private static StateVersion record(StateDocument document) {
        return StateVersion.of(3, "id-of-3", document, Instant.EPOCH, "", "put", 0);
    }

    static Stream<Arguments> damages() {
        byte[] bytes = document(1000);
        byte[] altered = bytes.clone();
        altered[900] ^= 1;
        return Stream.of(
                Arguments.of("nothing", new byte[0]),
                Arguments.of("cut short", Arrays.copyOf(bytes, 999)),
                Arguments.of("one byte more", Arrays.copyOf(bytes, 1001)),
                Arguments.of("far more", Arrays.copyOf(bytes, 1_000_000)),
                Arguments.of("one bit", altered));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void damages(String what, byte[] damaged) {
        StateVersion record = record(StateDocument.parse(document(1000)));

        assertThatThrownBy(() -> StateDocument.stored(StateName.of("prod"), record, new ByteArrayInputStream(damaged)))
                .as(what)
                .isInstanceOfSatisfying(
                        Unavailable.class,
                        refusal -> assertThat(refusal.outcomeUnknown()).isFalse())
                .hasMessageContainingAll("Version 3", "'prod'", "id-of-3", "damaged");
    }

    /** Gives the bytes in pieces of random sizes. */
    private static final class TrickleStream extends InputStream {
        private final ByteArrayInputStream in;
        private final Random random = new Random(42);
        private final int largest;

        TrickleStream(byte[] bytes, int largest) {
            this.in = new ByteArrayInputStream(bytes);
            this.largest = largest;
        }

        @Override
        public int read() {
            return in.read();
        }

        @Override
        public int read(byte[] target, int offset, int wanted) {
            return in.read(target, offset, Math.min(wanted, 1 + random.nextInt(largest)));
        }
    }

    /** A beginning, and then the same character for ever. */
    private static final class EndlessStream extends InputStream {
        private final byte[] head;
        private final char then;
        private int given;

        EndlessStream(String head, char then) {
            this.head = head.getBytes(StandardCharsets.US_ASCII);
            this.then = then;
        }

        @Override
        public int read() {
            int at = given++;
            return at < head.length ? head[at] : then;
        }
    }
}
