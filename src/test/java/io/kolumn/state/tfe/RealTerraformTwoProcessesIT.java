package io.kolumn.state.tfe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.TlsProfile;
import io.kolumn.state.terraform.Terraform;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Two processes of the real {@code terraform} with one token, which find the API by discovery over TLS. */
@PackagedTest(TlsProfile.class)
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class RealTerraformTwoProcessesIT {

    private static final String SLOW = """
            resource "terraform_data" "slow" {
              provisioner "local-exec" { command = "sleep 8" }
            }
            """;

    private static final String SECOND = """
            resource "terraform_data" "second" { input = 2 }
            """;

    @TestHTTPResource
    URI server;

    @TestHTTPResource(tls = true)
    URI encrypted;

    @TempDir
    Path folder;

    private CloudFolders plain;
    private CloudFolders folders;

    static boolean installed() {
        return Terraform.installed();
    }

    @BeforeEach
    void connect() {
        plain = CloudFolders.of(folder, server);
        folders = plain.at(URI.create("https://127.0.0.1:" + encrypted.getPort()));
    }

    private Terraform discovering(String resources) {
        Terraform terraform = folders.discovering(
                folders.cloudBlock("name = \"shared\"") + resources, TlsProfile.CERTIFICATES.resolve("ca.pem"));
        terraform.run("init").succeeded();
        return terraform;
    }

    @Test
    void oneHoldsTheLockAndTheOtherFailsOrWaits() {
        Terraform first = discovering(SLOW);
        Terraform second = discovering(SLOW + SECOND);

        Process holding = first.start("apply", "-auto-approve");
        await().atMost(Duration.ofSeconds(30)).until(this::locked);
        assertThat(second.run("apply", "-auto-approve").failed().output()).contains("Error acquiring the state lock");
        Process waiting = second.start("apply", "-auto-approve", "-lock-timeout=60s");

        assertThat(first.finish(holding).succeeded().output()).contains("1 added");
        assertThat(waiting.isAlive()).isTrue();
        assertThat(second.finish(waiting).succeeded().output()).contains("1 added");

        assertThat(second.run("state", "list").succeeded().output().lines())
                .containsExactlyInAnyOrder("terraform_data.slow", "terraform_data.second");
        assertThat(plain.versions("shared")).hasSize(2);
        assertThat(plain.versions("shared").at("/0/fence").asLong())
                .isGreaterThan(plain.versions("shared").at("/1/fence").asLong());
        assertThat(locked()).isFalse();
    }

    private boolean locked() {
        return plain.wire().get("/v1/locks/" + plain.state("shared")).status() == 200;
    }
}
