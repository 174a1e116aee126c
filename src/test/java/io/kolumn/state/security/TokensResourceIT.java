package io.kolumn.state.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.access.TestIssuer;
import io.kolumn.state.audit.AuditTrails;
import io.kolumn.state.http.LogLines;
import io.kolumn.state.http.PackagedService;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v1/tokens}, and what its tokens are good for. */
@PackagedTest(TokensProfile.class)
class TokensResourceIT {

    private static final String ROOT = "kst_0123456789abcdefghijklmnopqrstuvwxyz-root";
    private static final String LAPTOP = "{\"name\": \"laptop\"}";

    private static TestIssuer issuer;
    private static List<String> configured = List.of();

    PackagedService service;

    @TestHTTPResource
    URI server;

    @BeforeAll
    static void start() {
        issuer = TestIssuer.start();
        configured = List.of();
    }

    @AfterAll
    static void stop() {
        issuer.close();
    }

    @BeforeEach
    void configure() {
        configure(lines());
    }

    private static List<String> lines() {
        List<String> lines = new ArrayList<>(Credentialed.lines(issuer));
        lines.add("token.root.hash=" + Hashes.token(ROOT));
        lines.add("policy.root.subjects=token:root");
        lines.add("policy.root.states=**");
        lines.add("policy.root.roles=admin");
        return lines;
    }

    /** Writes the file and waits until it counts. */
    private void configure(List<String> lines) {
        if (lines.equals(configured)) {
            return;
        }
        AccessProfile.apply(server, lines);
        configured = List.copyOf(lines);
    }

    private Answer send(String method, String target, @Nullable String authorization, @Nullable String body) {
        Wire.Request request = Wire.to(server).request(method, target);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return body == null ? request.send() : request.json(body).send();
    }

    private static String as(String role) {
        return Credentialed.PASSWORD.header(role, issuer);
    }

    private JsonNode made(String authorization) {
        Answer answer = send("POST", "/v1/tokens", authorization, LAPTOP);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json();
    }

    private static String bearer(JsonNode made) {
        return "Bearer " + made.path("token").textValue();
    }

    private int revoke(JsonNode made, String authorization) {
        return send("DELETE", "/v1/tokens/" + made.path("id").textValue(), authorization, null)
                .status();
    }

    @ParameterizedTest
    @CsvSource({"PASSWORD, user/writer", "JWT, test/subject of writer", "JWT_AS_PASSWORD, test/subject of writer"})
    void aTokenIsMadeUsedListedAndRevoked(Credentialed how, String subject) {
        String person = how.header("writer", issuer);
        JsonNode made = made(person);
        String secret = made.path("token").textValue();
        assertThat(secret)
                .matches("kst_p_[0-9a-f]{16}_[A-Za-z0-9_-]{43}")
                .endsWith(made.path("ending").textValue());
        Instant expires = Instant.parse(made.path("expires").textValue());
        assertThat(expires)
                .isBetween(
                        Instant.now().plus(Duration.ofDays(29)), Instant.now().plus(Duration.ofDays(31)));

        JsonNode me = send("GET", "/v1/whoami", bearer(made), null).json();
        assertThat(me.path("identity").asText()).isEqualTo(subject);
        assertThat(me.path("authMethod").asText()).isEqualTo("personal-token");
        assertThat(Instant.parse(me.path("expires").textValue())).isEqualTo(expires);
        String name = "team/" + UUID.randomUUID();
        for (String shown : List.of(bearer(made), Credentialed.basic("any", secret), Credentialed.basic(secret, ""))) {
            assertThat(send("PUT", "/v1/states/" + name, shown, TestStates.state(1))
                            .status())
                    .isIn(200, 201);
            assertThat(send("GET", "/terraform/" + name, shown, null).status()).isEqualTo(200);
        }
        assertThat(send("GET", "/v1/states/other/x", bearer(made), null).status())
                .isEqualTo(404);

        Answer listed = send("GET", "/v1/tokens", person, null);
        assertThat(listed.json().path("tokens").findValuesAsText("id"))
                .contains(made.path("id").asText());
        assertThat(listed.text())
                .contains("\"laptop\"", subject)
                .doesNotContain("kst_", secret.substring(23), "sha256");
        assertThat(send("GET", "/v1/tokens", bearer(made), null).text()).isEqualTo(listed.text());

        assertThat(revoke(made, person)).isEqualTo(204);
        assertThat(send("GET", "/v1/states/" + name, bearer(made), null).status())
                .isEqualTo(401);
        assertThat(revoke(made, person)).isEqualTo(404);
    }

