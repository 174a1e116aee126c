package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateException.Invalid;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The outline beside the scanner: what it accepts, the scanner accepts with the same facts. */
class DocumentOutlineTest {

    private static final byte[] MEDIUM = Documents.fixture("terraform-v4-medium.tfstate");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "terraform-v4-small.tfstate",
                "terraform-v4-medium.tfstate",
                "terraform-v4-empty-after-destroy.tfstate",
                "opentofu-encrypted.tfstate",
                "kolumn-universal.klstate",
                "kolumn-universal-newer.klstate"
            })
    void acceptsRealDocumentsAtEveryBoundary(String fixture) throws IOException {
        byte[] bytes = Documents.fixture(fixture);
        DocumentScanner.Facts facts = scanned(bytes);
        assertThat(outlined(bytes, bytes.length)).isEqualTo(facts);
        for (int piece : new int[] {1, 2, 3, 5, 7, 8, 9, 13, 64, 1000}) {
            assertThat(outlined(bytes, piece)).as("pieces of %d", piece).isEqualTo(facts);
        }
    }

    static List<String> valid() {
        return List.of(
                "{}",
                " \r\n\t{ }\n ",
                "{\"version\":4,\"serial\":7,\"lineage\":\"l\",\"resources\":[],\"outputs\":{}}",
                "{\"resources\":[{}],\"serial\":9223372036854775807}",
                "{\"a\":[[],{},[{}],{\"b\":[]},-0,-1.5e-7,2E+3,0.5,10,true,false,null,\"\"]}",
                "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00 \u00e9\u20ac\uD83D\uDE00\"}",
                "{\"lin\\u0065age\":\"\\u006c\u00e9\",\"modules\":[1]}",
                "{\"outputs\":null,\"resources\":0,\"version\":\"4\",\"encryption_version\":null}",
                "{\"metadata\":{},\"version\":0}",
                "{\"12345678\":\"12345678\",\"1234567\":\"1234567\\n8\",\"        \":\"                \"}",
                "{\"a\":" + "[".repeat(999) + "]".repeat(999) + "}",
                "{\"a\":[" + "9".repeat(900) + "]}");
    }

    @ParameterizedTest
    @MethodSource("valid")
    void acceptsWhatIsValidWhereverItIsCut(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        DocumentScanner.Facts facts = scanned(bytes);
        assertThat(facts).isNotNull();
        for (int piece = 1; piece <= Math.min(bytes.length, 40); piece++) {
            assertThat(outlined(bytes, piece)).as("pieces of %d", piece).isEqualTo(facts);
        }
    }

    static Stream<byte[]> invalid() {
        Stream<byte[]> texts = Stream.of(
                        "",
                        " ",
                        "{",
                        "{}}",
                        "{}{}",
                        "{}x",
                        "[]",
                        "1",
                        "{]",
                        "{\"a\":[}}",
                        "{\"a\":{]}",
                        "{\"a\"}",
                        "{\"a\":}",
                        "{\"a\":1,}",
                        "{\"a\":[1,]}",
                        "{\"a\":[,1]}",
                        "{,\"a\":1}",
                        "{\"a\" 1}",
                        "{\"a\"::1}",
                        "{\"a\":1 \"b\":2}",
                        "{\"a\":1:2}",
                        "{a:1}",
                        "{1:1}",
                        "{'a':1}",
                        "{\"a\":tru}",
                        "{\"a\":truf}",
                        "{\"a\":nulL}",
                        "{\"a\":truee}",
                        "{\"a\":01}",
                        "{\"a\":-}",
                        "{\"a\":-a}",
                        "{\"a\":+1}",
                        "{\"a\":.5}",
                        "{\"a\":1.}",
                        "{\"a\":1.e1}",
                        "{\"a\":1e}",
                        "{\"a\":1e+}",
                        "{\"a\":1e1.5}",
                        "{\"a\":1x}",
                        "{\"a\":--1}",
                        "{\"a\":NaN}",
                        "{\"a\":Infinity}",
                        "{\"a\":\"\n\"}",
                        "{\"a\":\"12345678\u0001\"}",
                        "{\"a\":\"1234567\u001f90123456\"}",
                        "{\"a\":\"\\x\"}",
                        "{\"a\":\"\\u12g4\"}",
                        "{\"a\":\"\\u123\"}",
                        "{\"a\":\"}",
                        "{\"a\":\"b\\\"}",
                        "{\"a\":1}\u0000",
                        "{\"a\":1/**/}",
                        "{\"a\":1}//",
                        "{\"a\":1,\"a\":2}",
                        "{\"a\":1,\"\\u0061\":2}",
                        "{\"serial\":-1}",
                        "{\"serial\":1.0}",
                        "{\"serial\":9223372036854775808}",
                        "{\"lineage\":[]}",
                        "{\"lineage\":\"\\u0007\"}",
                        "{\"lineage\":\"\\ud800\"}",
                        "{\"a\":" + "[".repeat(1000) + "]".repeat(1000) + "}",
                        "{\"a\":[" + "9".repeat(20_000) + "]}",
                        "{\"a\":{\"" + "n".repeat(60_000) + "\":1}}",
                        "{\"a\":{\"" + "\u00e9".repeat(60_000) + "\":1}}")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
        Stream<byte[]> brokenUtf8 = Stream.of(
                        new int[] {0x80},
                        new int[] {0xbf, 0x41},
                        new int[] {0xc3},
                        new int[] {0xc3, 0x28},
                        new int[] {0xe2, 0x82},
                        new int[] {0xe2, 0x28, 0xa1},
                        new int[] {0xf0, 0x9f, 0x98},
                        new int[] {0xf0, 0x28, 0x8c, 0xbc},
                        new int[] {0xf8, 0x88, 0x80, 0x80, 0x80},
                        new int[] {0xff},
                        new int[] {0xfe})
                .map(DocumentOutlineTest::inText);
        return Stream.concat(texts, brokenUtf8);
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void acceptsNothingThatTheScannerRefusesWhereverItIsCut(byte[] bytes) throws IOException {
        assertThat(scanned(bytes)).isNull();
        for (int piece = 1; piece <= Math.min(bytes.length, 20); piece++) {
            assertThat(outlined(bytes, piece)).as("pieces of %d", piece).isNull();
        }
        assertThat(outlined(bytes, Math.max(1, bytes.length))).isNull();
    }

    /** Longer forms of characters, halves of pairs, and a plane that does not exist: the scanner decides. */
    @ParameterizedTest
    @MethodSource
    void leavesCharactersThatUtf8DoesNotHaveToTheScanner(int[] bytes) throws IOException {
        assertThat(outlined(inText(bytes), 1)).isNull();
        assertThat(outlined(inText(bytes), 100)).isNull();
    }

    static List<int[]> leavesCharactersThatUtf8DoesNotHaveToTheScanner() {
        return List.of(
                new int[] {0xc0, 0xaf},
                new int[] {0xc1, 0xbf},
                new int[] {0xe0, 0x9f, 0xbf},
                new int[] {0xed, 0xa0, 0x80},
                new int[] {0xf0, 0x8f, 0xbf, 0xbf},
                new int[] {0xf4, 0x90, 0x80, 0x80},
                new int[] {0xf5, 0x80, 0x80, 0x80});
    }

    /** Each byte of a document replaced by each that means something, and by others. */
    @Test
    void agreesWithTheScannerAboutEveryAlteredByte() throws IOException {
        byte[] small =
                ("{\"version\": 4, \"serial\": 12, \"lineage\": \"l-\\u00e91\", \"outputs\": {\"a\": [-1.5e+3, true, null,"
                                + " \"\u00e9\\n\u20ac\"], \"b\": {}}, \"resources\": []}\n")
                        .getBytes(StandardCharsets.UTF_8);
        byte[] values = new byte[256];
        for (int value = 0; value < values.length; value++) {
            values[value] = (byte) value;
        }
        int accepted = 0;
        for (int at = 0; at < small.length; at++) {
            for (byte value : values) {
                byte[] altered = small.clone();
                altered[at] = value;
                accepted += agrees(altered);
            }
        }
        assertThat(accepted).isGreaterThan(1000);
    }

    @Test
    void agreesWithTheScannerAboutRealDocumentsWithPiecesAltered() throws IOException {
        Random random = new Random(20261130);
        int accepted = 0;
        for (int round = 0; round < 20_000; round++) {
            int from = random.nextInt(MEDIUM.length - 400);
            byte[] altered = MEDIUM.clone();
            int length = random.nextInt(1, 12);
            System.arraycopy(MEDIUM, random.nextInt(MEDIUM.length - length), altered, from, length);
            accepted += agrees(altered);
        }
        assertThat(accepted).isGreaterThan(100);
    }

    /** What the outline does not accept comes to the scanner whole, also what was read before. */
    @Test
    void readsADocumentThatItDoesNotAcceptFromItsBeginning() throws IOException {
        String before = "{\"serial\": 3, \"lineage\": \"l\", \"a\": [\"" + "x".repeat(700_000) + "\", \"";
        String behind = "\"], \"version\": 4, \"resources\": [1]}";
        byte[] overlong = join(before, new int[] {0xc0, 0xaf}, behind + " ".repeat(300_000));
        StateDocument document = StateDocument.read(new ByteArrayInputStream(overlong), -1, Long.MAX_VALUE);
        assertThat(document.toBytes()).isEqualTo(overlong);
        assertThat(document.serial()).isEqualTo(3);
        assertThat(document.format()).isEqualTo(StateDocument.Format.TERRAFORM);
        assertThat(document.sha256()).isEqualTo(StateDocument.parse(overlong).sha256());
        assertThat(outlined(overlong, 100_000)).isNull();
    }

    private static int agrees(byte[] bytes) throws IOException {
        DocumentScanner.Facts facts = outlined(bytes, bytes.length);
        if (facts != null) {
            assertThat(scanned(bytes))
                    .as(() -> new String(bytes, StandardCharsets.UTF_8))
                    .isEqualTo(facts);
            return 1;
        }
        return 0;
    }

    private static byte[] inText(int[] bytes) {
        return join("{\"a\":\"", bytes, "\"}");
    }

    private static byte[] join(String before, int[] bytes, String behind) {
        byte[] first = before.getBytes(StandardCharsets.UTF_8);
        byte[] last = behind.getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[first.length + bytes.length + last.length];
        System.arraycopy(first, 0, all, 0, first.length);
        for (int i = 0; i < bytes.length; i++) {
            all[first.length + i] = (byte) bytes[i];
        }
        System.arraycopy(last, 0, all, first.length + bytes.length, last.length);
        return all;
    }

    private static DocumentScanner.@Nullable Facts outlined(byte[] bytes, int piece) {
        DocumentOutline outline = new DocumentOutline();
        for (int from = 0; from < bytes.length; from += piece) {
            if (!outline.take(bytes, from, Math.min(bytes.length, from + piece))) {
                return null;
            }
        }
        return outline.facts();
    }

    private static DocumentScanner.@Nullable Facts scanned(byte[] bytes) throws IOException {
        try {
            return DocumentScanner.scan(new ByteArrayInputStream(bytes));
        } catch (Invalid e) {
            return null;
        }
    }
}
