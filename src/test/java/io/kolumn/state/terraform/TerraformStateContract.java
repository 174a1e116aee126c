package io.kolumn.state.terraform;

import static io.kolumn.state.http.TestStates.LINEAGE;
import static io.kolumn.state.http.TestStates.emptyState;
import static io.kolumn.state.http.TestStates.fixture;
import static io.kolumn.state.http.TestStates.large;
import static io.kolumn.state.http.TestStates.lockInfo;
import static io.kolumn.state.http.TestStates.md5;
import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 1 of docs/protocol.md: reading, writing and deleting, with the bytes that clients send. */
abstract class TerraformStateContract {

    @TestHTTPResource
    URI server;

    private final String name = "test-" + UUID.randomUUID();
    private final String path = "/terraform/" + name;

    private Answer read() {
        return wire().get(path);
    }

    private Answer write(String document) {
        return write("", document);
    }

    private Answer write(String query, String document) {
        return wire().request("POST", path + query).json(document).send();
    }

    private void lock(String id, String operation) {
        assertThat(wire().request("LOCK", path)
                        .json(lockInfo(id, operation))
                        .send()
                        .status())
                .isEqualTo(200);
    }

    private int versions() {
        return wire().get("/v1/versions/" + name).json().get("versions").size();
    }

    private Wire wire() {
        return Wire.to(server);
    }

    @Test
    void aStateThatIsNotThereIs404() {
        assertThat(read().status()).isEqualTo(404);
        assertThat(wire().request("HEAD", path).send().status()).isEqualTo(404);
    }

    /** As stacks of terragrunt write it. */
    @Test
    void aSegmentThatBeginsWithADotIsANameAtEveryDoor() {
        String stack = name + "/.terragrunt-stack/vpc";
        String there = "/terraform/" + stack;
        assertThat(wire().get(there).status()).isEqualTo(404);
        assertThat(wire().request("LOCK", there).json(lockInfo("one")).send().status())
                .isEqualTo(200);
        assertThat(wire().request("POST", there + "?ID=one")
                        .json(state(1))
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(wire().request("UNLOCK", there).json(lockInfo("one")).send().status())
                .isEqualTo(200);
        for (String method : new String[] {"POST", "DELETE"}) {
            assertThat(wire().request(method, "/terraform-lock/" + stack)
                            .json(lockInfo("two"))
                            .send()
                            .status())
                    .isEqualTo(200);
        }
        assertThat(wire().get(there).text()).isEqualTo(state(1));
        for (String door :
                new String[] {"/terraform-outputs/", "/v1/states/", "/v1/versions/", "/v1/outputs/", "/v1/records/"}) {
            assertThat(wire().get(door + stack).status()).as(door).isEqualTo(200);
        }
        assertThat(wire().get("/v1/states?prefix=" + name + "/.t")
                        .json()
                        .at("/states/0/name")
                        .asText())
                .isEqualTo(stack);
        assertThat(wire().request("DELETE", "/v1/states/" + stack).send().status())
                .isEqualTo(204);
    }

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
    void everyFormatComesBackAsItCame(String fixture) {
        byte[] sent = fixture(fixture);

        Answer written = wire().request("POST", path).json(sent).send();

        assertThat(written.status()).isEqualTo(200);
        Answer read = read();
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.body()).isEqualTo(sent);
        assertThat(read.header("Content-Type")).startsWith("application/json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"version\":4,\"z\":1,\"a\":2}",
                "\n\t {\"version\": 4, \"a\": {\"twice\": 1, \"twice\": 2}}  \r\n\r\n",
                "{\"version\":4,\"a\":\"\\u0000\\ud83d\\ude00 \\/ é 😀\"}",
                "{\"version\":4,\"a\":1.0,\"b\":1e2,\"c\":100000000000000000000000000000000000001,\"d\":-0}",
                "{\"version\":4,\"serial\":0,\"lineage\":\"\",\"resources\":null,\"outputs\":null,\"created_at\":\"0001-01-01T00:00:00Z\"}",
                "{\"version\":0,\"serial\":1,\"lineage\":\"my-project-123\",\"resources\":[]}"
            })
    void theBytesComeBackAsTheyCame(String document) {
        byte[] sent = document.getBytes(StandardCharsets.UTF_8);

        assertThat(wire().request("PUT", path).json(sent).send().status()).isEqualTo(200);

        assertThat(read().body()).isEqualTo(sent);
    }

    @Test
    void aDocumentLargerThanTheServersUsualLimitComesBack() {
        byte[] sent = large(12_000_000);

        assertThat(wire().request("POST", path)
                        .header("Content-MD5", md5(sent))
                        .json(sent)
                        .send()
                        .status())
                .isEqualTo(200);

        assertThat(read().body()).isEqualTo(sent);
    }