    @Test
    void aTokenMakesNoTokenAndRevokesItself() {
        JsonNode made = made(as("writer"));

        Answer refused = send("POST", "/v1/tokens", bearer(made), LAPTOP);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().path("detail").asText()).contains("A personal token cannot create tokens");
        assertThat(revoke(made, bearer(made))).isEqualTo(204);
        assertThat(send("GET", "/v1/whoami", bearer(made), null).status()).isEqualTo(401);
    }

    @Test
    void aReadersTokenCannotWrite() {
        String name = "team/" + UUID.randomUUID();
        send("PUT", "/v1/states/" + name, as("writer"), TestStates.state(1));
        JsonNode made = made(as("reader"));

        assertThat(send("GET", "/v1/states/" + name, bearer(made), null).status())
                .isEqualTo(200);
        assertThat(send("PUT", "/v1/states/" + name, bearer(made), TestStates.state(2))
                        .status())
                .isEqualTo(403);
        assertThat(send("LOCK", "/terraform/" + name, bearer(made), TestStates.lockInfo("x"))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void tokensOfOthersAreForAdministratorsAlone() {
        JsonNode made = made(as("writer"));
        String id = made.path("id").asText();

        assertThat(send("GET", "/v1/tokens", as("operator"), null).text()).doesNotContain(id);
        assertThat(send("GET", "/v1/tokens?all=true", as("admin"), null).status())
                .as("admin on team/** alone")
                .isEqualTo(403);
        assertThat(revoke(made, as("admin"))).isEqualTo(404);
        assertThat(revoke(made, Credentialed.JWT.header("writer", issuer))).isEqualTo(404);
        assertThat(send("GET", "/v1/whoami", bearer(made), null).status()).isEqualTo(200);

        assertThat(send("GET", "/v1/tokens", "Bearer " + ROOT, null).text()).doesNotContain(id);
        assertThat(send("GET", "/v1/tokens?all=true", "Bearer " + ROOT, null).text())
                .contains(id, "user/writer");
        assertThat(revoke(made, "Bearer " + ROOT)).isEqualTo(204);
        assertThat(send("GET", "/v1/whoami", bearer(made), null).status()).isEqualTo(401);
    }

    @Test
    void programsMakeNoTokens() throws IOException {
        Answer refused = send("POST", "/v1/tokens", "Bearer " + ROOT, LAPTOP);

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().path("permission").asText()).isEqualTo("personal-tokens");
        assertThat(Files.readAllLines(AccessProfile.AUDIT))
                .anySatisfy(line -> assertThat(line)
                        .contains(
                                "\"event\":\"token-create\"",
                                "\"identity\":\"token/root\"",
                                "\"outcome\":\"forbidden\""));
        assertThat(refused.json().path("detail").asText()).contains("'token/root' cannot have personal tokens");
        assertThat(send("POST", "/v1/tokens", null, LAPTOP).status()).isEqualTo(401);
    }

    @Test
    void aTokenEndsWithItsIssuerAndComesBackWithIt() {
        JsonNode made = made(Credentialed.JWT.header("reader", issuer));
        assertThat(send("GET", "/v1/whoami", bearer(made), null).status()).isEqualTo(200);

        configure(lines().stream()
                .filter(line -> !line.matches("(issuer|policy\\.jwt).*"))
                .toList());
        assertThat(send("GET", "/v1/whoami", bearer(made), null).status()).isEqualTo(401);

        configure(lines());
        assertThat(send("GET", "/v1/whoami", bearer(made), null).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"name\": 7}",
                "{\"name\": \"\"}",
                "{\"name\": \"a\\u0007b\"}",
                "{\"name\": \"x\", \"groups\": \"admin\"}",
                "{\"name\": \"x\", \"expires\": \"soon\"}",
                "{\"name\": \"x\", \"expires\": \"10s\"}",
                "{\"name\": \"x\", \"expires\": \"31d\"}",
                "{\"name\": \"x\", \"expires\": null}"
            })
    void badRequestsAreRefused(String body) {
        Answer refused = send("POST", "/v1/tokens", as("writer"), body);

        assertThat(refused.status()).as(refused.text()).isEqualTo(400);
    }

    @Test
    void theNameOfItsDocumentIsNoState() {
        String root = "Bearer " + ROOT;
        made(as("writer"));

        for (String target : List.of("/v1/states/", "/terraform/", "/v1/versions/", "/v1/records/", "/v1/outputs/")) {
            Answer refused = send("GET", target + ".kolumn-state/tokens", root, null);
            assertThat(refused.status()).as(target).isEqualTo(400);
            assertThat(refused.text()).contains("reserved for the service").doesNotContain("sha256");
        }
        assertThat(send("PUT", "/v1/states/.kolumn-state/tokens", root, TestStates.state(1))
                        .status())
                .isEqualTo(400);
        assertThat(send("GET", "/v1/states?include=deleted,locked&limit=1000", root, null)
                        .text())
                .doesNotContain(".kolumn-state");
    }

    @Test
    void logAndAuditTrailTellOfTokensWithoutTheSecret() throws IOException {
        String root = "Bearer " + ROOT;
        List<JsonNode> tokens = new ArrayList<>();
        List<String> logged = LogLines.of(service, "", () -> {
            JsonNode made = made(Credentialed.JWT.header("writer", issuer));
            tokens.add(made);
            send("PUT", "/v1/states/team/" + UUID.randomUUID(), bearer(made), TestStates.state(1));
            revoke(made, root);
            send("GET", "/v1/states", bearer(made), null);
            send("GET", "/v1/states", Credentialed.basic("x", made.path("token").asText()), null);
        });
        String id = tokens.getFirst().path("id").asText();
        String secret = tokens.getFirst().path("token").asText();

        List<String> trail = Files.readAllLines(AccessProfile.AUDIT);
        assertThat(trail)
                .anySatisfy(line -> assertThat(line)
                        .contains("\"event\":\"token-create\"", "\"ofToken\":\"" + id, "\"name\":\"laptop\"")
                        .contains("\"identity\":\"test/subject of writer\"", "\"authMethod\":\"jwt\""))
                .anySatisfy(line -> assertThat(line)
                        .contains("\"event\":\"put\"", "\"authMethod\":\"personal-token\"", "\"token\":\"" + id))
                .anySatisfy(line -> assertThat(line)
                        .contains("\"event\":\"token-revoke\"", "\"ofToken\":\"" + id, "\"identity\":\"token/root\"")
                        .contains("\"ofIdentity\":\"test/subject of writer\""))
                .anySatisfy(line -> assertThat(line)
                        .contains("\"outcome\":\"unauthenticated\"", "no such personal token, or a revoked one"));
        assertThat(AuditTrails.verify(AccessProfile.AUDIT).problems()).isEmpty();
        assertThat(String.join("\n", logged)).contains("token-create id=" + id, "token-revoke id=" + id);
        String all = String.join("\n", trail) + String.join("\n", logged);
        assertThat(all).doesNotContain(secret.substring(23), secret.substring(0, 23), ROOT);
    }

    @Test
    void thePageSaysHowToGetATokenHere() {
        Answer page = send("GET", TokensPage.PATH + "?source=terraform-login", null, null);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text())
                .contains("https://" + server.getAuthority() + "/v1/tokens", "kolumn-state tokens create", "30 days")
                .contains("env \"TF_TOKEN_127_0_0_1:" + server.getPort() + "=$JWT\" terraform")
                .contains("/ui/assets/pages.css", "href=\"/ui/sign-in\"", "class=\"copy\"")
                .doesNotContain("has all permissions", "/ui/storage", "<form");
        assertThat(send("GET", TokensPage.PATH, "Bearer kst_wrong", null).status())
                .isEqualTo(200);
        assertThat(send("HEAD", TokensPage.PATH, null, null).status()).isEqualTo(200);
        assertThat(send("GET", "/app/settings", null, null).status()).isEqualTo(401);
        assertThat(send("GET", TokensPage.PATH + "/x", null, null).status()).isEqualTo(401);
    }

    @Test
    void thePageShowsNoHostThatIsNone() {
        for (String host : List.of("a\"b", "<script>", "a.b/c", "x y", "a'b")) {
            Answer page = Wire.to(server).request("GET", TokensPage.PATH, host).send();
            assertThat(page.status()).as(host).isIn(200, 400);
            assertThat(page.text()).doesNotContain(host);
        }
        assertThat(Wire.to(server)
                        .request("GET", TokensPage.PATH, "state-eu.example.org:8443")
                        .send()
                        .text())
                .contains(
                        "https://state-eu.example.org:8443/v1/tokens",
                        "env \"TF_TOKEN_state__eu_example_org:8443=$JWT\"");
        for (String host : List.of("state-eu.example.org", "state-eu.example.org:443")) {
            assertThat(Wire.to(server)
                            .request("GET", TokensPage.PATH, host)
                            .send()
                            .text())
                    .contains(
                            "https://state-eu.example.org/v1/tokens", "export TF_TOKEN_state__eu_example_org=\"$JWT\"");
        }
    }
}
