package io.kolumn.state.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.http.LogLines;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is counted and what is logged. */
@QuarkusTest
class TelemetryTest {

    @TestHTTPResource
    URI server;

    private Wire wire;

    @BeforeEach
    void connect() {
        wire = Wire.to(server);
    }

    @Test
    void metricsCountWhatWasDoneAndNameNoState() {
        String name = "telemetry/very-private-name";
        wire.request("LOCK", "/terraform/" + name)
                .json(TestStates.lockInfo("holder"))
                .send();
        wire.request("POST", "/terraform/" + name + "?ID=holder")
                .json(TestStates.state(5))
                .send();
        wire.request("POST", "/terraform/" + name + "?ID=holder")
                .json(TestStates.state(4))
                .send();
        wire.request("POST", "/terraform/" + name).json(TestStates.state(6)).send();
        wire.get("/v1/states/" + name);
        wire.get("/v1/locks/" + name);
        wire.get("/v1/versions/" + name);
        wire.request("UNLOCK", "/terraform/" + name)
                .json(TestStates.lockInfo("holder"))
                .send();

        String metrics = wire.get("/q/metrics").text();

        assertThat(metrics)
                .contains("kolumn_state_operation_duration_seconds_count{operation=\"put\",outcome=\"ok\"}")
                .contains("kolumn_state_operation_duration_seconds_count{operation=\"put\",outcome=\"conflict\"}")
                .contains("kolumn_state_operation_duration_seconds_count{operation=\"lock\",outcome=\"ok\"}")
                .contains("kolumn_state_store_seconds_count{operation=\"commit\",outcome=\"ok\",store=\"memory\"}")
                .contains("kolumn_state_document_bytes_count{operation=\"put\"}")
                .contains("kolumn_state_rejections_total{reason=\"serial\"}")
                .contains("kolumn_state_rejections_total{reason=\"locked\"}")
                .contains("kolumn_state_quarantine_total{result=\"stored\"}")
                .doesNotContain("very-private-name");
    }

    /** One more than there may be labels, of each kind that a caller can make up. */
    @Test
    void noLabelIsWhatACallerMadeUp() {
        for (int i = 0; i < 51; i++) {
            wire.get("/made-up/" + i);
            wire.request("MADEUP" + i, "/v1/states/x").send();
            wire.request("GET", "/v1/made-up-" + i).header("Authorization", "x").send();
            wire.request("PUT", "/v1/states//made-up-" + i).send();
        }
        wire.request("PUT", "/v1/states/telemetry/counted")
                .json(TestStates.state(1))
                .send();

        String metrics = wire.get("/q/metrics").text();

        assertThat(metrics)
                .containsPattern("http_server_requests_seconds_count\\{.*method=\"PUT\".*uri=\"/v1/states/\\{name}\"")
                .contains("uri=\"/other\"")
                .doesNotContain("made-up")
                .doesNotContain("MADEUP");
    }

    @Test
    void eachChangeIsOneLine() {
        List<String> lines = LogLines.of(ChangeLog.class.getName(), () -> {
            wire.request("LOCK", "/terraform/logged")
                    .json(TestStates.lockInfo("holder\\\" state=forged"))
                    .send();
            wire.request("POST", "/terraform/logged?ID=holder%22+state%3Dforged")
                    .json(TestStates.state(7))
                    .send();
            wire.get("/terraform/logged");
        });
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("lock state=logged who=ada@build-7 ");
        assertThat(lines.get(1))
                .startsWith("put state=logged who=ada@build-7 version=1 serial=7 lock=\"holder? state=forged\" ms=");
    }

    @Test
    void theFieldsOfALineAreMembersOfTheRecord() {
        List<Map<String, String>> members = LogLines.members(ChangeLog.class.getName(), () -> {
            wire.request("LOCK", "/terraform/members")
                    .json(TestStates.lockInfo("holder"))
                    .send();
            wire.request("POST", "/terraform/members?ID=holder")
                    .json(TestStates.state(7))
                    .send();
        });

        assertThat(members).hasSize(2);
        assertThat(members.get(1))
                .containsEntry("state", "members")
                .containsEntry("who", "ada@build-7")
                .containsEntry("version", "1")
                .containsEntry("serial", "7")
                .containsEntry("lock", "holder");
    }

    /** A state that is not there yet is what every new one is asked for first. */
    @Test
    void aRefusedRequestIsOneLineAndWhatIsNotThereIsNone() {
        wire.request("LOCK", "/terraform/refused")
                .json(TestStates.lockInfo("holder"))
                .send();
        List<String> lines = LogLines.of(RefusalLog.class.getName(), () -> {
            wire.get("/terraform/not-there");
            wire.get("/v1/states/not-there");
            wire.request("POST", "/terraform/refused?ID=other")
                    .header("X-Request-Id", "asked-1")
                    .json(TestStates.state(1))
                    .send();
            wire.get("/v1/states?perfix=x");
            wire.get("/v1/states//twice");
            wire.request("MADEUP", "/terraform/refused").send();
            wire.get("/terrafrom/x");
        });

        assertThat(lines).hasSize(5);
        assertThat(lines.get(0))
                .startsWith(
                        "refused status=423 method=POST route=/terraform/{name} state=refused request=asked-1 reason=")
                .contains("is locked by ada@build-7");
        assertThat(lines.get(1)).contains("status=400", "route=/v1/states ", "did you mean 'prefix'?");
        assertThat(lines.get(2)).contains("doubled slash");
        assertThat(lines.get(3)).contains("status=405 method=other");
        assertThat(lines.get(4)).contains("route=other", "There is no resource at");
    }

    @Test
    void whatIsHeldIsMeasured() {
        wire.request("PUT", "/v1/states/measured").json(TestStates.state(1)).send();

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(wire.get("/q/metrics").text())
                        .containsPattern("kolumn_state_states \\d")
                        .containsPattern("kolumn_state_bytes \\d")
                        .containsPattern("kolumn_state_locks \\d")
                        .containsPattern("kolumn_state_oldest_lock_seconds \\d")
                        .containsPattern("kolumn_state_quarantined \\d"));
    }
}
