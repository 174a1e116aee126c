package io.kolumn.state.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The work of a service's clients, for the training of its AOT cache: runs of Terraform, reads, writes, lists, and requests that
 * are refused. The JVM keeps what it learns of the methods that are called often. The number of requests is fixed, so that a busy
 * machine needs longer and learns the same. {@code src/main/docker/train.sh} runs it beside a service of its own, with no more than
 * the package and a JRE.
 */
public final class TrainingLoad {

    private static final int CLIENTS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int RESOURCES = 25;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final URI service;

    private TrainingLoad(URI service) {
        this.service = service;
    }

    /** {@code <address of the service> <runs of Terraform>}. */
    public static void main(String... arguments) throws InterruptedException, ExecutionException {
        TrainingLoad load = new TrainingLoad(URI.create(arguments[0]));
        int runs = Integer.parseInt(arguments[1]);
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                String name = "training/" + client;
                clients.add(threads.submit(() -> {
                    load.run(name, runs / CLIENTS);
                    return name;
                }));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
    }

    private void run(String name, int runs) throws IOException, InterruptedException {
        String terraform = "/terraform/" + name;
        String state = "/v1/states/" + name;
        String lock =
                "{\"ID\":\"0b1f8a9e-5a0a-4f5e-8f0f-1f2b3c4d5e6f\",\"Operation\":\"OperationTypeApply\",\"Info\":\"\","
                        + "\"Who\":\"ada@training\",\"Version\":\"1.11.4\",\"Created\":\"2026-01-01T00:00:00Z\",\"Path\":\"\"}";
        for (int serial = 1; serial <= 2 * runs; serial += 2) {
            ask("LOCK", terraform, lock, 200);
            ask("GET", terraform, "", serial == 1 ? 404 : 200);
            ask("POST", terraform + "?ID=0b1f8a9e-5a0a-4f5e-8f0f-1f2b3c4d5e6f", document(serial), 200, 201);
            ask("UNLOCK", terraform, lock, 200);
            ask("PUT", state, document(serial + 1), 200);
            String tag = ask("GET", state, "", 200);
            if (serial % 10 == 1) {
                unchanged(state, tag);
                ask("PUT", state, document(serial), 409);
                ask("PUT", state, "{\"version\": 4", 400);
                ask("GET", "/v1/states/training/none", "", 404);
                ask("GET", "/v1/versions/" + name, "", 200);
                ask("GET", "/v1/states", "", 200);
                ask("GET", "/q/health/ready", "", 200);
            }
        }
    }

    /** Returns the tag of the answer, or nothing if it has none. */
    private String ask(String method, String path, String body, int... expected)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(service.resolve(path))
                .timeout(PATIENCE)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (method.equals("POST")) {
            request.header("Content-MD5", md5(body));
        }
        HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
        for (int status : expected) {
            if (answer.statusCode() == status) {
                return answer.headers().firstValue("ETag").orElse("");
            }
        }
        throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
    }

    private void unchanged(String path, String tag) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(service.resolve(path))
                .timeout(PATIENCE)
                .header("If-None-Match", tag)
                .build();
        int status = http.send(request, BodyHandlers.ofString()).statusCode();
        if (status != 304) {
            throw new IOException("GET " + path + " with If-None-Match: " + status);
        }
    }

    private static String md5(String body) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(body.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has MD5", e);
        }
    }

    private static String document(int serial) {
        StringBuilder text = new StringBuilder("{\"version\": 4, \"terraform_version\": \"1.11.4\", \"serial\": ")
                .append(serial)
                .append(", \"lineage\": \"training\", \"outputs\": {}, \"resources\": [");
        for (int resource = 0; resource < RESOURCES; resource++) {
            text.append(resource == 0 ? "\n" : ",\n")
                    .append("  {\"mode\": \"managed\", \"type\": \"terraform_data\", \"name\": \"n")
                    .append(resource)
                    .append("\", \"provider\": \"provider[\\\"terraform.io/builtin/terraform\\\"]\", \"instances\": [{")
                    .append("\"schema_version\": 0, \"attributes\": {\"id\": \"i-")
                    .append(resource * serial)
                    .append(
                            "\", \"input\": null, \"output\": null, \"triggers_replace\": null}, \"sensitive_attributes\": []}]}");
        }
        return text.append("\n]}\n").toString();
    }
}
