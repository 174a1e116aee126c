package io.kolumn.state.terraform;

import static io.kolumn.state.http.TestStates.lockInfo;
import static io.kolumn.state.http.TestStates.md5;
import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 1 of docs/protocol.md: LOCK, UNLOCK and the same two at {@code /terraform-lock}. */
abstract class TerraformLockContract {

    @TestHTTPResource
    URI server;

    private final String name = "test-" + UUID.randomUUID();
    private final String path = "/terraform/" + name;
    private final String lockPath = "/terraform-lock/" + name;

    private Wire wire() {
        return Wire.to(server);
    }

    private Answer lock(String info) {
        return wire().request("LOCK", path).json(info).send();
    }

    private Answer unlock(String info) {
        return wire().request("UNLOCK", path).json(info).send();
    }

    private boolean locked() {
        return wire().get("/v1/locks/" + name).status() == 200;
    }

    @Test
    void lockAnswers200AndNothingElse() {
        Answer taken = lock(lockInfo("one"));

        assertThat(taken.status()).isEqualTo(200);
        assertThat(locked()).isTrue();
    }

    @Test
    void aRepeatedLockOfTheSameIdSucceeds() {
        lock(lockInfo("one"));

        assertThat(lock(lockInfo("one")).status()).isEqualTo(200);

        assertThat(wire().get("/v1/locks/" + name).json().get("fence").asLong()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"ID\":\"h\",\"Operation\":\"OperationTypeApply\",\"Info\":\"\",\"Who\":\"ada@x\",\"Version\":\"1.11.4\",\"Created\":\"2026-11-23T08:15:30.123456789Z\",\"Path\":\"\"}",
                "{ \"Path\" : \"\", \"Who\":\"Ada \\u00e9 😀\\n\",\"ID\":\"h\", \"Created\":\"0001-01-01T00:00:00Z\" }\n",
                "{\"ID\":\"h\",\"Future\":{\"x\":[1,2]},\"Created\":\"2026-11-23T10:15:30.5+02:00\"}",
                "{\"ID\":\"h\"}"
            })
    void whoeverComesSecondGetsTheHoldersLockInfoAsItWasSent(String holder) {
        assertThat(lock(holder).status()).isEqualTo(200);

        Answer held = lock(lockInfo("second"));

        assertThat(held.status()).isEqualTo(423);
        assertThat(held.body()).isEqualTo(holder.getBytes(StandardCharsets.UTF_8));
        assertThat(held.header("Content-Type")).startsWith("application/json");
    }

    @Test
    void theHolderUnlocks() {
        lock(lockInfo("one"));

        assertThat(unlock(lockInfo("one")).status()).isEqualTo(200);

        assertThat(locked()).isFalse();
        assertThat(lock(lockInfo("two")).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "UNLOCK"})
    void theAddressToUnlockUnlocksByAnyMethod(String method) {
        lock(lockInfo("one"));
        String address = "/terraform-unlock/" + name;

        assertThat(wire().request(method, address).json(lockInfo("two")).send().status())
                .isEqualTo(423);
        assertThat(locked()).isTrue();
        assertThat(wire().request(method, address).json(lockInfo("one")).send().status())
                .isEqualTo(200);
        assertThat(locked()).isFalse();
    }

