package io.kolumn.state.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
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
                .contains("kolumn_state_operations_seconds_count{operation=\"put\",outcome=\"ok\"}")
                .contains("kolumn_state_operations_seconds_count{operation=\"put\",outcome=\"conflict\"}")
                .contains("kolumn_state_operations_seconds_count{operation=\"lock\",outcome=\"ok\"}")
                .contains("kolumn_state_store_seconds_count{operation=\"commit\",outcome=\"ok\",store=\"memory\"}")
                .contains("kolumn_state_document_bytes_count{operation=\"put\"}")
                .contains("kolumn_state_refusals_total{reason=\"serial\"}")
                .contains("kolumn_state_refusals_total{reason=\"locked\"}")
                .contains("kolumn_state_set_aside_total{kept=\"true\"}")
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
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler capture = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger(ChangeLog.class.getName());
        log.addHandler(capture);
        try {
            wire.request("LOCK", "/terraform/logged")
                    .json(TestStates.lockInfo("holder\\\" state=forged"))
                    .send();
            wire.request("POST", "/terraform/logged?ID=holder%22+state%3Dforged")
                    .json(TestStates.state(7))
                    .send();
            wire.get("/terraform/logged");
        } finally {
            log.removeHandler(capture);
        }
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("lock state=logged who=ada@build-7 ");
        assertThat(lines.get(1))
                .startsWith("put state=logged who=ada@build-7 version=1 serial=7 lock=\"holder? state=forged\" ms=");
    }
}
