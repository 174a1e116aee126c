package io.kolumn.state.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.config.IoFault;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Requests to {@code /v1} of a running service. What it refuses is thrown as the exception that it refused with. */
final class ServerClient implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** Longer than the longest wait for a lock, so that what ends here is a connection that fell silent. */
    private static final Duration ANSWER = Duration.ofMinutes(10);

    private final String base;
    private final ServerCredentials credentials;
    private final HttpClient http;

    /** @param environment may name a file of authorities */
    ServerClient(ServerAddress server, ServerCredentials credentials, Map<String, String> environment) {
        this.base = server.base();
        this.credentials = credentials;
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER);
        if (base.startsWith("https:")) {
            TrustedAuthorities.in(environment).ifPresent(client::sslContext);
        }
        this.http = client.build();
    }

    /**
     * Asks what only {@code /v1} answers: below a path of the service's own every question would be another one, and a document
     * would be written to a state of another name.
     *
     * @throws StateCommand.Failure if something else answers
     */
    void requireApiBelow(String path) {
        Optional<JsonNode> types;
        try {
            types = get("/v1/backends").find();
        } catch (Forbidden e) {
            throw e;
        } catch (StateException e) {
            types = Optional.empty();
        }
        if (types.filter(json -> json.path("backends").isArray()).isEmpty()) {
            throw new StateCommand.Failure("There is no /v1 under " + base + ". Give the URL without '/" + path
                    + "', which is a path of the service.");
        }
    }

    /** One request under way. */
    final class Call {
        private final String method;
        private final String path;
        private final Map<String, String> parameters = new LinkedHashMap<>();
        private final HttpRequest.Builder request = HttpRequest.newBuilder();
        private HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.noBody();

        private Call(String method, String path) {
            this.method = method;
            this.path = path;
        }

        /** Not sent if it is null. */
        Call parameter(String name, @Nullable Object value) {
            if (value != null) {
                parameters.put(name, value.toString());
            }
            return this;
        }

        Call header(String name, String value) {
            request.header(name, value);
            return this;
        }

        Call json(HttpRequest.BodyPublisher content) {
            body = content;
            return header("Content-Type", "application/json");
        }

        Call json(Object value) {
            try {
                return json(HttpRequest.BodyPublishers.ofByteArray(ExactJson.TREES.writeValueAsBytes(value)));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("Maps and texts are always JSON", e);
            }
        }

        /** The answer's JSON; missing where it has none. */
        JsonNode send() {
            return read(answer());
        }

        /** As {@link #send}; empty if there is no such state, version or lock. */
        Optional<JsonNode> find() {
            HttpResponse<InputStream> answer = answer();
            return answer.statusCode() == 404 && isProblem(answer) ? absent(answer) : Optional.of(read(answer));
        }

        /** The answer as it comes, to be closed; empty if there is no such state or version. */
        Optional<HttpResponse<InputStream>> open() {
            HttpResponse<InputStream> answer = answer();
            if (answer.statusCode() == 404 && isProblem(answer)) {
                return absent(answer);
            }
            if (answer.statusCode() >= 300) {
                read(answer);
            }
            return Optional.of(answer);
        }

        private <T> Optional<T> absent(HttpResponse<InputStream> answer) {
            JsonNode problem = problem(answer);
            if (!problem.path("type").asText().equals(ProblemDecoder.URN + "not-found")) {
                throw ProblemDecoder.of(answer.statusCode(), problem, base);
            }
            return Optional.empty();
        }

        private HttpResponse<InputStream> answer() {
            StringBuilder uri = new StringBuilder(base).append(path);
            char separator = '?';
            for (Map.Entry<String, String> parameter : parameters.entrySet()) {
                uri.append(separator)
                        .append(parameter.getKey())
                        .append('=')
                        .append(URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
                separator = '&';
            }
            request.uri(URI.create(uri.toString())).method(method, body).timeout(ANSWER);
            if (credentials.authorization() != null) {
                request.header("Authorization", credentials.authorization());
            }
            return exchange(request.build());
        }
    }

    Call get(String path) {
        return new Call("GET", path);
    }

    Call call(String method, String path) {
        return new Call(method, path);
    }

    private HttpResponse<InputStream> exchange(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            String message = "The service at " + base + " does not answer: " + IoFault.text(e) + ".";
            throw request.method().equals("GET")
                    ? new Unavailable(message, e)
                    : Unavailable.outcomeUnknown(message + " The outcome is unknown.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Unavailable.outcomeUnknown("The request to " + base + " was interrupted.", e);
        }
    }

    private JsonNode read(HttpResponse<InputStream> answer) {
        if (answer.statusCode() >= 300) {
            throw ProblemDecoder.of(answer.statusCode(), problem(answer), base);
        }
        try (InputStream body = answer.body()) {
            byte[] bytes = body.readAllBytes();
            return bytes.length == 0 ? MissingNode.getInstance() : ExactJson.TREES.readTree(bytes);
        } catch (IOException e) {
            throw new Unavailable("The answer of " + base + " cannot be read: " + IoFault.text(e) + ".", e);
        }
    }

    private static boolean isProblem(HttpResponse<InputStream> answer) {
        return answer.headers()
                .firstValue("Content-Type")
                .filter(type -> type.startsWith("application/problem+json"))
                .isPresent();
    }

    private static JsonNode problem(HttpResponse<InputStream> answer) {
        try (InputStream body = answer.body()) {
            return isProblem(answer) ? ExactJson.TREES.readTree(body) : MissingNode.getInstance();
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
