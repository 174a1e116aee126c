package io.kolumn.state.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.http.Wire;
import io.quarkus.test.common.http.TestHTTPResource;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The service with encryption: clients see documents, the disk has none, and nobody is shown the key. */
@PackagedTest(EncryptedFolderProfile.class)
class EncryptedServiceIT {

    @TestHTTPResource
    URI server;

    private Wire wire() {
        return Wire.to(server);
    }

    @Test
    void clientsSeeDocumentsAndTheDiskHasNone() throws IOException {
        String document = TestStates.state(1);
        assertThat(wire().request("PUT", "/v1/states/team-a/demo")
                        .json(document)
                        .send()
                        .status())
                .isEqualTo(201);

        Wire.Answer read = wire().get("/v1/states/team-a/demo");
        assertThat(read.text()).isEqualTo(document);
        assertThat(wire().get("/v1/versions/team-a/demo").text())
                .contains("\"format\":\"terraform\"")
                .contains("\"size\":" + document.length());
        try (Stream<Path> files =
                Files.walk(Objects.requireNonNull(EncryptedFolderProfile.path().getParent()))) {
            List<Path> all = files.filter(Files::isRegularFile).toList();
            assertThat(all).noneMatch(file -> file.toString().endsWith(".klstate"));
            for (Path file : all) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain("\"resources\"");
            }
        }
    }

    @Test
    void noPageShowsTheKey() {
        for (String page : List.of("/v1/backend", "/v1/backends", "/q/health/ready", "/q/metrics", "/q/openapi")) {
            assertThat(wire().get(page).text()).as(page).doesNotContain(EncryptedFolderProfile.SECRET);
        }
        assertThat(wire().get("/v1/backend").text()).contains("2026-11");
    }
}
