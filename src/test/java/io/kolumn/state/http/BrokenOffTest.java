package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that break off at each step of a request, a thousand times, over HTTP/1.1 and HTTP/2. */
@QuarkusTest
@TestProfile(HeldProfile.class)
class BrokenOffTest {

    private static final int TIMES = 1000;
    private static final int MEGABYTE = 1 << 20;

    /** On one connection: a server takes more resets for an attack. */
    private static final int STREAMS = 90;

    private static final String GHOST = "{\"who\": \"ghost\"}";
    private static final String BEGINNING = "{\"version\": 4, \"serial\": 1,";

    private static final String[] HEADERS = {"content-type", "application/json"};

    /** Where the client breaks off. */
    enum Step {
        IN_THE_HEAD("PUT", "/v1/states/broken/head", MEGABYTE, ""),
        BEFORE_THE_BODY("PUT", "/v1/states/broken/before", MEGABYTE, ""),
        IN_THE_BODY("PUT", "/v1/states/broken/body", MEGABYTE, BEGINNING + " ".repeat(100 * 1024)),
        WAITING_FOR_A_LOCK("PUT", "/v1/locks/broken/held?ttl=PT1H&wait=PT5M", GHOST.length(), GHOST),
        AFTER_THE_GRANT("PUT", "/v1/locks/broken/free?ttl=PT1H", GHOST.length(), GHOST),
        IN_THE_ANSWER("GET", "/v1/states/broken/large", 0, "");

        final String method;
        final String path;
        final int length;
        final byte[] sent;

        Step(String method, String path, int length, String sent) {
            this.method = method;
            this.path = path;
            this.length = length;
            this.sent = sent.getBytes(StandardCharsets.UTF_8);
        }
    }

    @TestHTTPResource
    URI server;

    @TestHTTPResource(tls = true)
    URI tls;

    @Inject
    Transfers transfers;

    private Wire wire;
    private long holdersFence;

    @BeforeEach
    void prepare() {
        wire = Wire.to(server);
        wire.request("DELETE", "/v1/locks/broken/held?force=true").send();
        holdersFence = lock("held", "holder", "PT0S").json().path("fence").asLong();
        assertThat(wire.request("PUT", "/v1/states/broken/large?force=true")
                        .json(TestStates.large(3 * MEGABYTE))
                        .send()
                        .status())
                .isIn(200, 201);
    }

    /** Not after the grant: the answer may have left before the client is gone, and then it has the lock. */
    @ParameterizedTest
    @EnumSource(value = Step.class, mode = EnumSource.Mode.EXCLUDE, names = "AFTER_THE_GRANT")
    void nothingIsHeldForRequestsWhoseConnectionBroke(Step step) throws IOException {
        for (int i = 0; i < TIMES; i++) {
            String head = step.method + " " + step.path + " HTTP/1.1\r\nHost: localhost\r\n"
                    + (step.length == 0
                            ? ""
                            : "Content-Type: application/json\r\nContent-Length: " + step.length + "\r\n");
            Socket socket = wire.begin(step == Step.IN_THE_HEAD ? head : head + "\r\n");
            socket.getOutputStream().write(step.sent);
            if (step == Step.IN_THE_ANSWER && i % 10 == 0) {
                assertThat(socket.getInputStream().readNBytes(1000)).hasSize(1000);
            }
            socket.setSoLinger(true, 0);
            socket.close();
        }
        assertNothingIsHeld();
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void nothingIsHeldForStreamsThatWereReset(Step step) throws IOException {
        for (int done = 0; done < TIMES; ) {
            try (Http2Wire connection = new Http2Wire(tls)) {
                for (int i = 0; i < STREAMS; i++, done++) {
                    breakOff(connection, step, i % 10 == 0);
                }
                assertThat(connection.status(connection.open("GET", "/v1/locks/broken/held", true)))
                        .as("the connection goes on: %s", connection.goneAway())
                        .isEqualTo(200);
                assertThat(connection.goneAway()).isEmpty();
            }
        }
        assertNothingIsHeld();
    }

    private static void breakOff(Http2Wire connection, Step step, boolean late) throws IOException {
        if (step == Step.AFTER_THE_GRANT) {
            connection.openAndReset(step.method, step.path, step.sent, HEADERS);
            return;
        }
        int stream = open(connection, step);
        if (step == Step.IN_THE_ANSWER && late) {
            Awaitility.await().until(() -> connection.received(stream) > 0);
        }
        connection.reset(stream);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"IN_THE_BODY", "WAITING_FOR_A_LOCK", "IN_THE_ANSWER"})
    void nothingIsHeldForStreamsWhoseConnectionBroke(Step step) throws IOException {
        for (int i = 0; i < 50; i++) {
            Http2Wire connection = new Http2Wire(tls);
            open(connection, step);
            open(connection, step);
            connection.abort();
        }
        assertNothingIsHeld();
    }

