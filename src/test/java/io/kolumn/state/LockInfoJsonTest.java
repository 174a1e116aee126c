package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateException.Invalid;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LockInfoJsonTest {

    /** As Terraform 1.11.4 sends it. */
    private static final String SENT = "{\"ID\":\"5f2d8c1e-0b7a-4f7e-9a51-6d1c2b3a4e5f\",\"Operation\":"
            + "\"OperationTypeApply\",\"Info\":\"\",\"Who\":\"alice@laptop\",\"Version\":\"1.11.4\","
            + "\"Created\":\"2026-11-23T08:00:00.123456789Z\",\"Path\":\"\"}";

    private static LockInfo parse(String text) {
        return LockInfoJson.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatTerraformSendsIsReadAndComesBackAsItWas() {
        LockInfo info = parse(SENT);

        assertThat(info)
                .isEqualTo(new LockInfo(
                        "5f2d8c1e-0b7a-4f7e-9a51-6d1c2b3a4e5f",
                        "OperationTypeApply",
                        "",
                        "alice@laptop",
                        "1.11.4",
                        Instant.parse("2026-11-23T08:00:00.123456789Z"),
                        "",
                        SENT));
        assertThat(LockInfoJson.write(info)).isEqualTo(SENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " {\n \"Path\" : \"p\", \"ID\" : \"a\" }\r\n",
                "{\"ID\":\"\\u0061\",\"Who\":\"z\\u00fcrich\"}",
                "{\"ID\":\"a\",\"Extra\":{\"nested\":[1,{\"ID\":\"b\"}]},\"More\":null}",
            })
    void theOrderSpacesEscapesAndUnknownMembersStay(String text) {
        LockInfo info = parse(text);

        assertThat(info.id()).isEqualTo("a");
        assertThat(LockInfoJson.write(info)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"ID\":null,\"Who\":null,\"Created\":null}", "{\"ID\":\"\",\"Created\":\"\"}"})
    void whatIsMissingIsEmpty(String text) {
        assertThat(parse(text)).isEqualTo(new LockInfo("", "", "", "", "", null, "", text));
    }

    @Test
    void membersHaveCapitals() {
        assertThat(parse("{\"id\":\"a\",\"who\":\"b\"}").id()).isEmpty();
    }

    @Test
    void aHolderThatSentNothingIsWrittenInTerraformsMembers() {
        LockInfo info =
                new LockInfo("a\"b", "op", "why", "who", "v", Instant.parse("2026-11-23T08:00:00.5Z"), "p/ü", null);

        String written = LockInfoJson.write(info);

        assertThat(written)
                .isEqualTo("{\"ID\":\"a\\\"b\",\"Operation\":\"op\",\"Info\":\"why\",\"Who\":\"who\",\"Version\":\"v\","
                        + "\"Created\":\"2026-11-23T08:00:00.500Z\",\"Path\":\"p/ü\"}");
        LockInfo read = parse(written);
        assertThat(read).isEqualTo(new LockInfo("a\"b", "op", "why", "who", "v", info.created(), "p/ü", written));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-23T08:00:00Z,                2026-11-23T08:00:00Z",
        "2026-11-23T08:00:00.1Z,              2026-11-23T08:00:00.1Z",
        "2026-11-23T08:00:00.123456789Z,      2026-11-23T08:00:00.123456789Z",
        "2026-11-23T08:00:00.123456789+02:00, 2026-11-23T06:00:00.123456789Z",
        "2026-11-23T08:00:00-05:30,           2026-11-23T13:30:00Z",
        "0001-01-01T00:00:00Z,                0001-01-01T00:00:00Z",
        "2026-11-23,                          ",
        "2026-11-23T08:00:00,                 ",
        "2026-11-23 08:00:00Z,                ",
        "2026-13-23T08:00:00Z,                ",
        "2026-11-23T08:00:00.1234567890Z,     ",
        "yesterday,                           ",
    })
    void theTimeIsRfc3339(String text, @Nullable Instant expected) {
        String json = "{\"ID\":\"a\",\"Created\":\"" + text + "\"}";
        if (expected != null) {
            assertThat(parse(json).created()).isEqualTo(expected);
        } else {
            assertThatThrownBy(() -> parse(json))
                    .isInstanceOf(Invalid.class)
                    .hasMessageContainingAll("'Created'", "RFC 3339");
        }
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("", "not a JSON object"),
                Arguments.of(" ", "not a JSON object"),
                Arguments.of("null", "not a JSON object"),
                Arguments.of("[]", "not a JSON object"),
                Arguments.of("\"a\"", "not a JSON object"),
                Arguments.of("{", "not a JSON object"),
                Arguments.of("{\"ID\":\"a\"", "not a JSON object"),
                Arguments.of("{\"ID\":\"a\",}", "not a JSON object"),
                Arguments.of("{\"ID\":s3cr3t}", "not a JSON object"),
                Arguments.of("{}{}", "has content after its object"),
                Arguments.of("{} s3cr3t", "not a JSON object"),
                Arguments.of("{\"ID\":5}", "'ID' is not a string"),
                Arguments.of("{\"ID\":{\"a\":1}}", "'ID' is not a string"),
                Arguments.of("{\"Who\":[\"s3cr3t\"]}", "'Who' is not a string"),
                Arguments.of("{\"Created\":17}", "'Created' is not a string"),
                Arguments.of("{\"ID\":\"a\\nb\"}", "control character"),
                Arguments.of("{\"ID\":\"a\\u0000\"}", "control character"),
                Arguments.of("{\"ID\":\"a\\u009f\"}", "control character"),
                Arguments.of("{\"x\":" + "[".repeat(8_000) + "]".repeat(8_000) + "}", "not a JSON object"),
                Arguments.of("{\"ID\":\"" + "x".repeat(16 * 1024) + "\"}", "more than 16384"));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String text, String why) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("s3cr3t");
    }

    @Test
    void sixteenKilobytesAreTheMost() {
        String padding = "x".repeat(LockInfo.MAX_SIZE - "{\"ID\":\"\"}".length());
        String largest = "{\"ID\":\"" + padding + "\"}";

        assertThat(parse(largest).id()).hasSize(padding.length());
        assertThatThrownBy(() -> parse(largest + " ")).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> parse("{\"Info\":\"" + "ü".repeat(8190) + "\"}"))
                .as("bytes are counted, not characters")
                .isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> LockInfo.of("a", "x".repeat(LockInfo.MAX_SIZE), ""))
                .isInstanceOf(Invalid.class);
    }

    @Test
    void whatIsNoUtf8IsRefused() {
        byte[] latin = "{\"ID\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> LockInfoJson.parse(latin))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("UTF-8");
        assertThatThrownBy(() -> LockInfoJson.parse(SENT.getBytes(StandardCharsets.UTF_16)))
                .isInstanceOf(Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Who", "Info", "Operation", "Version", "Path", "ID"})
    void aTextThatNoStorageCouldKeepIsRefused(String member) {
        for (String bad : List.of("\\u0000", "\\ud800", "x\\udc00y")) {
            byte[] body = ("{\"ID\":\"a\",\"" + member + "\":\"" + bad + "\"}").getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> LockInfoJson.parse(body)).isInstanceOf(Invalid.class);
        }
    }
}
