package io.kolumn.state.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.access.TestIssuer;
import io.kolumn.state.audit.AuditTrails;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.http.LogLines;
import io.kolumn.state.http.PackagedService;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way to prove who calls, on each protocol, with each verb; and what callers are told who may not. */
@PackagedTest(AccessProfile.class)
class AccessIT {

    PackagedService service;

    @TestHTTPResource
    URI server;

    private static TestIssuer issuer;
    private static List<String> configured = List.of();

    private Wire wire;

    @BeforeAll
    static void start() {
        issuer = TestIssuer.start();
    }

    @AfterAll
    static void stop() {
        issuer.close();
    }

    @BeforeEach
    void connect() {
        wire = Wire.to(server);
        List<String> lines = Credentialed.lines(issuer);
        if (!lines.equals(configured)) {
            configure(lines);
        }
    }

    /** Writes the file and waits until it counts. */
    private void configure(List<String> lines) {
        AccessProfile.apply(server, lines);
        configured = List.copyOf(lines);
    }

    private Answer send(String method, String target, @Nullable String authorization, @Nullable String body) {
        Wire.Request request = wire.request(method, target);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return body == null ? request.send() : request.json(body).send();
    }

    private String operator() {
        return Credentialed.TOKEN.header("operator", issuer);
    }

    /** A request with what it takes; {@code NAME} stands for the state. */
    record Asked(
            Permission verb,
            String method,
            String target,
            @Nullable String body) {}

    private static final String PLAN = "OperationTypePlan";

    private static final List<Asked> ALL = List.of(
            new Asked(Permission.READ, "GET", "/terraform/NAME", null),
            new Asked(Permission.READ, "GET", "/v1/states/NAME", null),
            new Asked(Permission.READ, "HEAD", "/v1/states/NAME", null),
            new Asked(Permission.READ, "GET", "/v1/states/NAME?version=1", null),
            new Asked(Permission.READ, "GET", "/v1/versions/NAME", null),
            new Asked(Permission.WRITE, "GET", "/v1/versions/NAME?quarantined=true", null),
            new Asked(Permission.LOCK, "LOCK", "/terraform/NAME", TestStates.lockInfo("one", PLAN)),
            new Asked(Permission.LOCK, "UNLOCK", "/terraform/NAME", TestStates.lockInfo("one", PLAN)),
            new Asked(Permission.LOCK, "POST", "/terraform-lock/NAME", TestStates.lockInfo("two", PLAN)),
            new Asked(Permission.LOCK, "DELETE", "/terraform-lock/NAME", TestStates.lockInfo("two", PLAN)),
            new Asked(Permission.LOCK, "POST", "/terraform-unlock/NAME", TestStates.lockInfo("two", PLAN)),
            new Asked(Permission.WRITE, "LOCK", "/terraform/NAME", TestStates.lockInfo("four")),
            new Asked(Permission.LOCK, "UNLOCK", "/terraform/NAME", TestStates.lockInfo("four")),
            new Asked(Permission.WRITE, "POST", "/terraform-lock/NAME", TestStates.lockInfo("five")),
            new Asked(Permission.LOCK, "DELETE", "/terraform-lock/NAME", TestStates.lockInfo("five")),
            new Asked(Permission.WRITE, "PUT", "/terraform-lock/NAME", TestStates.lockInfo("six", "unheard-of")),
            new Asked(Permission.LOCK, "DELETE", "/terraform-lock/NAME", TestStates.lockInfo("six")),
            new Asked(Permission.WRITE, "PUT", "/v1/locks/NAME", "{\"id\": \"seven\", \"who\": \"x\"}"),
            new Asked(Permission.LOCK, "DELETE", "/v1/locks/NAME?id=seven", null),
            new Asked(
                    Permission.LOCK,
                    "PUT",
                    "/v1/locks/NAME?ttl=PT10M",
                    "{\"id\": \"three\", \"who\": \"x\", \"operation\": \"plan\"}"),
            new Asked(Permission.LOCK, "POST", "/v1/locks/NAME?id=three&ttl=PT10M", null),
            new Asked(Permission.LOCK, "DELETE", "/v1/locks/NAME?id=three", null),
            new Asked(Permission.WRITE, "POST", "/terraform/NAME", TestStates.state(2)),
            new Asked(Permission.WRITE, "PUT", "/v1/states/NAME", TestStates.state(3)),
            new Asked(
                    Permission.FORCE,
                    "PUT",
                    "/v1/states/NAME?force=true",
                    TestStates.state(1, TestStates.LINEAGE, "f")),
            new Asked(
                    Permission.FORCE,
                    "POST",
                    "/terraform/NAME?force=true",
                    TestStates.state(1, TestStates.LINEAGE, "g")),
            new Asked(Permission.UNLOCK_FORCE, "UNLOCK", "/terraform/NAME", null),
            new Asked(Permission.UNLOCK_FORCE, "DELETE", "/terraform-lock/NAME", null),
            new Asked(Permission.UNLOCK_FORCE, "PUT", "/terraform-unlock/NAME", null),
            new Asked(Permission.UNLOCK_FORCE, "DELETE", "/v1/locks/NAME?force=true", null),
            new Asked(Permission.READ, "GET", "/v1/labels/NAME", null),
            new Asked(Permission.WRITE, "PATCH", "/v1/labels/NAME", "{\"team\": \"a\"}"),
            new Asked(Permission.OUTPUTS, "GET", "/v1/outputs/NAME", null),
            new Asked(Permission.OUTPUTS, "GET", "/terraform-outputs/NAME", null),
            new Asked(Permission.READ, "GET", "/v1/diffs/NAME?from=1&to=1", null),
            new Asked(Permission.ADMIN, "GET", "/v1/records/NAME", null),
            new Asked(Permission.RESTORE, "POST", "/v1/restores/NAME", "{\"version\": 1}"),
            new Asked(Permission.DELETE, "DELETE", "/v1/states/NAME", null),
            new Asked(Permission.DELETE, "DELETE", "/terraform/NAME", null),
            new Asked(Permission.PURGE, "DELETE", "/v1/versions/NAME?version=1", null));

