package io.kolumn.state.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;

/** A client by one transport. Nothing is decoded behind the test's back, and no other version of HTTP is fallen back to. */
final class TransportClient implements AutoCloseable {

    private static final long TIMEOUT_SECONDS = 60;

    private final Vertx vertx = Vertx.vertx();
    private final Transport transport;
    private final HttpClient client;

    TransportClient(Transport transport, URI plain, URI encrypted) {
        this.transport = transport;
        this.client = vertx.createHttpClient(transport.options(plain, encrypted));
    }

    /** What came back, as it came. */
    record Reply(int status, HttpVersion version, MultiMap headers, Buffer raw) {

        private static final ObjectMapper JSON = new ObjectMapper();

        String header(String name) {
            return String.join(", ", headers.getAll(name));
        }

        /** The body, decoded once by what the answer says of it; an answer to HEAD says it of a body that is not there. */
        byte[] body() {
            String coding = header("Content-Encoding");
            if (coding.isEmpty() || raw.length() == 0) {
                return raw.getBytes();
            }
            assertThat(coding).isEqualTo("gzip");
            try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(raw.getBytes()))) {
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String text() {
            return new String(body(), StandardCharsets.UTF_8);
        }

        JsonNode json() {
            try {
                return JSON.readTree(body());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** By names in lower case, in their order. */
        Map<String, String> told() {
            Map<String, String> told = new TreeMap<>();
            headers.names().forEach(name -> told.put(name.toLowerCase(Locale.ROOT), header(name)));
            return told;
        }
    }

    Reply get(String path, String... headers) {
        return send("GET", path, new byte[0], headers);
    }

    /** {@code headers}: names and values in turn. */
    Reply send(String method, String path, byte[] body, String... headers) {
        return await(begin(method, path, headers).compose(request -> finish(request, body)));
    }

    /** A request of which nothing has been sent yet. */
    Future<HttpClientRequest> begin(String method, String path, String... headers) {
        return client.request(HttpMethod.valueOf(method), path).map(request -> {
            for (int i = 0; i < headers.length; i += 2) {
                request.putHeader(headers[i], headers[i + 1]);
            }
            return request;
        });
    }

    /** With a body in one piece, whose length is told; without any if it is empty. */
    Future<Reply> finish(HttpClientRequest request, byte[] body) {
        return (body.length == 0 ? request.send() : request.send(Buffer.buffer(body))).compose(this::read);
    }

    Future<Reply> read(HttpClientResponse response) {
        return response.body().map(body -> {
            assertThat(response.version()).isEqualTo(transport.version());
            return new Reply(response.statusCode(), response.version(), response.headers(), body);
        });
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        await(client.close());
        await(vertx.close());
    }
}
