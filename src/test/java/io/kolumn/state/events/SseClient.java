package io.kolumn.state.events;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A reader of {@code text/event-stream}, as browsers read it. */
public final class SseClient implements AutoCloseable {

    /** One message. */
    public record Message(String id, String type, JsonNode data) {
        /** Its type and its state, in short. */
        public String brief() {
            String subject = data.path("subject").asText();
            return type.substring(EventType.PREFIX.length()) + (subject.isEmpty() ? "" : " " + subject);
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    private final HttpResponse<InputStream> answer;
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final List<String> comments = new CopyOnWriteArrayList<>();
    private volatile String lastId;
    private volatile boolean ended;

    private SseClient(HttpClient client, HttpResponse<InputStream> answer, String lastId) {
        this.client = client;
        this.answer = answer;
        this.lastId = lastId;
    }

    public static SseClient open(URI url, Map<String, String> headers) {
        return open(url, headers, HttpClient.Version.HTTP_1_1);
    }

    /** Opens a stream as a browser does, and waits for its first line, so that it misses nothing from then on. */
    public static SseClient open(URI url, Map<String, String> headers, HttpClient.Version version) {
        HttpClient client = HttpClient.newBuilder().version(version).build();
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .header("Accept", "text/event-stream")
                .header("Accept-Encoding", "gzip, deflate, br");
        headers.forEach(request::header);
        try {
            HttpResponse<InputStream> answer = client.send(request.build(), BodyHandlers.ofInputStream());
            SseClient stream = new SseClient(client, answer, headers.getOrDefault("Last-Event-ID", ""));
            Thread.ofVirtual().start(stream::read);
            if (answer.statusCode() == 200) {
                await().until(() -> stream.ended || !stream.lastId.isEmpty());
            }
            return stream;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            String id = lastId;
            String type = "";
            String data = null;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(":")) {
                    comments.add(line.substring(1).strip());
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    type = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.isEmpty()) {
                    lastId = id;
                    if (data != null) {
                        messages.add(new Message(id, type, JSON.readTree(data)));
                    }
                    type = "";
                    data = null;
                }
            }
        } catch (IOException e) {
            comments.add("broken");
        }
        ended = true;
    }

    public HttpResponse<InputStream> answer() {
        return answer;
    }

    public List<Message> messages() {
        return messages;
    }

    /** All messages in short. */
    public List<String> briefs() {
        return messages.stream().map(Message::brief).toList();
    }

    public List<String> comments() {
        return comments;
    }

    /** As a browser would send it with its next request. */
    public String lastId() {
        return lastId;
    }

    public boolean ended() {
        return ended;
    }

    /** The first message in short that begins so, when it has come; null for any. */
    public Message first(@Nullable String brief) {
        await().until(() -> messages.stream()
                .anyMatch(message -> brief == null || message.brief().startsWith(brief)));
        return messages.stream()
                .filter(message -> brief == null || message.brief().startsWith(brief))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
