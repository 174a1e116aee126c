package io.kolumn.state.api;

import static io.kolumn.state.http.TestStates.fixture;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.Wire;
import io.kolumn.state.http.Wire.Answer;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * The calls by which a provider of Kolumn ({@code StateBackendProvider} of its SDK) keeps its state here, as docs/readers.md
 * lists them. Its documents have neither serial nor lineage: only conditions and locks keep one writer from undoing another's work.
 */
@QuarkusTest
class KolumnProviderTest {

    private static final String FIRST = new String(fixture("kolumn-universal-newer.klstate"), StandardCharsets.UTF_8);
    private static final String SECOND = FIRST.replace("\"email\"", "\"email\",\"phone\"");
    private static final String THIRD = FIRST.replace("localhost", "db.example.org");

    @TestHTTPResource
    URI server;

    private final String name = "kolumn/" + UUID.randomUUID();

    private Answer ask(String method, String path) {
        return Wire.to(server).request(method, path + name).send();
    }

    private Answer save(String document, String condition, String tag) {
        return Wire.to(server)
                .request("PUT", "/v1/states/" + name)
                .header(condition, tag)
                .json(document)
                .send();
    }

    @Test
    void aProviderSavesWhatItLoadedAndUndoesNothing() {
        assertThat(ask("HEAD", "/v1/states/").status()).isEqualTo(404);
        assertThat(ask("GET", "/v1/states/").status()).isEqualTo(404);
        assertThat(save(FIRST, "If-None-Match", "*").status()).isEqualTo(201);
        assertThat(save(THIRD, "If-None-Match", "*").status()).isEqualTo(412);
        Answer loaded = ask("GET", "/v1/states/");
        String tag = loaded.header("ETag");

        assertThat(loaded.text()).isEqualTo(FIRST);
        assertThat(save(SECOND, "If-Match", tag).status()).isEqualTo(200);
        assertThat(save(THIRD, "If-Match", tag).status()).isEqualTo(412);
        assertThat(ask("GET", "/v1/states/").text()).isEqualTo(SECOND);
        assertThat(ask("GET", "/v1/versions/").json().path("versions")).hasSize(2);
    }

    @Test
    void aProviderRestoresABackupAndDeletes() {
        save(FIRST, "If-None-Match", "*");
        save(SECOND, "If-Match", "\"1\"");

        Answer restored = Wire.to(server)
                .request("POST", "/v1/restores/" + name)
                .json("{\"version\": 1}")
                .send();

        assertThat(restored.status()).isEqualTo(200);
        assertThat(ask("GET", "/v1/states/").text()).isEqualTo(FIRST);
        assertThat(ask("GET", "/v1/outputs/").json().at("/outputs/dsn/value").asText())
                .isEqualTo("postgres://localhost/app");
        assertThat(ask("DELETE", "/v1/states/").status()).isEqualTo(204);
        assertThat(ask("HEAD", "/v1/states/").status()).isEqualTo(404);
    }
}
