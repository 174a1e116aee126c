package io.kolumn.state.tfe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.http.TestStates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** New versions as clients send them, inside of one request. */
class StateVersionUploadTest {

    private static final long LIMIT = 8 * 1024 * 1024;

    @Test
    void theDocumentIsTheBytesThatWereSent() throws Exception {
        byte[] state = TestStates.large(3 * 1024 * 1024);
        String md5 = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(state));
        String junk = "x".repeat(2 * 1024 * 1024);

        StateVersionUpload upload = read("{\"data\":{\"attributes\":{\"json-state\":\"" + junk
                + "\",\"serial\":1,\"md5\":\""
                + md5 + "\",\"lineage\":\"" + TestStates.LINEAGE + "\",\"force\":true,\"state\":\"" + base64(state)
                + "\",\"json-state-outputs\":{\"deep\":[1,{}]}},\"type\":\"state-versions\"}}");
        StateDocument document = upload.document();

        assertThat(upload.force()).isTrue();
        assertThat(document.toBytes()).isEqualTo(state);
        assertThat(document.serial()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"state\":null", ",\"state\":\"\""})
    void aStateMayComeLater(String state) throws IOException {
        StateVersionUpload upload =
                read("{\"data\":{\"type\":\"state-versions\",\"attributes\":{\"serial\":1" + state + "}}}");

        assertThat(upload.hasState()).isFalse();
        assertThat(upload.force()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | {",
                "400 | []",
                "400 | {\"data\":{}} x",
                "422 | {}",
                "422 | {\"data\":{\"type\":\"workspaces\"}}",
                "422 | {\"data\":{\"type\":\"state-versions\",\"attributes\":{\"state\":\"!!!\"}}}",
                "422 | {\"data\":{\"type\":\"state-versions\",\"attributes\":{\"state\":7}}}",
                "422 | {\"data\":{\"type\":\"state-versions\",\"attributes\":{\"serial\":\"1\"}}}",
                "422 | {\"data\":{\"type\":\"state-versions\",\"attributes\":{\"md5\":[]}}}"
            })
    void aWrongBodyIsRejected(int status, String body) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(status));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"md5\":\"00000000000000000000000000000000\"", "\"serial\":2", "\"lineage\":\"other\""})
    void aDocumentThatIsNotWhatIsSaidOfItIsRejected(String said) throws IOException {
        StateVersionUpload upload = read("{\"data\":{\"type\":\"state-versions\",\"attributes\":{" + said
                + ",\"state\":\"" + base64(TestStates.state(1).getBytes(StandardCharsets.UTF_8)) + "\"}}}");

        assertThatThrownBy(upload::document)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(422));
    }

    @Test
    void aDocumentAboveTheLimitIsRejectedWhileItIsRead() {
        String body = "{\"data\":{\"type\":\"state-versions\",\"attributes\":{\"state\":\""
                + base64(TestStates.large((int) LIMIT + 1000)) + "\"}}}";

        assertThatThrownBy(() -> read(body)).isInstanceOf(Invalid.class).hasMessageContaining("max-document-size");
    }

    private static StateVersionUpload read(String body) throws IOException {
        return StateVersionUpload.read(
                new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), new DecodedState(LIMIT));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