    @Test
    void aBodyOfUnknownLengthIsWritten() {
        byte[] sent = large(1_000_000);

        assertThat(wire().request("POST", path)
                        .header("Content-Type", "application/json")
                        .chunked(sent)
                        .send()
                        .status())
                .isEqualTo(200);

        assertThat(read().body()).isEqualTo(sent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT"})
    void postAndPutWriteAlike(String method) {
        assertThat(wire().request(method, path).json(state(1)).send().status()).isEqualTo(200);
        assertThat(wire().request(method, path).json(state(2)).send().status()).isEqualTo(200);

        assertThat(read().text()).isEqualTo(state(2));
    }

    @Test
    void aRepeatedWriteSucceedsAndMakesNoNewVersion() {
        write(state(1));
        write(state(2));

        assertThat(write(state(2)).status()).isEqualTo(200);

        assertThat(versions()).isEqualTo(2);
    }

    @Test
    void aRepeatedWriteSucceedsEvenWhenItsLockIsLostOrAnothers() {
        lock("mine", "OperationTypeApply");
        write("?ID=mine", state(1));
        wire().request("UNLOCK", path).json(lockInfo("mine")).send();

        assertThat(write("?ID=mine", state(1)).status()).isEqualTo(200);
        lock("other", "OperationTypeApply");
        assertThat(write("?ID=mine", state(1)).status()).isEqualTo(200);

        assertThat(versions()).isEqualTo(1);
    }

    @ParameterizedTest(name = "locked {0}, ID {1}: {2}")
    @CsvSource({
        "true, mine, 200",
        "true, other, 423",
        "true, , 423",
        "true, '', 423",
        "false, , 200",
        "false, '', 200",
        "false, mine, 409"
    })
    void theWriteMatrix(boolean locked, String id, int status) {
        write(state(1));
        if (locked) {
            lock("mine", "OperationTypeApply");
        }

        Answer answer = write(id == null ? "" : "?ID=" + id, state(2));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(read().text()).isEqualTo(state(status == 200 ? 2 : 1));
        if (status == 423) {
            assertThat(answer.text()).isEqualTo(lockInfo("mine"));
            assertThat(answer.header("Content-Type")).startsWith("application/json");
        }
        if (status == 409) {
            assertThat(answer.json().get("type").asText()).isEqualTo("urn:kolumn:state:conflict");
            assertThat(answer.json().get("reason").asText()).isEqualTo("lock-lost");
        }
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "the next serial | {'version':4,'serial':6,'lineage':'L','outputs':{'a':1}} | 200",
                "a far serial | {'version':4,'serial':9000,'lineage':'L','outputs':{'a':1}} | 200",
                "a lower serial | {'version':4,'serial':4,'lineage':'L','outputs':{'a':1}} | serial",
                "the same serial, other bytes | {'version':4,'serial':5,'lineage':'L','outputs':{'b':1}} | serial",
                "another lineage | {'version':4,'serial':6,'lineage':'M','outputs':{'a':1}} | lineage",
                "no lineage, next serial | {'version':4,'serial':6,'outputs':{'a':1}} | 200",
                "an empty lineage | {'version':4,'serial':6,'lineage':'','outputs':{'a':1}} | 200",
                "neither serial nor lineage | {'version':4,'outputs':{'a':1}} | lineage",
                "emptied with the next serial | {'version':4,'serial':6,'lineage':'L','outputs':{},'resources':[]} | 200",
                "encrypted with the next serial | {'serial':6,'lineage':'L','encrypted_data':'x','encryption_version':'v0'} | 200",
                "encrypted with the same serial | {'serial':5,'lineage':'L','encrypted_data':'x','encryption_version':'v0'} | serial"
            })
    void serialAndLineageMustFollow(String what, String document, String outcome) {
        String first = "{'version':4,'serial':5,'lineage':'L','outputs':{'a':1}}".replace('\'', '"');
        String next = document.replace('\'', '"');
        write(first);

        Answer answer = write(next);

        assertThat(read().text()).isEqualTo(outcome.equals("200") ? next : first);
        if (outcome.equals("200")) {
            assertThat(answer.status()).isEqualTo(200);
        } else {
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.json().get("reason").asText()).isEqualTo(outcome);
            assertThat(answer.json().at("/current/serial").asLong()).isEqualTo(5);
            assertThat(answer.json().at("/current/lineage").asText()).isEqualTo("L");
        }
    }

    @Test
    void afterADestroyAClientStartsAgainAtSerialOne() {
        write(state(7));
        write(emptyState(8, LINEAGE));

        assertThat(write(state(1, "another-lineage", "new")).status()).isEqualTo(200);
    }

