package io.kolumn.state.api;

import static io.kolumn.state.http.TestStates.lockInfo;
import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v1/locks} of docs/http.md. */
abstract class LocksResourceContract {

    private static final String ADA = "{\"id\":\"a\",\"who\":\"ada\"}";
    private static final String BOB = "{\"id\":\"b\",\"who\":\"bob\"}";

    @TestHTTPResource
    URI server;

    private final String path = "/v1/locks/test-" + UUID.randomUUID();

    private Wire wire() {
        return Wire.to(server);
    }

    private Answer acquire(String query, String body) {
        return wire().request("PUT", path + query).json(body).send();
    }

    private Answer renew(String query) {
        return wire().request("POST", path + query).send();
    }

    private Answer release(String query) {
        return wire().request("DELETE", path + query).send();
    }

    private Answer read() {
        return wire().get(path);
    }

    @Test
    void aLockIsTakenWith201AndShowsItsHolder() {
        Answer taken = acquire(
                "",
                "{\"id\":\"a\",\"path\":\"p\",\"who\":\"ada@build-7\",\"version\":\"9\","
                        + "\"created\":\"2026-11-23T10:15:30.5+02:00\",\"reason\":\"nightly\",\"operation\":\"deploy\"}");

        assertThat(taken.status()).isEqualTo(201);
        for (JsonNode lock : new JsonNode[] {taken.json(), read().json()}) {
            assertThat(lock.get("id").asText()).isEqualTo("a");
            assertThat(lock.get("path").asText()).isEqualTo("p");
            assertThat(lock.get("who").asText()).isEqualTo("ada@build-7");
            assertThat(lock.get("version").asText()).isEqualTo("9");
            assertThat(lock.get("created").asText()).isEqualTo("2026-11-23T08:15:30.500Z");
            assertThat(lock.get("reason").asText()).isEqualTo("nightly");
            assertThat(lock.get("operation").asText()).isEqualTo("deploy");
            assertThat(lock.get("fence").asLong()).isEqualTo(1);
            assertThat(lock.has("expires")).isFalse();
        }
    }

    @Test
    void locksAreListedWithTheirHoldersAndPaged() {
        String prefix = path.substring("/v1/locks/".length()) + "/";
        for (String name : new String[] {"c", "a", "b"}) {
            wire().request("PUT", "/v1/locks/" + prefix + name + (name.equals("b") ? "?ttl=10m" : ""))
                    .json("{\"id\":\"" + name + "\",\"who\":\"ada\",\"operation\":\"deploy\"}")
                    .send();
        }
        wire().request("PUT", "/v1/states/" + prefix + "free").json(state(1)).send();

        JsonNode first = wire().get("/v1/locks?limit=2&prefix=" + prefix).json();
        JsonNode second = wire().get("/v1/locks?limit=2&prefix=" + prefix + "&after="
                        + first.get("next").asText())
                .json();

        assertThat(first.get("locks").findValuesAsText("state")).containsExactly(prefix + "a", prefix + "b");
        assertThat(second.get("locks").findValuesAsText("state")).containsExactly(prefix + "c");
        assertThat(second.has("next")).isFalse();
        JsonNode lease = first.at("/locks/1");
        assertThat(lease.get("heldSeconds").asLong()).isBetween(0L, 60L);
        assertThat(lease.get("leaseEnded").asBoolean()).isFalse();
        assertThat(lease.at("/lock/who").asText()).isEqualTo("ada");
        assertThat(lease.at("/lock/operation").asText()).isEqualTo("deploy");
        assertThat(lease.at("/lock/expires").isTextual()).isTrue();
        assertThat(first.at("/locks/0/lock").has("expires")).isFalse();
        assertThat(wire().get("/v1/locks?older-than=1h&prefix=" + prefix).json().get("locks"))
                .isEmpty();
        assertThat(wire().get("/v1/locks?older-than=soon").status()).isEqualTo(400);
        assertThat(wire().get("/v1/locks?older-than=-PT1H").status()).isEqualTo(400);
    }

