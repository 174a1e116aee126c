package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.cli.TestRunner.Ended;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.store.memory.MemoryStore;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over a running service. */
@QuarkusTest
class ServerVerbsTest extends VerbsTest {

    @TestHTTPResource("/")
    URI server;

    /** So that no verb can take the storage instead. */
    @Inject
    StateBackend served;

    @Override
    TestRunner program() {
        return new TestRunner(served, "--server", server.toString());
    }

    @Override
    String author() {
        return "-";
    }

    @Test
    void theServiceSaysWhomItTakesTheCallerFor() {
        assertThat(program().run("whoami", "team/app").out())
                .contains("identity     anonymous", "auth method  none", "write", "with team/app");
        assertThat(program().run("whoami", "-o", "json").out()).contains("\"identity\" : \"anonymous\"");
    }

    @Test
    void theConfigurationOfTheServiceIsShown() {
        assertThat(program().run("config").out()).contains("kolumn.state.backend", "memory");
    }

    @Test
    void whatNeedsTheStorageSaysSo() {
        for (String command : List.of("import -", "verify --repair")) {
            Ended ended = program().run(command.split(" ", -1));

            assertThat(ended.code()).isEqualTo(2);
            assertThat(ended.err()).contains("requires direct access to the storage");
        }
    }

    /** Versions of two authors, one under a lock, a gap, the quarantine, and a state that was deleted. */
    private String written() {
        String prefix = "whole-" + UUID.randomUUID() + "/";
        StateName prod = StateName.of(prefix + "prod");
        served.put(prod, document(1, "käse 🧀"), WriteOptions.by("ada"));
        served.lock(prod, new LockInfo("mine", "apply", "", "bob", "", null, "", null), LockOptions.none());
        served.put(
                prod, document(7, "x".repeat(100_000)), WriteOptions.by("bob").withLock("mine"));
        served.unlock(prod, "mine");
        assertThatThrownBy(() -> served.put(
                        prod, document(9, "lost"), WriteOptions.by("eve").withLock("lost")))
                .isInstanceOf(Conflict.class);
        StateName gone = StateName.of(prefix + "gone");
        served.put(gone, document(3, "z"), WriteOptions.by("ada"));
        served.delete(gone, WriteOptions.none());
        return prefix;
    }

    private static StateDocument document(long serial, String content) {
        return StateDocument.parse(TestStates.state(serial, TestStates.LINEAGE, content));
    }

    private static Map<String, String> entries(byte[] archive) throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                entries.put(
                        entry.getName() + " of " + entry.getLastModifiedDate().getTime(),
                        new String(tar.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return entries;
    }

    @Test
    void anArchiveOfAServiceIsThatOfItsStorage() throws IOException {
        String prefix = written();

        Ended over = program().run("export", "-", "--prefix", prefix);
        Ended direct = new TestRunner(served).run("export", "-", "--prefix", prefix);

        assertThat(over.code()).as(over.err()).isZero();
        Map<String, String> entries = entries(over.bytes());
        assertThat(entries).hasSize(8);
        entries.keySet().removeIf(name -> name.startsWith("manifest.json") || name.startsWith("summary.json"));
        assertThat(entries(direct.bytes())).containsAllEntriesOf(entries);
        StateBackend other = new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults());
        assertThat(new TestRunner(other).input(over.bytes()).run("import", "-").code())
                .isZero();
        assertThat(other.get(StateName.of(prefix + "prod"))).isEqualTo(served.get(StateName.of(prefix + "prod")));
    }

    @Test
    void everythingIsVerifiedThroughAService() throws IOException {
        String prefix = written();

        Ended ended = program().run("verify", prefix);

        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out())
                .startsWith("2 states, 4 contents, ")
                .endsWith("ok; leftovers of interrupted commits are not visible over a service\n");
        JsonNode json = new JsonMapper()
                .readTree(program().run("verify", prefix, "-o", "json").out());
        assertThat(json.get("contents").asInt()).isEqualTo(4);
        assertThat(json.has("orphans")).isFalse();
    }

    @Test
    void aServiceThatIsNotThereIsUnavailable() {
        Ended ended = new TestRunner(served).run("ls", "--server", "http://127.0.0.1:1");

        assertThat(ended.code()).isEqualTo(6);
        assertThat(ended.err()).contains("http://127.0.0.1:1 does not answer");
    }

    @Test
    void theEnvironmentNamesAServiceUnlessAStorageIsNamed() {
        TestRunner program = new TestRunner(
                        new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults()))
                .environment("KOLUMN_STATE_SERVER", server.toString());
        String prefix = written();

        Ended asked = program.run("ls", prefix);
        assertThat(asked.code()).as(asked.err()).isZero();
        assertThat(asked.out()).contains(prefix + "prod");
        assertThat(asked.err())
                .isEqualTo("Service: " + server.toString().replaceAll("/$", "") + " (KOLUMN_STATE_SERVER)\n");
        assertThat(program.run("health").code()).isZero();
        assertThat(program.run("ls", "--backend", "local", "--set", "path=/nowhere/k")
                        .err())
                .contains("Storage: local, path /nowhere/k", "There is no storage at /nowhere/k");
        assertThat(program.environment("KOLUMN_STATE_SERVER", "ftp://x")
                        .run("ls")
                        .err())
                .contains("KOLUMN_STATE_SERVER=ftp://x is not a URL");
    }

    /** Below it a document would become that of the state 'v1/states/...'. */
    @ParameterizedTest
    @ValueSource(strings = {"terraform", "terraform/", "v1", "q/health"})
    void aPathOfTheServicesOwnIsTakenOut(String path) throws IOException {
        Path file = Files.writeString(folder.resolve("a.tfstate"), TestStates.state(1));
        String name = "own-" + UUID.randomUUID();

        for (List<String> command :
                List.of(List.of("ls"), List.of("get", name), List.of("put", name, file.toString()))) {
            List<String> all = new ArrayList<>(command);
            all.addAll(List.of("--server", server + path));
            Ended ended = new TestRunner(served).run(all.toArray(String[]::new));

            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.err()).contains("There is no /v1 under " + server, "Give the URL without '/");
        }
        assertThat(served.current(StateName.of("v1/states/" + name))).isEmpty();
    }

    @Test
    void anotherPathIsNoService() {
        Ended ended = new TestRunner(served).run("ls", "--server", server + "nowhere");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).contains("There is no resource at /nowhere/v1/states");
    }
}
