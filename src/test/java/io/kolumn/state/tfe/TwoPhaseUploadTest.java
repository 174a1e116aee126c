package io.kolumn.state.tfe;

import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.access.NewSecret;
import io.kolumn.state.access.SealedCredentials;
import io.kolumn.state.access.SealedCredentials.Purpose;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.kolumn.state.security.AccessProfile;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** States that are announced first, and then sent to an address by a client that shows no credential there. */
@QuarkusTest
@TestProfile(TwoPhaseAccessProfile.class)
class TwoPhaseUploadTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final NewSecret WRITER = NewSecret.token(RANDOM);
    private static final NewSecret READER = NewSecret.token(RANDOM);
    private static final String LINEAGE = "two-phases";

    @TestHTTPResource
    URI server;

    @Inject
    SealedCredentials seal;

    private final String name = "w-" + UUID.randomUUID();
    private TfeClient writer;
    private TfeClient reader;
    private String id;

    @BeforeEach
    void configure() {
        allow(WRITER);
        writer = TfeClient.discovered(server, WRITER.secret());
        reader = TfeClient.discovered(server, READER.secret());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> writer.get("account/details").status() == 200
                        && reader.get("account/details").status() == 200);
        id = writer.create("team", name);
        writer.lock(id);
    }

    private static void allow(NewSecret writer) {
        AccessProfile.write(List.of(
                "token.writer.hash=" + writer.hash(),
                "token.reader.hash=" + READER.hash(),
                "policy.writer.subjects=token:writer",
                "policy.writer.states=team/**",
                "policy.writer.roles=writer",
                "policy.reader.subjects=token:reader",
                "policy.reader.states=team/**",
                "policy.reader.roles=reader"));
    }

    private static String document(long serial, String word) {
        return state(serial, LINEAGE, word);
    }

    private static String announcement(String state, long serial, boolean force) {
        return "{\"data\":{\"type\":\"state-versions\",\"attributes\":{\"serial\":" + serial + ",\"lineage\":\""
                + LINEAGE + "\",\"force\":" + force + ",\"md5\":\"" + md5(state)
                + "\",\"json-state-outputs\":\"e30=\"}}}";
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private Answer announce(TfeClient client, String state, long serial) {
        return client.post("workspaces/" + id + "/state-versions", announcement(state, serial, false));
    }

    private String address(String state, long serial) {
        Answer answer = announce(writer, state, serial);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json().at("/data/attributes/hosted-state-upload-url").asText();
    }

    private Answer put(String address, String body) {
        return Wire.to(server)
                .request("PUT", URI.create(address).getRawPath())
                .header("Content-Type", "application/octet-stream")
                .body(body.getBytes(StandardCharsets.UTF_8))
                .send();
    }

    private JsonNode versions() {
        return writer.get("workspaces/" + id + "/state-versions").json().path("data");
    }

    @Test
    void anAnnouncedStateIsTakenAtItsAddress() {
        String state = document(1, "one");
        JsonNode pending = announce(writer, state, 1).json().path("data");
        String address = pending.at("/attributes/hosted-state-upload-url").asText();
        String version = pending.path("id").asText();

        assertThat(pending.at("/attributes/status").asText()).isEqualTo("pending");
        assertThat(address).startsWith(TwoPhaseAccessProfile.PUBLIC + "/api/v2/uploads/");
        assertThat(pending.at("/attributes/hosted-json-state-upload-url").asText())
                .isEqualTo(address + "/json");
        JsonNode before = writer.get("state-versions/" + version).json().path("data");
        assertThat(before.path("type").asText()).isEqualTo("state-versions");
        assertThat(before.at("/attributes/status").asText()).isEqualTo("pending");
        assertThat(versions()).isEmpty();

        assertThat(put(address, state).status()).isEqualTo(200);
        assertThat(put(address + "/json", "{\"values\":\"" + "x".repeat(100_000) + "\"}")
                        .status())
                .isEqualTo(200);

        JsonNode after = writer.get("state-versions/" + version).json().path("data");
        assertThat(after.at("/attributes/status").asText()).isEqualTo("finalized");
        assertThat(after.at("/attributes/serial").asLong()).isEqualTo(1);
        assertThat(after.at("/relationships/created-by/data/id").asText())
                .isEqualTo(AccountResource.id("token/writer"));
        assertThat(writer.get("state-versions/" + version + "/download").text()).isEqualTo(state);
    }

    @Test
    void aRepeatedUploadChangesNothing() {
        String state = document(1, "one");
        String address = address(state, 1);

        assertThat(put(address, state).status()).isEqualTo(200);
        assertThat(put(address, state).status()).isEqualTo(200);

        assertThat(versions()).hasSize(1);
    }

    @Test
    void anAddressTakesNothingButTheAnnouncedBytes() {
        String state = document(1, "one");
        String address = address(state, 1);

        Answer other = put(address, document(1, "two"));

        assertThat(other.status()).isEqualTo(422);
        assertThat(other.text()).contains("does not match its md5");
        assertThat(put(address, "").status()).isEqualTo(400);
        assertThat(versions()).isEmpty();
    }

    @Test
    void bytesThatAreNotWhatWasSaidOfThemAreRefused() {
        String state = document(7, "one");

        Answer answer = put(address(state, 8), state);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text()).contains("serial");
        assertThat(versions()).isEmpty();
    }

    @Test
    void anAlteredAddressIsNone() {
        String state = document(1, "one");
        String address = address(state, 1);
        char last = address.charAt(address.length() - 20);
        String altered = address.substring(0, address.length() - 20)
                + (last == 'A' ? 'B' : 'A')
                + address.substring(address.length() - 19);
        List<String> addresses = new ArrayList<>(List.of(altered, address.substring(0, address.length() - 4)));
        addresses.add("/api/v2/uploads/"
                + seal.seal(Purpose.SESSION, "Bearer " + WRITER.secret(), Duration.ofMinutes(1), "x"));
        addresses.add("/api/v2/uploads/" + seal.seal(Purpose.UPLOAD, "Bearer " + WRITER.secret(), Duration.ZERO, "x"));

        for (String each : addresses) {
            Answer answer = put(each, state);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.json().at("/errors/0/status").asText()).isEqualTo("401");
        }
        assertThat(versions()).isEmpty();
    }

    @Test
    void anAddressOpensNothingElse() {
        String text = URI.create(address(document(1, "one"), 1)).getRawPath().substring("/api/v2/uploads/".length());

        assertThat(Wire.to(server).get("/api/v2/uploads/" + text).status()).isEqualTo(405);
        assertThat(Wire.to(server).get("/v1/states?token=" + text).status()).isEqualTo(401);
        assertThat(Wire.to(server)
                        .request("GET", "/v1/states")
                        .header("Authorization", "Bearer " + text)
                        .send()
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aRevokedTokenEndsItsAddresses() {
        String state = document(1, "one");
        String address = address(state, 1);
        allow(NewSecret.token(RANDOM));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> writer.get("account/details").status() == 401);

        assertThat(put(address, state).status()).isEqualTo(401);
    }

    @Test
    void aLockThatWasBrokenEndsTheAddress() {
        String state = document(1, "one");
        String address = address(state, 1);
        assertThat(writer.unlock(id).status()).isEqualTo(200);

        assertThat(put(address, state).status()).isEqualTo(409);
        assertThat(versions()).isEmpty();
    }

    @Test
    void whoMayNotWriteGetsNoAddress() {
        assertThat(announce(reader, document(1, "one"), 1).status()).isEqualTo(403);
    }

    /** Inline, since a refusal of the bytes at the address is shown without its reason. */
    @Test
    void aStateThatWillBeRefusedIsAskedForInline() {
        put(address(document(5, "five"), 5), document(5, "five"));
        TfeClient other = TfeClient.discovered(server, WRITER.secret());

        List<Answer> answers = List.of(
                announce(writer, document(5, "again"), 5),
                announce(writer, document(4, "older"), 4),
                announce(other, document(6, "locked"), 6),
                writer.post("workspaces/" + id + "/state-versions", announcement("{}", 6, true)),
                writer.post(
                        "workspaces/" + id + "/state-versions",
                        "{\"data\":{\"type\":\"state-versions\",\"attributes\":{\"serial\":6}}}"));

        for (Answer answer : answers) {
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.text()).contains("param is missing or the value is empty: state");
        }
        Answer refused = writer.write(id, document(4, "older"));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text()).contains("serial 5");
    }

    @Test
    void anAnnouncementThatFitsIntoNoAddressIsAskedForInline() {
        String state = document(1, "one");
        String good = announcement(state, 1, false);

        for (String bad : List.of(
                good.replace(LINEAGE, "ä".repeat(60_000)),
                good.replace(md5(state), "short"),
                good.replace(md5(state), "x\\n1\\nother"))) {
            Answer answer = writer.post("workspaces/" + id + "/state-versions", bad);
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.text()).contains("param is missing or the value is empty: state");
        }
    }

    /** Lines of a request are cut by proxies. */
    @Test
    void aCredentialThatIsTooLongForAnAddressIsNotPutIntoOne() {
        writer.unlock(id);
        String state = document(1, "one");
        byte[] credential = ("n".repeat(5000) + ":" + WRITER.secret()).getBytes(StandardCharsets.UTF_8);
        Answer answer = Wire.to(server)
                .request("POST", "/api/v2/workspaces/" + id + "/state-versions")
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credential))
                .header("Content-Type", JsonApi.MEDIA_TYPE)
                .body(announcement(state, 1, false).getBytes(StandardCharsets.UTF_8))
                .send();

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text()).contains("param is missing or the value is empty: state");
    }
}
