package io.kolumn.state.tfe;

import static io.kolumn.state.http.TestStates.LINEAGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.health.LocalFolderProfile;
import io.kolumn.state.http.LogLines;
import io.kolumn.state.http.PackagedService;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What OpenTofu 1.10 to 1.12 sends otherwise than Terraform, request by request as its sources make them. */
@PackagedTest(LocalFolderProfile.class)
class OpenTofuRequestsIT {

    /** Of a document that cannot be compressed, so that its bytes would be found in a file of the store. */
    private static final String CLEAR = "clear-" + UUID.randomUUID();

    private static final String CLEAR_STATE = "{\"values\":\"" + CLEAR + "\"}";
    private static final String CLEAR_OUTPUTS = "{\"o\":{\"value\":\"" + CLEAR + "\"}}";

    private static final String ENCRYPTED = "{\"serial\":%d,\"lineage\":\"" + LINEAGE
            + "\",\"meta\":{\"key_provider.pbkdf2.p\":\"eyJzYWx0IjoiQUEifQ==\"},\"encrypted_data\":\""
            + "q83vASNF".repeat(40)
            + "\",\"encryption_version\":\"v0\"}";

    PackagedService service;

    @TestHTTPResource
    URI server;

    private final String organization = "tofu-" + UUID.randomUUID();
    private Wire wire;
    private String base;

    @BeforeEach
    void discover() {
        wire = Wire.to(server);
        base = wire.get("/.well-known/terraform.json").json().path("tfe.v2").asText();
    }

    private Answer send(String version, String method, String path, String body) {
        Wire.Request request = wire.request(method, base + path)
                .header("User-Agent", "OpenTofu/" + version)
                .header("Terraform-Version", version)
                .header("X-Terraform-Integration", "cloud")
                .header("Accept", JsonApi.MEDIA_TYPE)
                .header("Accept-Encoding", "identity")
                .header("Authorization", "Bearer any");
        if (!method.equals("GET")) {
            request.header("Content-Type", JsonApi.MEDIA_TYPE).body(body.getBytes(StandardCharsets.UTF_8));
        }
        return request.send();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.10.0", "1.11.0", "1.12.6"})
    void anInitAndAnApplyWithTagsInItsOrder(String version) {
        String org = "organizations/" + organization;
        assertThat(send(version, "GET", "ping", "").header("TFP-API-Version")).isEqualTo("2.6");
        assertThat(send(version, "GET", org + "/entitlement-set", "")
                        .json()
                        .at("/data/attributes/operations")
                        .asBoolean(true))
                .isFalse();
        assertThat(send(version, "GET", org + "/workspaces?page%5Bnumber%5D=1&search%5Btags%5D=net%2Cprod", "")
                        .json()
                        .path("data"))
                .isEmpty();
        JsonNode made = send(version, "POST", org + "/workspaces", """
                        {"data":{"type":"workspaces","attributes":{"name":"app","terraform-version":"%s"},
                        "relationships":{"tags":{"data":[{"type":"tags","attributes":{"name":"net"}},
                        {"type":"tags","attributes":{"name":"prod"}}]}}}}""".formatted(version))
                .json()
                .path("data");
        String id = made.path("id").asText();
        assertThat(made.at("/attributes/tag-names").toString()).isEqualTo("[\"net\",\"prod\"]");
        assertThat(made.at("/attributes/terraform-version").asText())
                .as("no version of Terraform is compared with one of OpenTofu")
                .isEqualTo("latest");
        assertThat(send(version, "POST", "workspaces/" + id + "/relationships/tags", """
                        {"data":[{"type":"tags","attributes":{"name":"late"}}]}""")
                        .status())
                .isEqualTo(204);
        assertThat(send(version, "GET", org + "/workspaces?page%5Bnumber%5D=1&search%5Btags%5D=late%2Cprod", "")
                        .json()
                        .at("/data/0/id")
                        .asText())
                .isEqualTo(id);

        assertThat(send(version, "POST", "workspaces/" + id + "/actions/lock", """
                        {"data":{"type":"","attributes":{"reason":"Locked by OpenTofu"}}}""")
                        .status())
                .isEqualTo(200);
        assertThat(send(version, "GET", "workspaces/" + id + "/current-state-version", "")
                        .status())
                .isEqualTo(404);
        Answer twoPhase = send(version, "POST", "workspaces/" + id + "/state-versions", upload(1, ""));
        assertThat(twoPhase.text()).contains("param is missing or the value is empty: state");
        assertThat(send(version, "POST", "workspaces/" + id + "/state-versions", upload(1, inline(1)))
                        .status())
                .isEqualTo(201);
        assertThat(send(version, "POST", "workspaces/" + id + "/actions/unlock", "")
                        .status())
                .isEqualTo(200);
        assertThat(wire.get("/v1/versions/" + organization + "/app").json().path("versions"))
                .hasSize(1);
    }

    private static String upload(long serial, String more) {
        return """
                {"data":{"type":"state-versions","attributes":{"lineage":"%s","serial":%d,"force":false,
                "json-state-outputs":"%s"%s}}}
                """.formatted(LINEAGE, serial, base64(CLEAR_OUTPUTS), more);
    }

    private static String inline(long serial) {
        return ",\"json-state\":\"" + base64(CLEAR_STATE) + "\",\"state\":\"" + base64(ENCRYPTED.formatted(serial))
                + "\"";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theClearTextBesideAnEncryptedStateIsNowhere() {
        List<String> answers = new ArrayList<>();
        List<String> logged = LogLines.of(service, "", () -> {
            String id = TfeClient.tool(server).create(organization, "secret");
            String path = "workspaces/" + id + "/state-versions";
            answers.add(send("1.12.6", "POST", path, upload(7, inline(7))).toString());
            answers.add(send("1.12.6", "POST", path, upload(3, inline(3))).toString());
            answers.add(send("1.12.6", "POST", path, upload(9, inline(8))).toString());
            answers.add(send("1.12.6", "POST", path, upload(9, "")).toString());
            answers.add(send("1.12.6", "POST", path, upload(9, inline(9)) + "}").toString());
            answers.add(send("1.12.6", "GET", path, "").toString());
            answers.add(send("1.12.6", "GET", "workspaces/" + id + "/current-state-version-outputs", "")
                    .toString());
        });

        assertThat(answers)
                .extracting(answer -> answer.substring(0, 3))
                .containsExactly("201", "409", "422", "422", "400", "200", "200");
        assertThat(logged).anyMatch(line -> line.contains("/secret"));
        String state = "/v1/states/" + organization + "/secret";
        assertThat(wire.get(state).text()).isEqualTo(ENCRYPTED.formatted(7));
        for (String clear : new String[] {CLEAR, CLEAR.substring(8, 24), middle(CLEAR_STATE), middle(CLEAR_OUTPUTS)}) {
            assertThat(String.join("\n", answers)).doesNotContain(clear);
            assertThat(String.join("\n", logged)).doesNotContain(clear);
            assertThat(stored()).contains("encryption_version").doesNotContain(clear);
        }
    }

    /** A part of what is sent, as it is sent. */
    private static String middle(String clear) {
        return base64(clear).substring(24, 48);
    }

    private String stored() {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files =
                Files.walk(Objects.requireNonNull(LocalFolderProfile.path().getParent()))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
            return all.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
