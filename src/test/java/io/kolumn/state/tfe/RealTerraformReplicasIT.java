package io.kolumn.state.tfe;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.LosingProxy;
import io.kolumn.state.http.PackagedService;
import io.kolumn.state.store.postgres.TestPostgres;
import io.kolumn.state.terraform.Terraform;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real {@code terraform} before two packaged services on one database, which answer in turn. */
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class RealTerraformReplicasIT {

    private static TestPostgres server;

    @TempDir
    Path folder;

    private final List<PackagedService> replicas = new ArrayList<>();

    static boolean installed() {
        return Terraform.installed();
    }

    @BeforeAll
    static void startTheDatabase() {
        server = TestPostgres.start();
    }

    @AfterAll
    static void stopTheDatabase() {
        server.close();
    }

    private LosingProxy two(String upload) {
        Map<String, String> environment = new HashMap<>(server.environment(TestPostgres.newSchema()));
        environment.put("KOLUMN_STATE_WORKSPACES_UPLOAD", upload);
        environment.put("KOLUMN_STATE_SESSIONS_KEYS", "a secret that both of the replicas have");
        environment.put("QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING", "true");
        environment.put("QUARKUS_HTTP_PROXY_ENABLE_FORWARDED_HOST", "true");
        environment.put("QUARKUS_HTTP_PROXY_TRUSTED_PROXIES", "127.0.0.1");
        for (int replica = 0; replica < 2; replica++) {
            replicas.add(PackagedService.start(folder, environment, List.of("-Xmx256m")));
        }
        return new LosingProxy(replicas.stream().map(PackagedService::url).toArray(URI[]::new));
    }

    @AfterEach
    void end() {
        replicas.forEach(PackagedService::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inline", "two-phase"})
    void bothBackendsTakeTurnsOnOneWorkspace(String upload) {
        try (LosingProxy proxy = two(upload)) {
            CloudFolders folders = CloudFolders.of(folder, proxy.address());
            Terraform cloud = folders.cloud("name = \"shared\"", CloudFolders.RESOURCE);
            Terraform remote = folders.remote("name = \"shared\"", CloudFolders.RESOURCE);

            cloud.run("init").succeeded();
            assertThat(cloud.run("apply", "-auto-approve").succeeded().output()).contains("1 added");
            remote.run("init").succeeded();
            assertThat(remote.run("plan", "-detailed-exitcode").succeeded().output())
                    .contains("No changes");
            assertThat(remote.run("apply", "-auto-approve", "-replace=terraform_data.app")
                            .succeeded()
                            .output())
                    .contains("1 added", "1 destroyed");
            assertThat(cloud.run("output", "-raw", "secret").succeeded().output())
                    .isEqualTo("s3cr3t");
            cloud.run("destroy", "-auto-approve").succeeded();

            assertThat(folders.versions("shared")).hasSizeGreaterThanOrEqualTo(3);
            assertThat(folders.wire()
                            .get("/v1/locks/" + folders.state("shared"))
                            .status())
                    .isEqualTo(404);
        }
    }
}