    @Test
    void destroyLeavesAnEmptyDocumentAndNoGap() {
        write(state(1));

        assertThat(write(emptyState(2, LINEAGE)).status()).isEqualTo(200);

        assertThat(read().text()).isEqualTo(emptyState(2, LINEAGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"state-push", "migration destination state"})
    void aForcedPushShowsByItsLockAlone(String operation) {
        write(state(7));
        lock("push", operation);

        assertThat(write("?ID=push", state(2, "another-lineage", "pushed")).status())
                .isEqualTo(200);

        assertThat(read().text()).isEqualTo(state(2, "another-lineage", "pushed"));
    }

    @Test
    void noOtherOperationMaySkipSerialAndLineage() {
        write(state(7));
        lock("apply", "OperationTypeApply");

        assertThat(write("?ID=apply", state(2)).status()).isEqualTo(409);
    }

    @Test
    void forceSkipsSerialAndLineageAlone() {
        write(state(7));

        assertThat(write("?force=true", state(2, "another-lineage", "x")).status())
                .isEqualTo(200);
        lock("other", "OperationTypeApply");
        assertThat(write("?force=true", state(1)).status()).isEqualTo(423);
        assertThat(write("?ID=mine&force=true", state(1)).status()).isEqualTo(423);
    }

    @Test
    void forceDoesNotBringALostLockBack() {
        write(state(7));

        assertThat(write("?ID=mine&force=true", state(8)).status()).isEqualTo(409);
    }

    @Test
    void snapshotsDuringAnApplyFollowEachOther() {
        lock("apply", "OperationTypeApply");
        for (int serial = 1; serial <= 5; serial++) {
            assertThat(write("?ID=apply", state(serial)).status()).isEqualTo(200);
        }

        assertThat(read().text()).isEqualTo(state(5));
    }

    @Test
    void aRefusedDocumentWithALockIdIsSetAsideAndNamed() {
        write(state(1));

        Answer refused = write("?ID=lost", state(2, LINEAGE, "what the apply did"));

        assertThat(refused.status()).isEqualTo(409);
        String id = refused.json().get("quarantined").asText();
        assertThat(refused.json().get("detail").asText()).contains(id);
        assertThat(wire().get("/v1/states/" + name + "?quarantined=" + id).text())
                .isEqualTo(state(2, LINEAGE, "what the apply did"));
    }

    @Test
    void aDocumentRefusedForAnothersLockIsSetAsideAndNamedBesideTheLockInfo() {
        lock("holder", "OperationTypeApply");

        Answer refused = write("?ID=lost", state(2));

        assertThat(refused.status()).isEqualTo(423);
        assertThat(refused.text()).isEqualTo(lockInfo("holder"));
        String id = refused.header("State-Quarantined");
        assertThat(id).isNotNull();
        assertThat(wire().get("/v1/states/" + name + "?quarantined=" + id).text())
                .isEqualTo(state(2));
    }

    @Test
    void aRefusedDocumentWithoutALockIdIsNotSetAside() {
        write(state(2));

        Answer refused = write(state(1));

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().has("quarantined")).isFalse();
        assertThat(wire().get("/v1/versions/" + name + "?quarantined=true")
                        .json()
                        .get("versions"))
                .isEmpty();
    }

    @Test
    void deleteAnswers200ThereOrNot() {
        write(state(1));

        assertThat(wire().request("DELETE", path).send().status()).isEqualTo(200);
        assertThat(read().status()).isEqualTo(404);
        assertThat(wire().request("DELETE", path).send().status()).isEqualTo(200);
    }

    @Test
    void deleteObeysTheLock() {
        write(state(1));
        lock("holder", "OperationTypeApply");

        Answer refused = wire().request("DELETE", path).send();

        assertThat(refused.status()).isEqualTo(423);
        assertThat(refused.text()).isEqualTo(lockInfo("holder"));
        assertThat(wire().request("DELETE", path + "?ID=holder").send().status())
                .isEqualTo(200);
        assertThat(read().status()).isEqualTo(404);
    }