    private static final Map<String, Set<Permission>> MAY = Map.of(
            "nothing", Set.of(),
            "reader", EnumSet.range(Permission.OUTPUTS, Permission.READ),
            "planner", EnumSet.range(Permission.OUTPUTS, Permission.LOCK),
            "writer", EnumSet.range(Permission.OUTPUTS, Permission.WRITE),
            "operator", EnumSet.range(Permission.OUTPUTS, Permission.FORCE),
            "admin", EnumSet.allOf(Permission.class));

    static Stream<Arguments> eachOfEach() {
        return Stream.of(Credentialed.values())
                .flatMap(how -> Credentialed.ROLES.stream().map(role -> Arguments.of(how, role)));
    }

    @ParameterizedTest
    @MethodSource("eachOfEach")
    void everyProofOnEveryProtocolWithEveryVerb(Credentialed how, String role) {
        String name = "team/" + UUID.randomUUID();
        assertThat(send("PUT", "/v1/states/" + name, operator(), TestStates.state(1))
                        .status())
                .isEqualTo(201);
        String authorization = how.header(role, issuer);
        for (Asked asked : ALL) {
            boolean breaking = asked.verb() == Permission.UNLOCK_FORCE;
            if (breaking) {
                send("LOCK", "/terraform/" + name, boss(), TestStates.lockInfo("held"));
            }
            Answer answer = send(asked.method(), asked.target().replace("NAME", name), authorization, asked.body());
            if (breaking) {
                send("UNLOCK", "/terraform/" + name, boss(), TestStates.lockInfo("held"));
            }

            if (MAY.getOrDefault(role, Set.of()).contains(asked.verb())) {
                assertThat(answer.status())
                        .as("%s as %s: %s", asked, role, answer)
                        .isIn(200, 201, 204);
            } else if (role.equals("nothing") && asked.target().startsWith("/v1")) {
                assertThat(answer.status())
                        .as("%s as %s: %s", asked, role, answer)
                        .isEqualTo(404);
            } else {
                assertThat(answer.status())
                        .as("%s as %s: %s", asked, role, answer)
                        .isEqualTo(403);
                assertThat(answer.json().path("permission").asText())
                        .isIn(asked.verb().label(), needed(asked, role));
            }
        }
    }

    /** Somebody else, for each role. */
    private String boss() {
        return "Bearer " + issuer.token("boss", Instant.now().plusSeconds(60), Map.of("role", "operator"));
    }

    /** A call that takes two rights names the one that is missed first. */
    private static String needed(Asked asked, String role) {
        if (asked.verb() == Permission.FORCE) {
            return "write";
        }
        boolean locking = asked.body() != null && asked.body().contains("ID")
                || asked.target().startsWith("/v1/locks");
        return locking && !role.equals("planner") ? "lock" : asked.verb().label();
    }

