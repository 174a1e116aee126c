package io.kolumn.state.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.PackagedService;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Documents as large as are accepted, through the packaged service, in the heap that they may take. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class S3LargeDocumentIT {

    private static final int SIZE = 256 << 20;

    /** In MB: classes, compiled code, threads, and pieces of bodies on their way through the sockets. */
    private static final long BESIDE_THE_HEAP = 300;

    @TempDir
    static Path folder;

    private static TestS3 store;
    private static Path document;
    private static String sha256;

    private final HttpClient client = HttpClient.newHttpClient();

    /** A server of its own, which has room for them. */
    @BeforeAll
    static void start() throws Exception {
        store = TestS3.start("3g");
        document = folder.resolve("document");
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(document), digest)) {
            out.write("{\"version\":4,\"serial\":1,\"lineage\":\"large\",\"outputs\":{},\"resources\":[\"\""
                    .getBytes(StandardCharsets.US_ASCII));
            byte[] resource = (",\"" + "abcdefghij".repeat(100_000) + "\"").getBytes(StandardCharsets.US_ASCII);
            for (long size = 1000; size + resource.length < SIZE; size += resource.length) {
                out.write(resource);
            }
            out.write("]}".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(Files.size(document)).isBetween(SIZE - 2_000_000L, (long) SIZE);
        sha256 = HexFormat.of().formatHex(digest.digest());
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    private static PackagedService service(String heap) {
        Map<String, String> environment = new HashMap<>();
        environment.put("KOLUMN_STATE_BACKEND", "s3");
        environment.put("KOLUMN_STATE_MAX_IN_FLIGHT_SHARE", "100"); // one address sends both
        store.config(store.newBucket())
                .forEach((key, value) -> environment.put("KOLUMN_STATE_S3_" + key.toUpperCase(Locale.ROOT), value));
        return PackagedService.start(folder, environment, List.of("-Xmx" + heap));
    }

    @Test
    void oneGoesUpAndDownIn768MegabytesOfHeap() throws Exception {
        try (PackagedService service = service("768m")) {
            assertThat(stored(service.url(), "one")).isEqualTo(201);
            assertThat(read(service.url(), "one")).isEqualTo(sha256);
            assertThat(mostResident(service)).isLessThan(768 + BESIDE_THE_HEAP);
        }
    }

    @Test
    void twoAtOnceGoUpAndDownInTwiceThat() throws Exception {
        try (PackagedService service = service("1536m");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            URI url = service.url();
            List<Future<String>> both = new ArrayList<>();
            for (String name : List.of("one", "two")) {
                both.add(threads.submit(() -> {
                    assertThat(stored(url, name)).isEqualTo(201);
                    return read(url, name);
                }));
            }
            for (Future<String> one : both) {
                assertThat(one.get()).isEqualTo(sha256);
            }
            assertThat(mostResident(service)).isLessThan(1536 + BESIDE_THE_HEAP);
        }
    }

    private int stored(URI url, String name) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/v1/states/" + name))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofFile(document))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** The sha-256 of what came. */
    private String read(URI url, String name) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(url.resolve("/v1/states/" + name)).build();
        HttpResponse<InputStream> answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream in = new DigestInputStream(answer.body(), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** In MB, as the system says; 0 where it does not. */
    private static long mostResident(PackagedService service) throws IOException {
        Path status = Path.of("/proc/" + service.process().pid() + "/status");
        return Files.exists(status)
                ? Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                        .sum()
                : 0;
    }
}