    @Test
    void aDeleteWithABodyIsAWronglyConfiguredUnlock() {
        write(state(1));
        lock("holder", "OperationTypeApply");

        Answer plain = wire().request("DELETE", path + "?ID=holder")
                .json(lockInfo("holder"))
                .send();
        Answer chunked = wire().request("DELETE", path + "?ID=holder")
                .header("Content-Type", "application/json")
                .chunked(lockInfo("holder").getBytes(StandardCharsets.UTF_8))
                .send();

        assertThat(plain.status()).isEqualTo(400);
        assertThat(plain.json().get("detail").asText()).contains("unlock_method");
        assertThat(chunked.status()).isEqualTo(400);
        assertThat(read().text()).isEqualTo(state(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT"})
    void aLockInfoIsNoState(String method) {
        Answer answer = wire().request(method, path).json(lockInfo("holder")).send();

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("detail").asText())
                .contains("LockInfo")
                .contains("lock_method")
                .contains("/terraform-lock/");
        assertThat(read().status()).isEqualTo(404);
        assertThat(wire().get("/v1/locks/" + name).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"version\":\"4\"}",
                "{\"version\":null}",
                "{\"version\":4.5}",
                "{\"encryption_version\":null}",
                "{\"serial\":1,\"lineage\":\"x\"}",
                "{\"hello\":\"world\"}"
            })
    void whatIsNoKnownFormatIsRefused(String document) {
        Answer answer = write(document);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().get("detail").asText()).contains("'version'", "'encryption_version'");
        assertThat(read().status()).isEqualTo(404);
    }

    @Test
    void contentMd5IsVerified() {
        byte[] document = state(1).getBytes(StandardCharsets.UTF_8);

        Answer wrong = wire().request("POST", path)
                .header("Content-MD5", md5("other".getBytes(StandardCharsets.UTF_8)))
                .json(document)
                .send();
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.json().get("detail").asText()).contains("Content-MD5", md5(document));
        assertThat(read().status()).isEqualTo(404);

        assertThat(wire().request("POST", path)
                        .header("Content-MD5", "no base64!")
                        .json(document)
                        .send()
                        .status())
                .isEqualTo(400);

        Answer right = wire().request("POST", path)
                .header("Content-MD5", md5(document))
                .json(document)
                .send();
        assertThat(right.status()).isEqualTo(200);
    }

    @Test
    void contentMd5OfABodyOfUnknownLengthIsVerified() {
        byte[] document = large(300_000);

        Answer wrong = wire().request("POST", path)
                .header("Content-Type", "application/json")
                .header("Content-MD5", md5(state(1).getBytes(StandardCharsets.UTF_8)))
                .chunked(document)
                .send();

        assertThat(wrong.status()).isEqualTo(400);
        assertThat(read().status()).isEqualTo(404);
    }

    @Test
    void anAnswerHasNoContentMd5ThatCouldBeWrong() {
        write(state(1));

        assertThat(read().header("Content-MD5")).isNull();
        assertThat(write(state(2)).header("Content-MD5")).isNull();
    }

    @Test
    void aLargeDocumentTravelsCompressedWhereTheClientTakesThat() {
        byte[] document = fixture("terraform-v4-medium.tfstate");
        wire().request("POST", path).json(document).send();

        Answer gzip =
                wire().request("GET", path).header("Accept-Encoding", "gzip").send();

        assertThat(gzip.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(gzip.header("Vary")).containsIgnoringCase("accept-encoding");
        assertThat(gzip.body().length).isLessThan(document.length / 4);
        assertThat(gzip.gunzipped()).isEqualTo(document);
        assertThat(gzip.header("Content-MD5")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "br", "gzip;q=0", "deflate, zstd"})
    void aClientThatTakesNoGzipGetsNone(String accepted) {
        byte[] document = fixture("terraform-v4-medium.tfstate");
        wire().request("POST", path).json(document).send();

        Answer plain =
                wire().request("GET", path).header("Accept-Encoding", accepted).send();

        assertThat(plain.header("Content-Encoding")).isIn(null, "identity");
        assertThat(plain.header("Content-Length")).isEqualTo(Integer.toString(document.length));
        assertThat(plain.body()).isEqualTo(document);
    }

    @Test
    void headSaysWhatGetWouldWithoutTheDocument() {
        write(state(1));

        Answer head = wire().request("HEAD", path).send();

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(state(1).length()));
        assertThat(head.header("State-Serial")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gzip"})
    void headOfALargeDocumentHasNoBody(String accepted) {
        wire().request("POST", path).json(large(600_000)).send();

        Answer head =
                wire().request("HEAD", path).header("Accept-Encoding", accepted).send();

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void credentialsThatNobodyAskedForDoNoHarm() {
        String basic = Base64.getEncoder().encodeToString("ada:secret".getBytes(StandardCharsets.UTF_8));

        assertThat(wire().request("POST", path)
                        .header("Authorization", "Basic " + basic)
                        .json(state(1))
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(wire().request("GET", path)
                        .header("Authorization", "Basic " + basic)
                        .send()
                        .status())
                .isEqualTo(200);
    }

    @Test
    void oneUrlIsOneState() {
        write(state(1));

        assertThat(wire().get(path + "/prod").status()).isEqualTo(404);
        assertThat(wire().request("POST", path + "/prod")
                        .json(state(9, "other", "y"))
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(read().text()).isEqualTo(state(1));
        assertThat(wire().get(path + "/prod").text()).isEqualTo(state(9, "other", "y"));
    }
}
