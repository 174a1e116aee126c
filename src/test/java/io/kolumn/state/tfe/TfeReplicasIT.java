package io.kolumn.state.tfe;

import static io.kolumn.state.http.TestStates.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.PackagedService;
import io.kolumn.state.store.postgres.TestPostgres;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workspaces of two packaged services on one database: a process is the same at both. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TfeReplicasIT {

    private static TestPostgres server;

    @TempDir
    Path folder;

    private final List<PackagedService> replicas = new ArrayList<>();

    @BeforeAll
    static void startTheDatabase() {
        server = TestPostgres.start();
    }

    @AfterAll
    static void stopTheDatabase() {
        server.close();
    }

    @BeforeEach
    void startTwo() {
        String schema = TestPostgres.newSchema();
        for (int replica = 0; replica < 2; replica++) {
            replicas.add(PackagedService.start(folder, server.environment(schema), List.of("-Xmx256m")));
        }
        replicas.forEach(PackagedService::url);
    }

    @AfterEach
    void end() {
        replicas.forEach(PackagedService::close);
    }

    private URI url(int replica) {
        return replicas.get(replica).url();
    }

    @Test
    void whatOneReplicaDidIsRepeatedAtTheOther() {
        TfeClient here = TfeClient.discovered(url(0));
        TfeClient there = here.at(url(1));
        TfeClient other = TfeClient.discovered(url(1));
        String id = here.create("team", "app");

        assertThat(there.create("team", "app")).isEqualTo(id);
        assertThat(here.lock(id).status()).isEqualTo(200);
        assertThat(there.lock(id).status()).isEqualTo(200);
        assertThat(other.lock(id).status()).isEqualTo(409);
        assertThat(other.write(id, state(1)).status()).isEqualTo(409);
        assertThat(there.write(id, state(1)).status()).isEqualTo(201);
        assertThat(here.write(id, state(1)).status()).isEqualTo(201);
        assertThat(there.unlock(id).status()).isEqualTo(200);
        assertThat(here.unlock(id).status()).isEqualTo(200);
        assertThat(other.lock(id).status()).isEqualTo(200);
        assertThat(here.get("workspaces/" + id + "/state-versions").json().path("data"))
                .hasSize(1);
    }
}
