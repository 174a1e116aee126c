package io.kolumn.state.tfe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.terraform.Terraform;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What the real {@code terraform} saves in the middle of a long apply, since each answer asks for it. */
@PackagedTest
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class RealTerraformSnapshotIT {

    /** Terraform saves when a resource is done, and at the earliest 20 seconds after the first one. */
    private static final String LONG = """
            resource "terraform_data" "first" { input = 1 }
            resource "terraform_data" "slow" {
              input = terraform_data.first.output
              provisioner "local-exec" { command = "sleep 21" }
            }
            resource "terraform_data" "slower" {
              input = terraform_data.slow.output
              provisioner "local-exec" { command = "sleep 21" }
            }
            resource "terraform_data" "last" {
              input = terraform_data.slower.output
              provisioner "local-exec" { command = "sleep 18" }
            }
            """;

    @TestHTTPResource
    URI server;

    @TempDir
    Path folder;

    static boolean installed() {
        return Terraform.installed();
    }

    @Test
    void versionsAreThereBeforeAnApplyOfAMinuteEnds() {
        CloudFolders folders = CloudFolders.of(folder, server);
        Terraform terraform = folders.cloud("name = \"long\"", LONG);
        terraform.run("init").succeeded();

        Process apply = terraform.start("apply", "-auto-approve");
        for (int snapshots = 1; snapshots <= 2; snapshots++) {
            int wanted = snapshots;
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !apply.isAlive() || folders.versions("long").size() >= wanted);
            assertThat(apply.isAlive()).as("while it works").isTrue();
            JsonNode snapshot =
                    folders.wire().get("/v1/states/" + folders.state("long")).json();
            assertThat(snapshot.path("resources")).hasSizeBetween(1 + snapshots, 2 + snapshots);
        }
        terraform.finish(apply).succeeded();
        assertThat(folders.versions("long")).hasSize(3);
        assertThat(folders.wire()
                        .get("/v1/states/" + folders.state("long"))
                        .json()
                        .path("resources"))
                .hasSize(4);
        assertThat(folders.wire().get("/v1/locks/" + folders.state("long")).status())
                .isEqualTo(404);
    }
}
