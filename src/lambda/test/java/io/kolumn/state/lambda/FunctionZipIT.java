package io.kolumn.state.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.kolumn.state.http.TestStates;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./mvnw package -Dlambda} makes, unpacked and called as AWS Lambda does it: by the client of its runtime's API. */
class FunctionZipIT {

    private static final Path ZIP = Path.of("target/lambda/function.zip");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static Path task;

    /** Of two entries of a name the later one stays: Quarkus (3.32) puts a class that it changed behind the one that was compiled. */
    @BeforeAll
    static void unpack() throws IOException {
        task = Files.createDirectory(folder.resolve("task"));
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(ZIP))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = task.resolve(entry.getName()).normalize();
                assertThat(file).startsWithRaw(task);
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(zip, file, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    @Test
    void theHandlerOfTheTemplateStartsFromTheZipAndKeepsAState() throws Exception {
        try (FunctionRuntime runtime = FunctionRuntime.start(task, handler(), "kolumn.state.allow-anonymous=true")) {
            assertThat(status(runtime.invoke(event("GET", "/q/health/ready", ""))))
                    .as(runtime.log())
                    .isEqualTo(200);
            assertThat(status(runtime.invoke(event("POST", "/terraform-lock/team-a/zip", TestStates.lockInfo("mine")))))
                    .isEqualTo(200);
            assertThat(status(runtime.invoke(event("POST", "/terraform/team-a/zip", TestStates.state(1)))))
                    .isEqualTo(423);
            assertThat(status(
                            runtime.invoke(event("DELETE", "/terraform-lock/team-a/zip", TestStates.lockInfo("mine")))))
                    .isEqualTo(200);
            assertThat(status(runtime.invoke(event("POST", "/terraform/team-a/zip", TestStates.state(1)))))
                    .isEqualTo(200);
            assertThat(runtime.invoke(event("GET", "/terraform/team-a/zip", ""))
                            .path("body")
                            .asText())
                    .isEqualTo(TestStates.state(1));
            JsonNode stream = runtime.invoke(event("GET", "/v1/events", ""));
            assertThat(status(stream)).isEqualTo(400);
            assertThat(stream.path("body").asText()).contains("runs as a function");
            JsonNode page = runtime.invoke(event("GET", "/ui", ""));
            assertThat(status(page)).isEqualTo(200);
            assertThat(page.path("body").asText()).contains("team-a").doesNotContain("data-live");
        }
    }

    @Test
    void withoutIdentitiesItRefusesToStart() throws Exception {
        try (FunctionRuntime runtime = FunctionRuntime.start(task, handler())) {
            assertThat(runtime.failure()).contains("kolumn.state.allow-anonymous");
        }
    }

    /** As the template of SAM names it. */
    private static String handler() throws IOException {
        return Files.readAllLines(Path.of("deploy/sam.yaml")).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("Handler: "))
                .map(line -> line.substring("Handler: ".length()))
                .findFirst()
                .orElseThrow();
    }

    private static int status(JsonNode answer) {
        return answer.path("statusCode").asInt();
    }

    /** As API Gateway (REST) makes one of a request. */
    private static byte[] event(String method, String path, String body) throws IOException {
        ObjectNode event = JSON.createObjectNode();
        event.put("resource", "/{proxy+}").put("path", path).put("httpMethod", method);
        event.putObject("multiValueHeaders").putArray("Content-Type").add("application/json");
        event.putObject("requestContext").put("stage", "Prod").put("httpMethod", method);
        if (!body.isEmpty()) {
            event.put("body", body);
        }
        return JSON.writeValueAsBytes(event.put("isBase64Encoded", false));
    }

    static JsonNode json(HttpExchange exchange) throws IOException {
        try (InputStream body = exchange.getRequestBody()) {
            return JSON.readTree(body);
        }
    }
}
