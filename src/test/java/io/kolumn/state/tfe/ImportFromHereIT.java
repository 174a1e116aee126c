package io.kolumn.state.tfe;

import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.access.NewSecret;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.Wire;
import io.kolumn.state.security.AccessProfile;
import io.kolumn.state.store.memory.MemoryStore;
import io.kolumn.state.transfer.OnConflict;
import io.kolumn.state.transfer.Outcome;
import io.kolumn.state.transfer.Report;
import io.kolumn.state.transfer.TfeCatalog;
import io.kolumn.state.transfer.TfeConfig;
import io.kolumn.state.transfer.TfeImport;
import io.kolumn.state.transfer.TfeRun;
import io.kolumn.state.transfer.TfeWorkspace;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code import --from tfe} where the other side is this service. */
@PackagedTest(AccessProfile.class)
class ImportFromHereIT {

    /** Fewer than retention keeps. */
    private static final int VERSIONS = 60;

    private static final NewSecret TOKEN = NewSecret.token(new SecureRandom());

    @TestHTTPResource
    URI server;

    private final String organization = "from-" + UUID.randomUUID();
    private final StateBackend there =
            new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults());
    private final Report report = new Report();
    private final List<String> locked = new ArrayList<>();
    private TfeClient client;

    @BeforeEach
    void configure() {
        AccessProfile.write(List.of(
                "token.boss.hash=" + TOKEN.hash(),
                "policy.boss.subjects=token:boss",
                "policy.boss.states=**",
                "policy.boss.roles=admin"));
        client = TfeClient.discovered(server, TOKEN.secret());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> client.get("account/details").status() == 200);
    }

    private void bring() {
        TfeConfig config = TfeConfig.of(Map.of(
                "address", server.resolve("/").toString(), "token", TOKEN.secret(), "organization", organization));
        try (TfeCatalog catalog = config.open()) {
            TfeImport arrival = new TfeImport(catalog, there, OnConflict.FAIL, "run-1", "ops", report, () -> false);
            new TfeRun(catalog, arrival, "", report, () -> false).run(config, false, new TfeRun.Listener() {
                @Override
                public void locked(TfeWorkspace workspace) {
                    locked.add(workspace.place());
                }

                @Override
                public void done(String name, Outcome outcome, long size) {
                    // in the report
                }
            });
        }
    }

    @Test
    void theHistoryArrivesWholeWithTimesAuthorsAndTags() {
        String id = client.create(organization, "app~prod");
        for (int serial = 1; serial <= VERSIONS; serial++) {
            assertThat(client.write(id, state(serial)).status()).isEqualTo(201);
        }
        client.send(
                "PATCH",
                "workspaces/" + id + "/tag-bindings",
                "{\"data\":[{\"type\":\"tag-bindings\",\"attributes\":{\"key\":\"env\",\"value\":\"prod\"}}]}");
        client.lock(id);
        client.create(organization, "empty");

        bring();

        assertThat(report.failures()).isEmpty();
        assertThat(report.count(Outcome.Kind.BROUGHT)).isEqualTo(1);
        assertThat(locked).containsExactly(organization + "/app~prod");
        StateName name = StateName.of(organization + "/app/prod");
        List<StateVersion> arrived = there.history(name, Long.MAX_VALUE, 1000).reversed();
        JsonNode versions = here(name.value());
        assertThat(arrived).hasSize(VERSIONS);
        for (int at = 0; at < VERSIONS; at++) {
            StateVersion version = arrived.get(at);
            JsonNode original = versions.get(VERSIONS - 1 - at);
            assertThat(version.serial()).isEqualTo(at + 1L);
            assertThat(version.author())
                    .isEqualTo(original.path("author").asText())
                    .isEqualTo("token/boss");
            assertThat(version.created())
                    .isEqualTo(Instant.parse(original.path("created").asText()).truncatedTo(ChronoUnit.MILLIS));
            assertThat(version.sha256()).isEqualTo(original.path("checksum").asText());
        }
        assertThat(there.head(name).orElseThrow().labels().values()).containsEntry("env", "prod");
    }

    private JsonNode here(String name) {
        return Wire.to(server)
                .request("GET", "/v1/versions/" + name + "?limit=200")
                .header("Authorization", "Bearer " + TOKEN.secret())
                .send()
                .json()
                .path("versions");
    }
}
