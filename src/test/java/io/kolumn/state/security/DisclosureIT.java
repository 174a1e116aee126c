package io.kolumn.state.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the storage is, and what is on the service's machine, is for whoever has {@code admin}. */
@PackagedTest(SecretiveProfile.class)
class DisclosureIT {

    @TestHTTPResource
    URI server;

    private Answer send(String method, String target, @Nullable String token, @Nullable String body) {
        Wire.Request request = Wire.to(server).request(method, target);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return body == null ? request.send() : request.json(body).send();
    }

    @Test
    void aStorageThatIsAwayIsToldByItsKindAndItsPlaceToAdministratorsAlone() throws IOException {
        String state = "/v1/states/team/told";
        assertThat(send("PUT", state, SecretiveProfile.WRITER, TestStates.state(1))
                        .status())
                .isEqualTo(201);
        Path path = SecretiveProfile.path();
        Path root = path.resolveSibling("." + path.getFileName() + ".d");
        Path away = root.resolveSibling("away");
        Files.move(root, away);
        Files.writeString(root, "no folder");
        String folder = path.getParent().toString();
        try {
            Answer health = send("GET", "/q/health/ready", null, null);
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.text()).contains("The storage cannot be").doesNotContain(folder);

            for (Answer refused : new Answer[] {
                send("PUT", state, SecretiveProfile.WRITER, TestStates.state(2)),
                send("POST", "/terraform/team/told", SecretiveProfile.WRITER, TestStates.state(2)),
                send("DELETE", state, SecretiveProfile.WRITER, null)
            }) {
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.header("Retry-After")).isNotNull();
                assertThat(refused.json().path("type").asText()).isEqualTo("urn:kolumn:state:unavailable");
                assertThat(refused.json().path("detail").asText()).contains("The log of the service has the details");
                assertThat(refused.json().has("backend")).isFalse();
                assertThat(refused.text()).doesNotContain(folder, "local");
            }
            Answer told = send("PUT", state, SecretiveProfile.ADMIN, TestStates.state(2));
            assertThat(told.status()).isEqualTo(503);
            assertThat(told.json().path("backend").asText()).isEqualTo("local");
            assertThat(told.text()).contains(folder);
            assertThat(send("GET", "/v1/backend", SecretiveProfile.ADMIN, null)
                            .json()
                            .at("/check/problem")
                            .asText())
                    .contains(folder);
            assertThat(send("GET", "/v1/backend", SecretiveProfile.WRITER, null).status())
                    .isEqualTo(403);
        } finally {
            Files.delete(root);
            Files.move(away, root);
        }
    }

    @Test
    void aConfigurationIsCheckedForAdministratorsAndTellsOthersNothingOfFiles(@TempDir Path folder) throws IOException {
        Path there = Files.writeString(folder.resolve("there"), "x");
        Path gone = folder.resolve("gone");
        Answer seen = validate(SecretiveProfile.WRITER, there);
        Answer unseen = validate(SecretiveProfile.WRITER, gone);

        assertThat(seen.status()).isEqualTo(403);
        assertThat(seen.json().path("permission").asText()).isEqualTo("admin");
        assertThat(seen.text()).isEqualTo(unseen.text());
        assertThat(validate(SecretiveProfile.ADMIN, there).status()).isEqualTo(422);
        assertThat(send("POST", "/v1/backends/local/validate", SecretiveProfile.ADMIN, "{}")
                        .status())
                .isEqualTo(200);
    }

    private Answer validate(String token, Path workspaces) {
        return send(
                "POST",
                "/v1/backends/local/validate",
                token,
                "{\"workspace_dir\": \"" + workspaces.resolve("within") + "\"}");
    }
}
