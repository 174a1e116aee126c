package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.store.memory.MemoryStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Asking a service whether it is well. */
class HealthCommandTest {

    private final TestRunner program =
            new TestRunner(new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults()));
    private HttpServer service;
    private String address;

    /** Alive and not ready. */
    @BeforeEach
    void startTheService() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/q/health/live", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        service.createContext("/q/health/ready", exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        service.start();
        address = "http://127.0.0.1:" + service.getAddress().getPort();
    }

    @AfterEach
    void stopTheService() {
        service.stop(0);
    }

    @Test
    void aServiceThatAnswersIsAlive() {
        assertThat(program.run("health", "--server", address).code()).isZero();
    }

    @Test
    void aServiceBelowAPathIsAskedThere() {
        service.createContext("/below/q/health/live", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });

        assertThat(program.run("health", "--server", address + "/below/").err())
                .contains("/below is not alive (status 204)");
    }

    @Test
    void theAnswerAsJsonIsExact() {
        assertThat(program.run("health", "-o", "json", "--server", address).out())
                .contains("\"server\" : \"" + address + "\"", "\"alive\" : true");
        TestRunner.Ended ended = program.run("health", "--ready", "-o", "json", "--server", address);
        assertThat(ended.out()).contains("\"ready\" : false", "\"problem\" : \"status 503\"");
        assertThat(ended.code()).isEqualTo(ExitCode.UNAVAILABLE);
    }

    @Test
    void aServiceWhoseStorageIsAwayIsNotReady() {
        TestRunner.Ended ended = program.run("health", "--ready", "--server", address);

        assertThat(ended.code()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(ended.err()).contains(address + " is not ready (status 503)");
    }

    @Test
    void whereNothingListensNothingIsAlive() {
        service.stop(0);

        TestRunner.Ended ended = program.run("health", "--server", address);

        assertThat(ended.code()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(ended.err()).contains("is not alive");
    }

    @Test
    void whatIsNoAddressIsAMistake() {
        assertThat(program.run("health", "--server", "somewhere").code()).isEqualTo(ExitCode.USAGE);
    }
}
