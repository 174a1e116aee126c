package io.kolumn.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestServersTest {

    /** What an engine says of itself. */
    private static final String ENGINE = """
            {"ServerVersion": "29.0.0", "Version": "29.0.0", "ApiVersion": "1.52", "OperatingSystem": "test", "MemTotal": 1073741824}""";

    @TempDir
    Path folder;

    @Test
    void containersAreTakenWhereAnEngineAnswersAndEmbeddedServersElsewhere() {
        for (String nothing : new String[] {null, "", " "}) {
            assertThat(TestServers.choose(nothing, () -> true)).isEqualTo(TestServers.CONTAINERS);
            assertThat(TestServers.choose(nothing, () -> false)).isEqualTo(TestServers.EMBEDDED);
        }
    }

    @Test
    void theSwitchDecidesWithoutAskingForAnEngine() {
        assertThat(TestServers.choose("embedded", () -> {
                    throw new AssertionError("asked");
                }))
                .isEqualTo(TestServers.EMBEDDED);
        assertThat(TestServers.choose("containers", () -> true)).isEqualTo(TestServers.CONTAINERS);
    }

    @Test
    void whoAsksForContainersIsToldThatNoEngineAnswersAndAnotherValueIsRefused() {
        assertThatThrownBy(() -> TestServers.choose("containers", () -> false))
                .hasMessageContaining("KOLUMN_TEST_SERVERS=containers: no Docker engine");
        assertThatThrownBy(() -> TestServers.choose("docker", () -> true))
                .hasMessageContaining("KOLUMN_TEST_SERVERS=docker: must be containers or embedded");
    }

    @Test
    void anEngineIsFoundByTestcontainersAndOneThatDoesNotAnswerIsNot() throws Exception {
        HttpServer engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        engine.createContext("/", exchange -> {
            byte[] answer = ENGINE.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        engine.start();
        String address = "tcp://127.0.0.1:" + engine.getAddress().getPort();
        try {
            assertThat(chosenWith(address)).contains("CONTAINERS");
        } finally {
            engine.stop(0);
        }
        assertThat(chosenWith(address)).contains("EMBEDDED");
    }

    /** In a JVM of its own, since it is chosen once; without the containers that Testcontainers starts for itself. */
    private String chosenWith(String dockerHost) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "chosen", ".log");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Duser.home=" + folder,
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        TestServers.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TESTCONTAINERS_"));
        builder.environment().remove(TestServers.SWITCH);
        builder.environment().put("DOCKER_HOST", dockerHost);
        builder.environment().put("TESTCONTAINERS_RYUK_DISABLED", "true");
        builder.environment().put("TESTCONTAINERS_CHECKS_DISABLE", "true");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output);
    }
}