    @Test
    void whatBelongsIntoTheQueryIsNotPassedOverInTheBody() {
        Answer refused = acquire("", "{\"id\":\"a\",\"who\":\"ada\",\"ttl\":\"PT10M\"}");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("detail").asText()).contains("?ttl=");
        assertThat(read().status()).isEqualTo(404);
    }

    @Test
    void aMissingTimeIsNow() {
        Instant created = Instant.parse(acquire("", ADA).json().get("created").asText());

        assertThat(created).isBetween(Instant.now().minusSeconds(60), Instant.now());
    }

    @Test
    void theSameIdAgainIs200WithTheSameFence() {
        acquire("", ADA);

        Answer again = acquire("", ADA);

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().get("fence").asLong()).isEqualTo(1);
    }

    @Test
    void aHeldLockIs423WithTheHolder() {
        acquire("", ADA);

        Answer held = acquire("", BOB);

        assertThat(held.status()).isEqualTo(423);
        assertThat(held.header("Content-Type")).startsWith("application/problem+json");
        assertThat(held.json().get("type").asText()).isEqualTo("urn:kolumn:state:locked");
        assertThat(held.json().at("/holder/id").asText()).isEqualTo("a");
        assertThat(held.json().at("/holder/who").asText()).isEqualTo("ada");
        assertThat(held.json().get("state").asText()).isEqualTo(path.substring("/v1/locks/".length()));
        assertThat(held.json().get("detail").asText()).contains("ada");
    }

    @Test
    void theFenceGrowsWithEveryAcquisition() {
        acquire("", ADA);
        release("?id=a");

        assertThat(acquire("", BOB).json().get("fence").asLong()).isEqualTo(2);
    }

    @Test
    void anIdIsMadeWhereThereIsNoneAndThenATtlIsNeeded() {
        Answer refused = acquire("", "{\"who\":\"ada\"}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("detail").asText()).contains("ttl");
        assertThat(read().status()).isEqualTo(404);

        Answer taken = acquire("?ttl=PT10M", "{\"who\":\"ada\"}");
        assertThat(taken.status()).isEqualTo(201);
        assertThat(UUID.fromString(taken.json().get("id").asText())).isNotNull();

        assertThat(acquire("?ttl=PT10M", "{\"who\":\"ada\"}").status()).isEqualTo(423);
    }

    @Test
    void aTtlMakesALease() {
        JsonNode lease = acquire("?ttl=PT10M", ADA).json();

        assertThat(Duration.between(
                        Instant.parse(lease.get("acquired").asText()),
                        Instant.parse(lease.get("expires").asText())))
                .isEqualTo(Duration.ofMinutes(10));
    }

    @ParameterizedTest
    @CsvSource({
        "ttl, PT5S, 201",
        "ttl, PT24H, 201",
        "ttl, P1D, 201",
        "ttl, PT4.999S, 400",
        "ttl, PT24H0.001S, 400",
        "ttl, -PT10M, 400",
        "ttl, PT0S, 400",
        "ttl, 600, 201",
        "ttl, 10m, 201",
        "wait, 30s, 201",
        "ttl, 4s, 400",
        "ttl, 25h, 400",
        "ttl, 10x, 400",
        "ttl, 10minutes, 400",
        "wait, PT0S, 201",
        "wait, PT5M, 201",
        "wait, PT5M0.001S, 400",
        "wait, -PT1S, 400",
        "wait, soon, 400",
        "ttl, PT999999999999999999999H, 400",
        "wait, PT2562047788015215H, 400"
    })
    void durationsAreWithinTheirRanges(String parameter, String value, int status) {
        Answer answer = acquire("?" + parameter + "=" + value, ADA);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(read().status()).isEqualTo(status == 201 ? 200 : 404);
        if (status == 400) {
            assertThat(answer.json().get("detail").asText()).contains(parameter);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "null",
                "{}",
                "{\"id\":\"a\"}",
                "{\"who\":\"\"}",
                "{\"who\":\" \"}",
                "{\"who\":1,\"id\":\"a\"}",
                "{\"who\":\"ada\",\"id\":7}",
                "{\"who\":\"ada\",\"id\":\"a\",\"created\":\"yesterday\"}",
                "{\"who\":\"ada\",\"id\":\"a\\nb\"}",
                "{\"who\":\"ada\",\"id\":\"a\"",
                "{\"who\":\"ada\",\"id\":\"a\"} x",
                "{\"id\":\"a\",\"ID\":\"a\"}"
            })
    void whatIsNoLockInfoLocksNothing(String body) {
        Answer refused = acquire("?ttl=PT10M", body);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("type").asText()).isEqualTo("urn:kolumn:state:invalid");
        assertThat(read().status()).isEqualTo(404);
    }

    @Test
    void aLockInfoOfMoreThan16KiBIsRefused() {
        Answer refused = acquire("", "{\"id\":\"a\",\"who\":\"" + "w".repeat(17_000) + "\"}");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(read().status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", ""})
    void anotherMediaTypeIs415(String mediaType) {
        Wire.Request request = wire().request("PUT", path);
        if (!mediaType.isEmpty()) {
            request.header("Content-Type", mediaType);
        }

        Answer refused = request.body(ADA.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .send();

        assertThat(refused.status()).isEqualTo(415);
        assertThat(read().status()).isEqualTo(404);
    }

    @Test
    void noLockIs404() {
        assertThat(read().status()).isEqualTo(404);
        assertThat(read().json().get("type").asText()).isEqualTo("urn:kolumn:state:not-found");
    }

    @Test
    void aRenewedLeaseEndsLater() {
        Instant first =
                Instant.parse(acquire("?ttl=PT10M", ADA).json().get("expires").asText());

        Answer renewed = renew("?id=a&ttl=PT2H");

        assertThat(renewed.status()).isEqualTo(200);
        assertThat(Instant.parse(renewed.json().get("expires").asText())).isAfter(first.plus(Duration.ofMinutes(100)));
        assertThat(read().json().get("expires")).isEqualTo(renewed.json().get("expires"));
        assertThat(renewed.json().get("fence").asLong()).isEqualTo(1);
    }

    @Test
    void renewingWithoutALockIsLostAndAnothersIsHeld() {
        Answer lost = renew("?id=a&ttl=PT10M");
        assertThat(lost.status()).isEqualTo(409);
        assertThat(lost.json().get("reason").asText()).isEqualTo("lock-lost");

        acquire("?ttl=PT10M", ADA);
        Answer held = renew("?id=b&ttl=PT10M");
        assertThat(held.status()).isEqualTo(423);
        assertThat(held.json().at("/holder/id").asText()).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "?id=a", "?ttl=PT10M", "?id=&ttl=PT10M", "?id=a&ttl=PT1S", "?id=a&ttl=P2D", "?id=a&ttl=x"})
    void renewingNeedsAnIdAndATtl(String query) {
        acquire("?ttl=PT10M", ADA);

        assertThat(renew(query).status()).isEqualTo(400);
    }

    @Test
    void theHolderReleasesAndAnotherDoesNot() {
        acquire("", ADA);

        Answer held = release("?id=b");
        assertThat(held.status()).isEqualTo(423);
        assertThat(held.json().at("/holder/id").asText()).isEqualTo("a");
        assertThat(read().status()).isEqualTo(200);

        assertThat(release("?id=a").status()).isEqualTo(200);
        assertThat(read().status()).isEqualTo(404);
        assertThat(release("?id=a").status()).isEqualTo(200);
    }

    @Test
    void aReleaseNeedsAnIdOrForce() {
        acquire("", ADA);

        assertThat(release("").status()).isEqualTo(400);
        assertThat(release("?id=").status()).isEqualTo(400);
        assertThat(release("?force=false").status()).isEqualTo(400);
        assertThat(read().status()).isEqualTo(200);
        assertThat(release("?force=true").status()).isEqualTo(200);
        assertThat(read().status()).isEqualTo(404);
    }

    @Test
    void whoeverWaitsGetsTheLockWhenItIsReleased() throws Exception {
        acquire("", ADA);
        CompletableFuture<Answer> waiting =
                CompletableFuture.supplyAsync(() -> acquire("?wait=PT30S&ttl=PT10M", "{\"who\":\"bob\"}"));
        Thread.onSpinWait();
        assertThat(waiting).isNotDone();

        release("?id=a");

        Answer taken = waiting.get(20, TimeUnit.SECONDS);
        assertThat(taken.status()).isEqualTo(201);
        assertThat(taken.json().get("who").asText()).isEqualTo("bob");
        assertThat(taken.json().get("fence").asLong()).isEqualTo(2);
    }

    @Test
    void whoeverWaitedInVainIsToldWhoHoldsIt() {
        acquire("", ADA);
        long start = System.nanoTime();

        Answer held = acquire("?wait=PT0.5S", BOB);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(500));
        assertThat(held.status()).isEqualTo(423);
        assertThat(held.json().at("/holder/id").asText()).isEqualTo("a");
    }

    @Test
    void aLockOfTerraformIsHeldHereToo() {
        String name = path.substring("/v1/locks/".length());
        wire().request("LOCK", "/terraform/" + name).json(lockInfo("one")).send();

        JsonNode lock = read().json();

        assertThat(lock.get("id").asText()).isEqualTo("one");
        assertThat(lock.get("who").asText()).isEqualTo("ada@build-7");
        assertThat(lock.get("operation").asText()).isEqualTo("OperationTypeApply");
        assertThat(lock.get("created").asText()).isEqualTo("2026-11-23T08:15:30.123456789Z");
        assertThat(wire().request("PUT", "/v1/states/" + name + "?lock=one")
                        .json(state(1))
                        .send()
                        .status())
                .isEqualTo(201);
        assertThat(release("?id=one").status()).isEqualTo(200);
    }
}