    @Test
    void withoutAProofEveryRequestIs401AndNamesTheSchemes() {
        for (Asked asked : ALL) {
            Answer answer = send(asked.method(), asked.target().replace("NAME", "team/x"), null, asked.body());

            assertThat(answer.status()).as("%s", asked).isEqualTo(401);
            assertThat(answer.toString())
                    .contains("Basic realm=\"Kolumn State\", charset=\"UTF-8\"", "Bearer realm=\"Kolumn State\"")
                    .containsIgnoringCase("www-authenticate");
        }
        for (String target : List.of(
                "/v1/states",
                "/v1/backends",
                "/v1/backend",
                "/v1",
                "/",
                "/q",
                "/q/metrics",
                "/q/openapi",
                "/nothing",
                "/v1/states/../../q/health",
                "/q/health/../../v1/states",
                "/q/healthy")) {
            assertThat(send("GET", target, null, null).status()).as(target).isIn(400, 401);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer ",
                "Bearer x",
                "Bearer kst_wrong",
                "Basic",
                "Basic x",
                "Basic !!!",
                "Basic eDp5",
                "Digest x",
                "Negotiate abc",
                "Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0."
            })
    void aProofThatIsNoneIs401AndIsNotRepeated(String header) {
        Answer answer = send("GET", "/v1/states/team/x", header, null);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().path("type").asText()).isEqualTo("urn:kolumn:state:unauthenticated");
        assertThat(answer.text()).doesNotContain("kst_", "eyJ");
    }

    /** Those that are refused early too: the client gets its answer and is not left waiting. */
    @Test
    void aLargeBodyWithoutAProofIsAnswered() {
        Answer answer = wire.request("PUT", "/v1/states/team/large")
                .json(TestStates.large(3 << 20))
                .send();

        assertThat(answer.status()).isEqualTo(401);
    }

    /** The first request of a credential is looked at elsewhere, while its body waits. */
    @ParameterizedTest
    @MethodSource("eachWay")
    void aLargeBodyOfTheFirstRequestArrivesWhole(Credentialed how) {
        configure(Credentialed.lines(issuer));
        String name = "/v1/states/team/" + UUID.randomUUID();
        byte[] large = TestStates.large(3 << 20);

        Answer answer = wire.request("PUT", name)
                .header("Authorization", how.header("writer", issuer))
                .json(large)
                .send();

        assertThat(answer.status()).as("%s", answer).isEqualTo(201);
        assertThat(send("GET", name, how.header("writer", issuer), null).body()).isEqualTo(large);
    }

    static Stream<Credentialed> eachWay() {
        return Stream.of(Credentialed.values());
    }

    @Test
    void healthIsOpenAndTheOtherPagesAreForIdentities() {
        String nobody = Credentialed.TOKEN.header("nothing", issuer);
        assertThat(send("GET", "/q/health/live", null, null).status()).isEqualTo(200);
        assertThat(send("GET", "/q/health/ready", null, null).status()).isEqualTo(200);
        assertThat(send("GET", "/q/health/started", null, null).status()).isEqualTo(200);
        assertThat(send("GET", "/q/metrics", nobody, null).status()).isEqualTo(200);
        assertThat(send("GET", "/q/openapi", nobody, null).status()).isEqualTo(200);
        assertThat(send("GET", "/v1/backends", nobody, null).status()).isEqualTo(200);
        assertThat(send("GET", "/v1/backend", operator(), null).status()).isEqualTo(403);
    }

    @Test
    void aListShowsWhatMayBeRead() {
        send("PUT", "/v1/states/team/listed", operator(), TestStates.state(1));

        Answer all = send("GET", "/v1/states?prefix=team/listed", operator(), null);
        Answer none = send("GET", "/v1/states", Credentialed.TOKEN.header("nothing", issuer), null);

        assertThat(all.json().path("states").get(0).path("name").asText()).isEqualTo("team/listed");
        assertThat(all.json().path("seesAll").asBoolean()).isTrue();
        assertThat(none.json().path("states")).isEmpty();
        assertThat(none.json().path("seesAll").booleanValue()).isFalse();
        assertThat(send("GET", "/v1/states", operator(), null)
                        .json()
                        .path("seesAll")
                        .booleanValue())
                .isFalse();
        assertThat(none.json().has("next")).isFalse();
    }

    /** Whether there is such a state or not, and on which way it is asked for, cannot be told apart. */
    @Test
    void theLocksThatAreListedAreThoseOfStatesThatMayBeRead() {
        for (String name : List.of("team/locks/a", "team/locks/b")) {
            send("PUT", "/v1/locks/" + name, operator(), "{\"id\": \"l\", \"who\": \"x\"}");
        }
        String reader = Credentialed.TOKEN.header("reader", issuer);
        String nothing = Credentialed.TOKEN.header("nothing", issuer);

        Answer seen = send("GET", "/v1/locks?prefix=team/locks/", reader, null);
        assertThat(seen.json().get("locks").findValuesAsText("state")).containsExactly("team/locks/a", "team/locks/b");
        assertThat(seen.json().at("/locks/0/lock/owner").asText()).isEqualTo("token/operator");
        assertThat(send("GET", "/v1/locks?prefix=team/locks/", nothing, null)
                        .json()
                        .get("locks"))
                .isEmpty();
        assertThat(send("GET", "/v1/locks", null, null).status()).isEqualTo(401);
    }

    /** The name that is judged is the one that is meant. */
    @Test
    void anEncodedSlashIsNoWayAroundARule() {
        String reader = Credentialed.TOKEN.header("reader", issuer);
        String admin = Credentialed.TOKEN.header("admin", issuer);
        send("PUT", "/v1/states/team%2Fslash", admin, TestStates.state(1));

        assertThat(send("GET", "/v1/states/team%2Fslash", reader, null).status())
                .isEqualTo(200);
        assertThat(send("PUT", "/v1/states/team%2Fslash", reader, TestStates.state(2))
                        .status())
                .isEqualTo(403);
        assertThat(send("GET", "/v1/states/other%2Fslash", reader, null).status())
                .isEqualTo(404);
        for (String way :
                List.of("team%2F..%2Fother", "team%2F%2e%2e%2Fother", "team%252F..%252Fother", "team%2F.%2Fx")) {
            assertThat(send("GET", "/v1/states/" + way, reader, null).status())
                    .as(way)
                    .isEqualTo(400);
        }
        assertThat(send("GET", "/v1/states/team%2Fslash", null, null).status()).isEqualTo(401);
        assertThat(send("GET", "/q%2Fmetrics", null, null).status()).isEqualTo(401);
    }

    @Test
    void everybodyIsToldWhoTheyAreTakenFor() {
        for (Credentialed how : Credentialed.values()) {
            JsonNode me = send("GET", "/v1/whoami?state=team/x", how.header("reader", issuer), null)
                    .json();

            boolean jwt = how.name().startsWith("JWT");
            assertThat(me.get("identity").asText())
                    .isEqualTo(
                            jwt
                                    ? "test/subject of reader"
                                    : how == Credentialed.PASSWORD ? "user/reader" : "token/reader");
            assertThat(me.get("authMethod").asText())
                    .isEqualTo(jwt ? "jwt" : how == Credentialed.PASSWORD ? "password" : "token");
            assertThat(me.has("expires")).isEqualTo(jwt);
            assertThat(me.get("may").toString()).isEqualTo("[\"outputs\",\"read\"]");
        }
        Answer unknown = send("GET", "/v1/whoami", null, null);
        assertThat(unknown.status()).isEqualTo(401);
        assertThat(send("GET", "/v1/whoami?state=x/../y", operator(), null).status())
                .isEqualTo(400);
    }

    @Test
    void theLogSaysWhyARequestWasRefusedAndShowsNoToken() {
        String other = issuer.token("s", Instant.now().plusSeconds(600), Map.of("aud", "somebody-else"));
        String ended = issuer.token("s", Instant.now().minusSeconds(90_000), Map.of());
        List<String> lines = LogLines.of(service, "io.kolumn.state.telemetry.RefusalLog", () -> {
            send("GET", "/v1/states/team/log", "Bearer " + other, null);
            send("GET", "/v1/states/team/log", "Bearer " + ended, null);
            send("GET", "/v1/states/team/log", "Bearer kst_unknown", null);
            send("PUT", "/v1/states/team/log", Credentialed.TOKEN.header("reader", issuer), TestStates.state(1));
            send("GET", "/v1/states/hidden", Credentialed.TOKEN.header("reader", issuer), null);
        });

        assertThat(lines).hasSize(5);
        assertThat(lines).allMatch(line -> line.startsWith("refused status=4") && line.contains(" request="));
        assertThat(lines.get(0))
                .contains("status=401", "method=GET", "route=/v1/states/{name}", "state=team/log")
                .contains("for the audience 'somebody-else', and not for kolumn");
        assertThat(lines.get(1)).contains("status=401").contains("expired at");
        assertThat(lines.get(2)).contains("no such token");
        assertThat(lines.get(3)).contains("status=403", "identity=token/reader", "Permission 'write'");
        assertThat(lines.get(4)).contains("status=404", "You have no permission on state 'hidden'");
        assertThat(String.join("", lines)).doesNotContain(other, ended, "kst_");
    }

    @Test
    void aHiddenStateLooksAsIfThereWereNone() {
        configure(Stream.concat(
                        Credentialed.lines(issuer).stream(),
                        Stream.of(
                                "policy.there.subjects=token:operator",
                                "policy.there.states=hidden/**",
                                "policy.there.roles=admin"))
                .toList());
        assertThat(send("PUT", "/v1/states/hidden/there", operator(), TestStates.state(1))
                        .status())
                .isEqualTo(201);
        String reader = Credentialed.TOKEN.header("reader", issuer);
        for (Asked asked : ALL) {
            Answer there = send(asked.method(), asked.target().replace("NAME", "hidden/there"), reader, asked.body());
            Answer gone = send(asked.method(), asked.target().replace("NAME", "hidden/gone"), reader, asked.body());

            assertThat(there.status()).isEqualTo(gone.status());
            assertThat(there.text().replace("hidden/there", "?"))
                    .isEqualTo(gone.text().replace("hidden/gone", "?"));
        }
    }

    @Test
    void secretsAndRulesAreReadAgainAndAWrongVersionChangesNothing() throws IOException {
        List<String> lines = new ArrayList<>(Credentialed.lines(issuer));
        String reader = Credentialed.TOKEN.header("reader", issuer);
        assertThat(send("GET", "/v1/versions/team/x", reader, null).status()).isEqualTo(404);
        assertThat(send("PUT", "/v1/states/team/x", reader, TestStates.state(1)).status())
                .isEqualTo(403);

        lines.replaceAll(line -> line.equals("policy.reader.roles=reader") ? "policy.reader.roles=writer" : line);
        configure(lines);
        assertThat(send("PUT", "/v1/states/team/" + UUID.randomUUID(), reader, TestStates.state(1))
                        .status())
                .isEqualTo(201);

        configured = List.of();
        AccessProfile.write(
                List.of("policy.broken.subjects=nobody:x", "token.reader.hash=" + Hashes.token("kst_other")));
        String later = "token.later.hash=" + Hashes.token("kst_later");
        await().during(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(5))
                .until(() -> send("GET", "/v1/states", reader, null).status() == 200);

        lines.removeIf(line -> line.startsWith("token.reader"));
        lines.add(later);
        configure(lines);
        assertThat(send("GET", "/v1/states", reader, null).status()).isEqualTo(401);
        assertThat(send("GET", "/v1/states", "Bearer kst_later", null).status()).isEqualTo(200);
    }

    @Test
    void keysOfTheIssuerRotateWhileItRuns() {
        String old = Credentialed.JWT.header("writer", issuer);
        assertThat(send("GET", "/v1/states", old, null).status()).isEqualTo(200);
        issuer.rotate();

        // a second fetch comes no sooner than some seconds after the first
        await().atMost(Duration.ofSeconds(20))
                .until(() -> send("GET", "/v1/states", Credentialed.JWT.header("writer", issuer), null)
                                .status()
                        == 200);
    }

    @Test
    void anIssuerThatIsAwayIs503AndNobodyElseIsHarmed() {
        try (TestIssuer other = TestIssuer.start()) {
            other.away(true);
            List<String> lines = new ArrayList<>(Credentialed.lines(issuer));
            lines.add("issuer.other.url=" + other.url());
            lines.add("issuer.other.audience=" + TestIssuer.AUDIENCE);
            configure(lines);

            Answer away = send("GET", "/v1/states", Credentialed.JWT.header("writer", other), null);

            assertThat(away.status()).isEqualTo(503);
            assertThat(away.header("Retry-After")).isNotNull();
            for (Credentialed how : Credentialed.values()) {
                assertThat(send("GET", "/v1/states", how.header("reader", issuer), null)
                                .status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void aTokenThatEndsInMidApplyIsGoodForTheRestOfItsLock() {
        String name = "team/" + UUID.randomUUID();
        Instant ended = Instant.now().minusSeconds(60);
        String live = "Bearer " + issuer.token("run 7", Instant.now().plusSeconds(60), Map.of("role", "writer"));
        String gone = "Bearer " + issuer.token("run 7", ended, Map.of("role", "writer"));
        String other = "Bearer " + issuer.token("run 8", ended, Map.of("role", "writer"));
        String past = "Bearer "
                + issuer.token("run 7", Instant.now().minus(Duration.ofMinutes(90)), Map.of("role", "writer"));
        assertThat(send("LOCK", "/terraform/" + name, gone, TestStates.lockInfo("mine"))
                        .status())
                .isEqualTo(401);
        assertThat(send("LOCK", "/terraform/" + name, live, TestStates.lockInfo("mine"))
                        .status())
                .isEqualTo(200);

        assertThat(send("POST", "/terraform/" + name + "?ID=mine", other, TestStates.state(1))
                        .status())
                .isEqualTo(401);
        assertThat(send("POST", "/terraform/" + name + "?ID=mine", past, TestStates.state(1))
                        .status())
                .isEqualTo(401);
        assertThat(send("POST", "/terraform/" + name + "?ID=mine", gone, TestStates.state(1))
                        .status())
                .isEqualTo(200);
        assertThat(send("GET", "/terraform/" + name, gone, null).status()).isEqualTo(200);
        Answer history = send("GET", "/v1/versions/" + name, gone, null);
        assertThat(history.status()).isEqualTo(401);
        assertThat(history.header("WWW-Authenticate")).isNotNull();
        assertThat(send("UNLOCK", "/terraform/" + name, gone, TestStates.lockInfo("mine"))
                        .status())
                .isEqualTo(200);
        assertThat(send("GET", "/terraform/" + name, gone, null).status()).isEqualTo(401);
        assertThat(send("POST", "/terraform/" + name + "?ID=mine", gone, TestStates.state(2))
                        .status())
                .isEqualTo(401);
        assertThat(send("GET", "/v1/versions/" + name, live, null)
                        .json()
                        .path("versions")
                        .get(0)
                        .path("author")
                        .asText())
                .isEqualTo("test/run 7");
    }

    /** Terraform says no id: chunked and empty, or no body at all. */
    @ParameterizedTest
    @CsvSource({
        "UNLOCK, /terraform/, chunked",
        "UNLOCK, /terraform/, none",
        "DELETE, /terraform-lock/, none",
        "DELETE, /terraform-lock/, chunked",
        "DELETE, /v1/locks/, force",
    })
    void aLockOfOnesOwnIsBrokenAndThatOfAnotherIsNot(String method, String place, String how) throws IOException {
        String name = "team/" + UUID.randomUUID();
        String holder = Credentialed.PASSWORD.header("writer", issuer);
        String other = Credentialed.TOKEN.header("writer", issuer);
        String target = place + name + (how.equals("force") ? "?force=true" : "");
        send("LOCK", "/terraform/" + name, holder, TestStates.lockInfo("left behind"));

        Answer refused = broken(method, target, other, how);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().path("permission").asText()).isEqualTo("unlock-force");
        assertThat(send("GET", "/v1/locks/" + name, holder, null).status()).isEqualTo(200);
        assertThat(broken(method, target, holder, how).status()).isEqualTo(200);

        assertThat(send("GET", "/v1/locks/" + name, holder, null).status()).isEqualTo(404);
        assertThat(broken(method, target, holder, how).status())
                .as("a second try")
                .isEqualTo(200);
        assertThat(Files.readAllLines(AccessProfile.AUDIT))
                .anySatisfy(line -> assertThat(line)
                        .contains("\"event\":\"unlock-force\"", name, "\"identity\":\"user/writer\"")
                        .contains("\"lock\":\"left behind\"", "\"holder\":\"user/writer\"")
                        .contains("\"holderClaimedWho\":\"ada@build-7\"", "\"holderOperation\":\"OperationTypeApply\"")
                        .contains("\"heldSeconds\":", "\"outcome\":\"ok\"")
                        .doesNotContain("\"who\":"));
        assertThat(send("GET", "/q/metrics", operator(), null).text())
                .contains("kolumn_state_operation_duration_seconds_count{operation=\"unlock-force\",outcome=\"ok\"");
    }

    private Answer broken(String method, String target, String authorization, String how) {
        Wire.Request request = wire.request(method, target).header("Authorization", authorization);
        return how.equals("chunked") ? request.chunked(new byte[0]).send() : request.send();
    }

    /** The right to write was taken away in mid-apply; another who never had the lock stores nothing. */
    @Test
    void theDocumentOfTheHolderIsSetAsideThoughItMayNotWrite() {
        String name = "team/" + UUID.randomUUID();
        String planner = Credentialed.TOKEN.header("planner", issuer);
        send("LOCK", "/terraform/" + name, planner, TestStates.lockInfo("mine", PLAN));

        Answer refused = send("POST", "/terraform/" + name + "?ID=mine", planner, TestStates.state(1));
        Answer never = send("POST", "/terraform/" + name + "?ID=other", planner, TestStates.state(2));
        Answer stolen = send(
                "PUT",
                "/v1/states/" + name + "?lock=mine",
                Credentialed.TOKEN.header("writer", issuer),
                TestStates.state(3));

        assertThat(refused.status()).isEqualTo(403);
        String id = refused.json().path("quarantined").asText();
        assertThat(refused.json().path("detail").asText()).contains("quarantined as '" + id + "'");
        assertThat(never.status()).isEqualTo(403);
        assertThat(never.json().path("notQuarantined").asText()).isEqualTo("never-held");
        assertThat(stolen.status()).isEqualTo(403);
        assertThat(stolen.json().path("notQuarantined").asText()).isEqualTo("never-held");
        Answer quarantined = send("GET", "/v1/versions/" + name + "?quarantined=true", operator(), null);
        assertThat(quarantined.json().path("versions")).hasSize(1);
        assertThat(quarantined.json().at("/versions/0/id").asText()).isEqualTo(id);
    }

    /** It is answered before it sent the body, which nothing would come of. */
    @Test
    void whoMayNotWriteIsRefusedBeforeTheBody() throws IOException {
        String name = "team/" + UUID.randomUUID();
        String head = "PUT /v1/states/" + name + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                + Credentialed.TOKEN.header("reader", issuer)
                + "\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n{";

        try (Socket socket = wire.begin(head)) {
            byte[] answer = socket.getInputStream().readNBytes("HTTP/1.1 403".length());
            assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 403");
        }
    }

    @Test
    void theProvenOwnerStandsApartFromWhatTheHolderSays() {
        String writer = Credentialed.PASSWORD.header("writer", issuer);
        String name = "team/" + UUID.randomUUID();
        send("LOCK", "/terraform/" + name, writer, TestStates.lockInfo("mine"));

        Answer lock = send("GET", "/v1/locks/" + name, writer, null);
        Answer held = send("LOCK", "/terraform/" + name, writer, TestStates.lockInfo("other"));

        assertThat(lock.json().path("owner").asText()).isEqualTo("user/writer");
        assertThat(lock.json().path("who").asText()).isEqualTo("ada@build-7");
        assertThat(held.status()).isEqualTo(423);
        assertThat(held.text()).isEqualTo(TestStates.lockInfo("mine"));
    }

    @Test
    void everyAnswerTellsBrowsersToBeCareful() {
        for (Answer answer : List.of(
                send("GET", "/v1/states", null, null),
                send("GET", "/v1/states", operator(), null),
                send("GET", "/v1/states//x", operator(), null),
                send("GET", "/q/health/live", null, null))) {
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.header("Server")).isNull();
            assertThat(answer.header("X-Powered-By")).isNull();
            assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
        }
        assertThat(send("GET", "/v1/states", operator(), null).header("Content-Security-Policy"))
                .contains("default-src 'none'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x-oauth-basic"})
    void aTokenIsTakenAsTheNameOfAUserToo(String password) {
        String right = Credentialed.basic(Credentialed.TOKEN_OF + "reader", password);
        String wrong = Credentialed.basic(Credentialed.TOKEN_OF + "nobody", password);

        assertThat(send("GET", "/v1/whoami", right, null).json().get("identity").asText())
                .isEqualTo("token/reader");
        assertThat(send("GET", "/v1/whoami", wrong, null).status()).isEqualTo(401);
    }

    @Test
    void aMoveIsOneRecordWithBothNames() throws IOException {
        String id = UUID.randomUUID().toString();
        String old = "team/" + id;
        String fresh = "team/new/" + id;
        send("PUT", "/v1/states/" + old, boss(), TestStates.state(1));
        String asked = "{\"from\": \"" + old + "\", \"to\": \"" + fresh + "\"}";
        assertThat(send("POST", "/v1/moves", Credentialed.TOKEN.header("writer", issuer), asked)
                        .status())
                .as("a writer may not delete")
                .isEqualTo(403);

        Answer moved = send("POST", "/v1/moves", boss(), asked);

        assertThat(moved.status()).as(moved.text()).isEqualTo(200);
        assertThat(Files.readAllLines(AccessProfile.AUDIT))
                .filteredOn(line -> line.contains(id) && line.contains("\"outcome\":\"ok\""))
                .filteredOn(line -> line.contains("\"event\":\"move\""))
                .singleElement()
                .satisfies(
                        line -> assertThat(line).contains("\"state\":\"" + old + "\"", "\"target\":\"" + fresh + "\""));
        Answer told = send("GET", "/terraform/" + old, Credentialed.TOKEN.header("reader", issuer), null);
        assertThat(told.status()).isEqualTo(409);
        assertThat(told.text()).contains("was moved to '" + fresh + "'");
    }

    @Test
    void changesAndRefusalsAreInTheTrailAndSecretsAreNot() throws IOException {
        String name = "team/" + UUID.randomUUID();
        String writer = Credentialed.JWT.header("writer", issuer);
        Answer written = wire.request("PUT", "/v1/states/" + name)
                .header("Authorization", writer)
                .header("X-Request-Id", "run-42")
                .json(TestStates.state(1))
                .send();
        assertThat(written.header("X-Request-Id")).isEqualTo("run-42");
        send("DELETE", "/v1/states/" + name, writer, null);
        send("LOCK", "/terraform/" + name, Credentialed.basic("eve", "a wrong password"), TestStates.lockInfo("x"));
        send("PUT", "/v1/states/" + name, writer, TestStates.state(2));
        send("DELETE", "/v1/versions/" + name + "?version=1&reason=tried", operator(), null);
        String admin = Credentialed.JWT.header("admin", issuer);
        send("DELETE", "/v1/versions/" + name + "?version=1&reason=key+leaked", admin, null);
        send("DELETE", "/v1/states/" + name, admin, null);
        send("DELETE", "/v1/versions/" + name + "?all=true&reason=law", admin, null);

        List<String> trail = Files.readAllLines(AccessProfile.AUDIT);
        assertThat(trail)
                .anySatisfy(line -> assertThat(line)
                        .contains("\"event\":\"put\"", name, "\"identity\":\"test/subject of writer\"")
                        .contains("\"authMethod\":\"jwt\"", "\"request\":\"run-42\"", "\"version\":1", "\"serial\":1")
                        .contains("\"address\":\"127.0.0.1\"", "\"outcome\":\"ok\""))
                .anySatisfy(line -> assertThat(line)
                        .contains(
                                "\"event\":\"delete\"", name, "\"outcome\":\"forbidden\"", "\"permission\":\"delete\""))
                .anySatisfy(line -> assertThat(line)
                        .contains("\"event\":\"purge\"", name, "\"purged\":\"version\"", "\"version\":1")
                        .contains("\"why\":\"tried\"", "\"outcome\":\"forbidden\"", "\"permission\":\"purge\""))
                .anySatisfy(line -> assertThat(line)
                        .contains("\"event\":\"purge\"", name, "\"identity\":\"test/subject of admin\"")
                        .contains("\"purged\":\"version\"", "\"version\":1", "\"serial\":1", "\"checksum\":")
                        .contains("\"why\":\"key leaked\"", "\"outcome\":\"ok\""))
                .anySatisfy(line -> assertThat(line)
                        .contains("\"event\":\"purge\"", name, "\"purged\":\"state\"", "\"versions\":\"2\"")
                        .contains("\"why\":\"law\"", "\"outcome\":\"ok\""))
                .anySatisfy(line -> assertThat(line)
                        .contains("\"event\":\"request\"", "\"method\":\"LOCK\"", "/terraform/" + name)
                        .contains("\"outcome\":\"unauthenticated\"", "\"identity\":\"anonymous\""));
        assertThat(String.join("\n", trail)).doesNotContain("eyJ", "kst_", "a wrong password", "a secret of");
        assertThat(AuditTrails.verify(AccessProfile.AUDIT).problems()).isEmpty();
    }
}