    /** Where unlock_address is the address of locks, and unlock_method a method that takes them. */
    @ParameterizedTest
    @CsvSource({"POST, /terraform-lock/", "PUT, /terraform-lock/", "LOCK, /terraform/"})
    void aLockByItsHolderAfterAWriteUnderItIsRefusedWithASentence(String method, String door) {
        wire().request(method, door + name).json(lockInfo("one")).send();
        assertThat(wire().request("POST", path + "?ID=one")
                        .json(state(1))
                        .send()
                        .status())
                .isEqualTo(200);

        Answer again = wire().request(method, door + name).json(lockInfo("one")).send();

        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().get("reason").asText()).isEqualTo("lock-used");
        assertThat(again.json().get("detail").asText()).contains("/terraform-unlock/" + name);
        assertThat(locked()).isTrue();
    }

    @Test
    void unlockOfAStateThatIsNotLockedSucceeds() {
        assertThat(unlock(lockInfo("one")).status()).isEqualTo(200);
        lock(lockInfo("one"));
        unlock(lockInfo("one"));
        assertThat(unlock(lockInfo("one")).status()).isEqualTo(200);
    }

    @Test
    void anotherDoesNotUnlock() {
        lock(lockInfo("one"));

        Answer refused = unlock(lockInfo("two"));

        assertThat(refused.status()).isEqualTo(423);
        assertThat(refused.text()).isEqualTo(lockInfo("one"));
        assertThat(locked()).isTrue();
    }

    @Test
    void terraformsForceUnlockIsAnEmptyChunkedBody() {
        lock(lockInfo("one"));

        Answer forced = wire().request("UNLOCK", path)
                .header("Accept-Encoding", "gzip")
                .chunked(new byte[0])
                .send();

        assertThat(forced.status()).isEqualTo(200);
        assertThat(locked()).isFalse();
    }

    @Test
    void anUnlockWithoutAnyBodyIsForcedToo() {
        lock(lockInfo("one"));
        assertThat(wire().request("UNLOCK", path).send().status()).isEqualTo(200);
        assertThat(locked()).isFalse();

        lock(lockInfo("one"));
        assertThat(wire().request("UNLOCK", path).body(new byte[0]).send().status())
                .isEqualTo(200);
        assertThat(locked()).isFalse();
    }

    @Test
    void openTofusForceUnlockIsALockInfoOfOnlyTheId() {
        lock(lockInfo("one"));

        Answer wrong = unlock("{\"ID\":\"two\"}");
        assertThat(wrong.status()).isEqualTo(423);
        assertThat(wrong.text()).isEqualTo(lockInfo("one"));
        assertThat(locked()).isTrue();

        assertThat(unlock("{\"ID\":\"one\"}").status()).isEqualTo(200);
        assertThat(locked()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "\"one\"",
                "{\"ID\":",
                "{\"ID\":\"one\"} {}",
                "{\"ID\":1}",
                "{\"ID\":\"one\",\"Who\":[]}",
                "{\"ID\":\"one\",\"Created\":\"yesterday\"}",
                "{\"ID\":\"a\\u0000b\"}",
                "{\"ID\":\"\"}",
                "{\"Who\":\"ada\"}"
            })
    void whatIsNoLockInfoLocksNothing(String body) {
        Answer refused = lock(body);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
        assertThat(refused.json().get("detail").asText()).isNotBlank();
        assertThat(locked()).isFalse();
    }

    @Test
    void aLockInfoThatIsNoUtf8IsRefused() {
        byte[] latin1 = "{\"ID\":\"one\",\"Who\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);

        Answer refused = wire().request("LOCK", path).json(latin1).send();

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("detail").asText()).contains("UTF-8");
    }

    @Test
    void anUnlockWithABodyButNoIdIsNotForced() {
        lock(lockInfo("one"));

        assertThat(unlock("{}").status()).isEqualTo(400);
        assertThat(unlock("{\"ID\":\"\"}").status()).isEqualTo(400);

        assertThat(locked()).isTrue();
    }

    @Test
    void aLockInfoHasAtMost16KiB() {
        String frame = "{\"ID\":\"one\",\"Info\":\"\"}";
        String largest = frame.replace("\"\"", '"' + "i".repeat(16 * 1024 - frame.length()) + '"');
        String tooLarge = frame.replace("\"\"", '"' + "i".repeat(16 * 1024 - frame.length() + 1) + '"');

        Answer refused = lock(tooLarge);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("detail").asText()).contains("16384");
        assertThat(locked()).isFalse();

        assertThat(lock(largest).status()).isEqualTo(200);
        assertThat(lock(lockInfo("two")).text()).isEqualTo(largest);
    }

    @Test
    void aLockInfoOfManyMegabytesIsRefusedPromptly() {
        String huge = "{\"ID\":\"one\",\"Info\":\"" + "i".repeat(20_000_000) + "\"}";

        assertThat(lock(huge).status()).isEqualTo(400);

        assertThat(locked()).isFalse();
    }

    @Test
    void contentMd5OfALockInfoIsVerified() {
        byte[] info = lockInfo("one").getBytes(StandardCharsets.UTF_8);

        Answer wrong = wire().request("LOCK", path)
                .header("Content-MD5", md5(new byte[0]))
                .json(info)
                .send();
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(locked()).isFalse();

        assertThat(wire().request("LOCK", path)
                        .header("Content-MD5", md5(info))
                        .json(info)
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(wire().request("UNLOCK", path)
                        .header("Content-MD5", md5(new byte[0]))
                        .json(info)
                        .send()
                        .status())
                .isEqualTo(400);
        assertThat(locked()).isTrue();
    }

    @Test
    void aLockedStateIsReadAlways() {
        wire().request("POST", path).json(state(1)).send();
        lock(lockInfo("one"));

        assertThat(wire().get(path).text()).isEqualTo(state(1));
    }

    @Test
    void aLockMakesNoState() {
        lock(lockInfo("one"));

        assertThat(wire().get(path).status()).isEqualTo(404);
        assertThat(wire().get("/v1/states?prefix=" + name).json().get("states")).isEmpty();
    }

    @Test
    void ofManyAtOnceOneTakesTheLock() throws Exception {
        List<Callable<Answer>> racers = java.util.stream.IntStream.range(0, 12)
                .<Callable<Answer>>mapToObj(i -> () -> lock(lockInfo("racer-" + i)))
                .toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Integer> statuses = threads.invokeAll(racers).stream()
                    .map(Future::resultNow)
                    .map(Answer::status)
                    .toList();

            assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 423);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT"})
    void theLockPathLocksByPostOrPutAndUnlocksByDelete(String method) {
        Answer taken = wire().request(method, lockPath).json(lockInfo("one")).send();
        assertThat(taken.status()).isEqualTo(200);

        Answer held = wire().request(method, lockPath).json(lockInfo("two")).send();
        assertThat(held.status()).isEqualTo(423);
        assertThat(held.text()).isEqualTo(lockInfo("one"));
        assertThat(lock(lockInfo("two")).status()).isEqualTo(423);
        assertThat(wire().request("DELETE", lockPath)
                        .json(lockInfo("two"))
                        .send()
                        .status())
                .isEqualTo(423);

        assertThat(wire().request("DELETE", lockPath)
                        .json(lockInfo("one"))
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(locked()).isFalse();
    }

    @Test
    void theLockPathNeverTouchesTheState() {
        wire().request("POST", path).json(state(1)).send();

        assertThat(wire().request("POST", lockPath).json(state(2)).send().status())
                .isEqualTo(400);
        assertThat(wire().request("DELETE", lockPath).send().status()).isEqualTo(200);

        assertThat(wire().get(path).text()).isEqualTo(state(1));
        assertThat(wire().get("/v1/versions/" + name).json().get("versions")).hasSize(1);
    }

    @Test
    void aDeleteWithoutABodyAtTheLockPathIsForced() {
        lock(lockInfo("one"));
        assertThat(wire().request("DELETE", lockPath)
                        .chunked(new byte[0])
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(locked()).isFalse();

        lock(lockInfo("one"));
        assertThat(wire().request("DELETE", lockPath).send().status()).isEqualTo(200);
        assertThat(locked()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "LOCK", "UNLOCK", "PATCH"})
    void theLockPathKnowsNoOtherMethods(String method) {
        Answer refused = wire().request(method, lockPath).json(lockInfo("one")).send();

        assertThat(refused.status()).isEqualTo(405);
        assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
        assertThat(locked()).isFalse();
    }

    @Test
    void aLockOfTheRestApiIsHeldHereToo() {
        wire().request("PUT", "/v1/locks/" + name)
                .json("{\"id\":\"rest\",\"who\":\"ada\",\"reason\":\"deploy\",\"created\":\"2026-11-23T08:15:30Z\"}")
                .send();

        Answer held = lock(lockInfo("two"));

        assertThat(held.status()).isEqualTo(423);
        assertThat(held.json().get("ID").asText()).isEqualTo("rest");
        assertThat(held.json().get("Who").asText()).isEqualTo("ada");
        assertThat(held.json().get("Info").asText()).isEqualTo("deploy");
        assertThat(held.json().get("Created").asText()).isEqualTo("2026-11-23T08:15:30Z");
    }
}