    @Test
    void aLockIsWithdrawnWhoseAnswerIsNeverWritten() {
        assertThat(wire.request("PUT", "/v1/locks/broken/free?ttl=PT1H")
                        .header(FailingAnswers.HEADER, "yes")
                        .json(GHOST)
                        .send()
                        .status())
                .isEqualTo(500);
        assertNothingIsHeld();
    }

    /** Stands for whatever keeps a request from its writer. */
    @Singleton
    static class FailingAnswers {

        static final String HEADER = "X-Test-Failing-Answer";

        @ServerResponseFilter
        void fail(ContainerRequestContext request) {
            if (request.getHeaderString(HEADER) != null) {
                throw new IllegalStateException("The answer is not written");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRequestRunsToItsEndAlsoWhenItsClientHasGone(boolean http2) throws IOException {
        int before = LostClients.ENDED.get();
        if (http2) {
            try (Http2Wire connection = new Http2Wire(tls)) {
                int stream = connection.open("GET", "/v1/locks/broken/held", true, LostClients.HEADER, "yes");
                Awaitility.await().until(() -> LostClients.WAITING.get() > 0);
                connection.reset(stream);
                awaitEnd(before);
            }
        } else {
            Socket socket = wire.begin(
                    "GET /v1/locks/broken/held HTTP/1.1\r\nHost: localhost\r\n" + LostClients.HEADER + ": yes\r\n\r\n");
            Awaitility.await().until(() -> LostClients.WAITING.get() > 0);
            socket.setSoLinger(true, 0);
            socket.close();
            awaitEnd(before);
        }
        assertNothingIsHeld();
    }

    private static void awaitEnd(int before) {
        Awaitility.await().until(() -> LostClients.WAITING.get() == 0);
        Awaitility.await().untilAsserted(() -> assertThat(LostClients.ENDED).hasValueGreaterThan(before));
    }

    /** Two handlers of an answer: the first one ends when the client has gone. */
    @Singleton
    static class LostClients {

        static final String HEADER = "x-test-lost-client";
        static final AtomicInteger WAITING = new AtomicInteger();
        static final AtomicInteger ENDED = new AtomicInteger();

        @ServerResponseFilter(priority = 2)
        void await(ContainerRequestContext request, RoutingContext context) {
            if (request.getHeaderString(HEADER) != null) {
                WAITING.incrementAndGet();
                Awaitility.await().until(HeldResources.of(context)::over);
                WAITING.decrementAndGet();
            }
        }

        @ServerResponseFilter(priority = 1)
        void end(ContainerRequestContext request) {
            if (request.getHeaderString(HEADER) != null) {
                ENDED.incrementAndGet();
            }
        }
    }

    private static int open(Http2Wire connection, Step step) {
        int stream = step.length == 0
                ? connection.open(step.method, step.path, true)
                : connection.open(
                        step.method,
                        step.path,
                        false,
                        "content-type",
                        "application/json",
                        "content-length",
                        Integer.toString(step.length));
        if (step.sent.length > 0) {
            connection.data(
                    stream,
                    step == Step.IN_THE_BODY ? BEGINNING.getBytes(StandardCharsets.UTF_8) : step.sent,
                    step.sent.length == step.length);
        }
        return stream;
    }

    private void assertNothingIsHeld() {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(transfers.count()).isZero();
            assertThat(gauge("kolumn_state_in_flight_bytes")).isZero();
            assertThat(gauge("kolumn_state_in_flight_waiters")).isZero();
            assertThat(gauge("kolumn_state_lock_waiters")).isZero();
            assertThat(wire.get("/v1/locks/broken/free").status()).isEqualTo(404);
        });
        assertThat(wire.request("DELETE", "/v1/locks/broken/held?id=holder")
                        .send()
                        .status())
                .isEqualTo(200);
        Answer alive = lock("held", "alive", "PT5S");
        assertThat(alive.status()).as("who is there gets it: %s", alive).isEqualTo(201);
        assertThat(alive.json().path("fence").asLong())
                .as("no ghost had it in between")
                .isEqualTo(holdersFence + 1);
    }

    private Answer lock(String name, String id, String wait) {
        return wire.request("PUT", "/v1/locks/broken/" + name + "?ttl=PT1H&wait=" + wait)
                .json("{\"id\": \"" + id + "\", \"who\": \"ada\"}")
                .send();
    }

    private double gauge(String name) {
        Matcher line = Pattern.compile("(?m)^" + name + " (\\S+)$")
                .matcher(wire.get("/q/metrics").text());
        assertThat(line.find()).as("%s is shown", name).isTrue();
        return Double.parseDouble(line.group(1));
    }
}
