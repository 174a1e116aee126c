package io.kolumn.state.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a receiver gets, when an event is given up, and what is said of bad configuration. */
class WebhooksTest {

    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);
    private static final Instant NOW = Instant.parse("2026-11-30T10:00:00Z");

    /** A request as the receiver got it. */
    private record Posted(
            String id, String timestamp, String signature, String type, String authorization, String body) {}

    private final List<Posted> posted = new CopyOnWriteArrayList<>();
    private final List<Integer> answers = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(
                    line.getMessage() + " " + java.util.Arrays.toString(line.getParameters()) + " " + line.getThrown());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private HttpServer server;

    @TempDir
    Path folder;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
        Logger.getLogger("io.kolumn.state.events").addHandler(handler);
    }

    @AfterEach
    void end() {
        threads.forEach(Thread::interrupt);
        server.stop(0);
        Logger.getLogger("io.kolumn.state.events").removeHandler(handler);
    }

    private void answer(HttpExchange exchange) throws IOException {
        posted.add(new Posted(
                exchange.getRequestHeaders().getFirst("webhook-id"),
                exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                exchange.getRequestHeaders().getFirst("webhook-signature"),
                exchange.getRequestHeaders().getFirst("Content-Type"),
                exchange.getRequestHeaders().getFirst("Authorization"),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        int status = answers.isEmpty() ? 204 : answers.removeFirst();
        if (status == 302) {
            exchange.getResponseHeaders().add("Location", "/elsewhere");
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private String url(String user) {
        return "http://" + user + "127.0.0.1:" + server.getAddress().getPort() + "/hook?token=s3cretquery";
    }

    private static Map<String, String> named(Map<String, String> values) {
        Map<String, String> named = new HashMap<>();
        values.forEach((key, value) -> named.put("kolumn.state.webhooks.chat." + key, value));
        return named;
    }

    private static Webhook webhook(Map<String, String> values) {
        List<Configuration.Problem> problems = new ArrayList<>();
        List<Webhook> webhooks = WebhookKeys.read(named(values), problems);
        assertThat(problems).isEmpty();
        return webhooks.getFirst();
    }

    private WebhookQueue queue(Map<String, String> more) {
        Map<String, String> values = new HashMap<>(Map.of("url", url("ada:s3cretword@"), "secret", SECRET));
        values.putAll(more);
        WebhookQueue queue = new WebhookQueue(
                webhook(values), "https://state.example.org/v1/states", Clock.systemUTC(), Duration.ofMillis(20));
        threads.add(Thread.ofVirtual().start(queue));
        return queue;
    }

    private static StateEvent event(String name) {
        return Events.foundUnlocked(StateName.of(name), 7, NOW);
    }

    private static String signed(Posted request) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
            String text = request.id() + "." + request.timestamp() + "." + request.body();
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anEventIsPostedAgainUntilItIsAcceptedAndSignedEachTime() {
        answers.addAll(List.of(503, 429, 200));
        WebhookQueue queue = queue(Map.of());
        queue.offer(event("team-a/prod"));
        queue.offer(event("team-b/prod"));

        await().until(() -> queue.status().delivered() == 2);

        assertThat(queue.status().delivered()).isEqualTo(2);
        assertThat(queue.status().failed()).isEqualTo(2);
        assertThat(queue.status().waiting()).isZero();
        assertThat(queue.status().dead()).isZero();
        assertThat(queue.status().last()).isNull();
        assertThat(posted).hasSize(4).allSatisfy(request -> {
            assertThat(request.signature()).isEqualTo(signed(request));
            assertThat(request.type()).startsWith("application/cloudevents+json");
            assertThat(request.authorization())
                    .isEqualTo("Basic "
                            + Base64.getEncoder().encodeToString("ada:s3cretword".getBytes(StandardCharsets.UTF_8)));
            assertThat(json(request.body(), "id")).isEqualTo(request.id());
            assertThat(json(request.body(), "type")).isEqualTo("io.kolumn.state.unlocked");
            assertThat(json(request.body(), "source")).isEqualTo("https://state.example.org/v1/states");
        });
        assertThat(posted.stream().map(Posted::id).distinct()).hasSize(2);
    }

    private static String json(String body, String name) {
        try {
            return new ObjectMapper().readTree(body).path(name).asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatIsRejectedOrLedElsewhereIsGivenUpAtOnceAndWithoutASecretInTheLog() {
        answers.addAll(List.of(400, 302));
        WebhookQueue queue = queue(Map.of());
        queue.offer(event("team-a/prod"));
        queue.offer(event("team-b/prod"));

        await().until(() -> queue.status().dead() == 2);

        assertThat(posted).hasSize(2);
        assertThat(queue.status().last())
                .extracting(WebhookStatus.GivenUp::reason)
                .isEqualTo("it answered 302");
        assertThat(queue.status().receiver())
                .isEqualTo("http://127.0.0.1:" + server.getAddress().getPort());
        assertThat(queue.status().toString()).doesNotContain("s3cret", "whsec_", "?");
        await().until(() -> lines.size() >= 2);
        assertThat(lines)
                .anyMatch(line -> line.contains(
                        "chat (http://127.0.0.1:" + server.getAddress().getPort() + ")"))
                .noneMatch(line -> line.contains("s3cret") || line.contains("whsec_"));
    }

    @Test
    void aDeadReceiverCostsSoManyAttemptsAndARoomOfSoManyEvents() {
        server.stop(0);
        WebhookQueue queue = queue(Map.of("attempts", "3", "queue", "2", "timeout", "500ms"));
        for (int i = 0; i < 20; i++) {
            queue.offer(event("team-a/s" + i));
        }

        await().until(() -> queue.status().waiting() == 0);

        assertThat(queue.status().delivered()).isZero();
        assertThat(queue.status().dead()).isEqualTo(20);
        assertThat(queue.status().last())
                .extracting(WebhookStatus.GivenUp::reason)
                .asString()
                .contains("nothing accepts connections there");
        assertThat(queue.status().failed()).isBetween(6L, 9L);
        assertThat(lines).noneMatch(line -> line.contains("s3cret") || line.contains("whsec_"));
    }

    @Test
    void onlyWhatTheFilterWantsIsPosted() {
        WebhookQueue queue = queue(Map.of("events", "unlocked,version.*", "prefix", "team-b/"));
        queue.offer(event("team-a/prod"));
        queue.offer(Events.foundDeleted(StateName.of("team-b/prod"), 1, NOW));
        queue.offer(event("team-b/prod"));

        await().until(() -> queue.status().delivered() == 1);

        assertThat(posted)
                .singleElement()
                .satisfies(
                        request -> assertThat(json(request.body(), "subject")).isEqualTo("team-b/prod"));
    }

    @Test
    void aSecretMayBeAFileAndAnyText() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), SECRET + "\n");
        Webhook ofFile = webhook(Map.of("url", url(""), "secret-file", file.toString()));
        Webhook ofText = webhook(Map.of("url", url(""), "secret", new String(KEY, StandardCharsets.UTF_8)));
        assertThat(ofFile.key().signature("id", 1, "{}")).isEqualTo(ofText.key().signature("id", 1, "{}"));
        assertThat(ofFile.toString()).doesNotContain("s3cret", "whsec");
    }

    @Test
    void badValuesAreNamedWithoutASecret() {
        assertThat(problems(Map.of("url", "http://hooks.example.org/x?token=s3cret", "secret", SECRET)))
                .contains("kolumn.state.webhooks.chat.url", "must be https", "plain-http")
                .doesNotContain("s3cret");
        assertThat(problems(Map.of("url", "ftp://u:s3cret@host/", "secret", SECRET)))
                .contains("must be https");
        assertThat(problems(Map.of("url", "https:// s3cret", "secret", SECRET)))
                .contains("is not a URL")
                .doesNotContain("s3cret");
        assertThat(problems(Map.of("url", "https://host/", "secret", "s3cret")))
                .contains("fewer than 24 bytes")
                .doesNotContain("s3cret");
        assertThat(problems(Map.of("url", "https://host/", "secret", "whsec_s3cret!")))
                .contains("not base64")
                .doesNotContain("s3cret");
        assertThat(problems(Map.of("url", "https://host/"))).contains("secret-file");
        assertThat(problems(Map.of("url", "https://host/", "secret", SECRET, "secret-file", "/x")))
                .contains("Give one of them");
        assertThat(problems(Map.of("url", "https://host/", "secret-file", "/nowhere")))
                .contains("cannot be read");
        assertThat(problems(Map.of("url", "https://host/", "secret", SECRET, "events", "wrtten")))
                .contains("'wrtten'", "version.written");
        assertThat(problems(Map.of("url", "https://host/", "secret", SECRET, "attempts", "0")))
                .contains("attempts");
        assertThat(problems(Map.of("secret", SECRET))).contains("url");
        assertThat(problems(Map.of("url", "https://host/", "secret", SECRET, "colour", "red")))
                .contains("colour");
        assertThat(problems(Map.of("url", "https://host/", "secret", SECRET, "ca-file", "/nowhere")))
                .contains("PEM");
        assertThat(problems(Map.of("url", "http://h/", "secret", SECRET, "plain-http", "true")))
                .isEmpty();
    }

    private static String problems(Map<String, String> values) {
        List<Configuration.Problem> problems = new ArrayList<>();
        WebhookKeys.read(named(values), problems);
        return String.join(
                "\n", problems.stream().map(Configuration.Problem::toString).toList());
    }
}
