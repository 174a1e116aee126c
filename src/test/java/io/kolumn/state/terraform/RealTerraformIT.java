package io.kolumn.state.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kolumn.state.StateDocument;
import io.kolumn.state.health.LocalFolderProfile;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.TestStates;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What people do with the real {@code terraform}, on the local store. Uses its built-in provider alone. */
@PackagedTest(LocalFolderProfile.class)
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class RealTerraformIT extends RealTerraform {

    private static final String RESOURCE = """
            resource "terraform_data" "app" { input = "hello" }
            output "greeting" { value = terraform_data.app.output }
            """;

    @Test
    void initApplyPlanDestroy() {
        Terraform terraform = terraform("flow", backend("flow/prod", ""));

        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        assertThat(terraform.run("plan", "-detailed-exitcode").succeeded().output())
                .contains("No changes");
        JsonNode applied = wire.get("/v1/states/flow/prod").json();
        assertThat(applied.at("/outputs/greeting/value").asText()).isEqualTo("hello");
        terraform.run("destroy", "-auto-approve").succeeded();

        assertThat(wire.get("/v1/states/flow/prod").json().path("resources")).isEmpty();
        JsonNode versions = wire.get("/v1/versions/flow/prod").json().path("versions");
        assertThat(versions.at("/0/operation").asText()).isEqualTo("OperationTypeApply");
        assertThat(versions.at("/0/fence").asLong())
                .isGreaterThan(versions.at("/1/fence").asLong());
        assertThat(wire.get("/v1/locks/flow/prod").status()).isEqualTo(404);
    }

    @Test
    void aSecondApplyMeetsTheLockAndWaitsForItIfAsked() {
        Terraform terraform = terraform("locked", backend("locked", ""));
        terraform.run("init").succeeded();
        lock("locked", "holder-1");

        assertThat(terraform.run("apply", "-auto-approve").failed().output()).contains("already locked: ID=holder-1");

        Process waiting = terraform.start("apply", "-auto-approve", "-lock-timeout=60s");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> refusals() >= 2);
        unlock("locked", "holder-1");
        terraform.finish(waiting).succeeded();
        assertThat(wire.get("/v1/states/locked").status()).isEqualTo(200);
    }

    @Test
    void forceUnlockBreaksTheLock() {
        Terraform terraform = terraform("forced", backend("forced", ""));
        terraform.run("init").succeeded();
        lock("forced", "holder-2");

        terraform.run("force-unlock", "-force", "holder-2").succeeded();

        assertThat(wire.get("/v1/locks/forced").status()).isEqualTo(404);
        terraform.run("apply", "-auto-approve").succeeded();
    }

    @Test
    void aStateMovesFromAFileAndFromOneUrlToAnother() {
        Terraform terraform = terraform("moved", "");
        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();

        terraform.write("backend.tf", backend("moved/first", ""));
        terraform.run("init", "-migrate-state", "-force-copy").succeeded();
        terraform.write("backend.tf", backend("moved/second", ""));
        terraform.run("init", "-migrate-state", "-force-copy").succeeded();

        for (String name : new String[] {"moved/first", "moved/second"}) {
            JsonNode moved = wire.get("/v1/states/" + name).json();
            assertThat(moved.at("/outputs/greeting/value").asText()).isEqualTo("hello");
        }
        assertThat(terraform.run("plan", "-detailed-exitcode").succeeded().output())
                .contains("No changes");
    }

    @Test
    void pullAndPushAndForcedPush() throws IOException {
        Terraform terraform = terraform("pushed", backend("pushed", ""));
        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        Terraform.Outcome pulled = terraform.run("state", "pull").succeeded();
        assertThat(pulled.output()).contains("\"greeting\"");

        Files.writeString(folder.resolve("pushed/other.tfstate"), TestStates.state(1));
        terraform.run("state", "push", "other.tfstate").failed();
        terraform.run("state", "push", "-force", "other.tfstate").succeeded();

        assertThat(wire.get("/v1/states/pushed").json().path("lineage").asText())
                .isEqualTo(TestStates.LINEAGE);
    }

    @Test
    void aForcedPushGoesBackToALowerSerialOfTheSameLineage() throws IOException {
        Terraform terraform = terraform("back", backend("back", ""));
        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        String first = wire.get("/v1/states/back").text();
        Files.writeString(folder.resolve("back/first.tfstate"), first);
        terraform.run("destroy", "-auto-approve").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        long serial = wire.get("/v1/states/back").json().path("serial").asLong();
        assertThat(serial).isGreaterThan(StateDocument.parse(first).serial());

        terraform.run("state", "push", "first.tfstate").failed();
        assertThat(wire.get("/v1/states/back").json().path("serial").asLong()).isEqualTo(serial);
        terraform.run("state", "push", "-force", "first.tfstate").succeeded();

        JsonNode now = wire.get("/v1/states/back").json();
        // The client itself adds one to the serial of what it pushes.
        assertThat(now.path("serial").asLong()).isLessThan(serial);
        assertThat(now.path("resources")).isNotEmpty();
    }

    @Test
    void aLockThatIsLostInMidApplyLosesNothing() {
        Terraform terraform = terraform("lost", backend("lost", ""));
        terraform.write("wait.tf", """
                resource "terraform_data" "wait" {
                  provisioner "local-exec" {
                    command = "for i in $(seq 600); do test -e go && exit 0; sleep 0.1; done; exit 1"
                  }
                }
                """);
        terraform.run("init").succeeded();
        Process applying = terraform.start("apply", "-auto-approve");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> wire.get("/v1/locks/lost").status() == 200);

        wire.request("UNLOCK", "/terraform/lost").chunked(new byte[0]).send();
        terraform.write("go", "");
        terraform.finish(applying).failed();

        assertThat(folder.resolve("lost/errored.tfstate")).exists();
        JsonNode quarantined =
                wire.get("/v1/versions/lost?quarantined=true").json().path("versions");
        assertThat(quarantined).isNotEmpty();
        JsonNode kept = wire.get("/v1/states/lost?quarantined="
                        + quarantined.get(quarantined.size() - 1).path("id").asText())
                .json();
        assertThat(kept.path("resources")).isNotEmpty();
    }

    @Test
    void gatewaysThatBlockLockAndUnlockAreWorkedAround() {
        String other = "lock_method = \"POST\"\n unlock_method = \"POST\"\n update_method = \"PUT\"";
        Terraform terraform = terraform(
                "gateway",
                backend("gateway", other)
                        .replace("lock_address   = \"" + url(""), "lock_address   = \"" + server("terraform-lock/"))
                        .replace("unlock_address = \"" + url(""), "unlock_address = \"" + server("terraform-unlock/")));
        terraform.run("init").succeeded();
        Terraform.Outcome traced =
                terraform.tracing().run("apply", "-auto-approve").succeeded();

        assertThat(traced.output())
                .contains("POST " + server("terraform-lock/gateway"))
                .contains("PUT " + server("terraform/gateway"))
                .contains("POST " + server("terraform-unlock/gateway"))
                .doesNotContain("LOCK http");
        assertThat(wire.get("/v1/versions/gateway")
                        .json()
                        .at("/versions/0/fence")
                        .asLong())
                .isEqualTo(1);
        assertThat(wire.get("/v1/locks/gateway").status()).isEqualTo(404);
    }

    /** And not only once the resources are there. */
    @Test
    void aMisspelledAddressIsToldBeforeAnythingIsMade() {
        Terraform terraform = terraform("astray", backend("astray", "").replace("/terraform/", "/terrafrom/"));
        terraform.run("init");

        assertThat(terraform.run("apply", "-auto-approve").failed().output()).doesNotContain("Creating...");
    }

    private Terraform terraform(String name, String backend) {
        try {
            Terraform terraform = new Terraform(Files.createDirectory(folder.resolve(name)), program());
            return terraform.write("main.tf", RESOURCE).write("backend.tf", backend);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String server(String path) {
        return "http://" + server.getHost() + ":" + server.getPort() + "/" + path;
    }

    private String url(String name) {
        return server("terraform/" + name);
    }

    private String backend(String name, String more) {
        return backend(server, name, "retry_max = 1\n    " + more);
    }

    private void lock(String name, String id) {
        assertThat(wire.request("LOCK", "/terraform/" + name)
                        .json(TestStates.lockInfo(id))
                        .send()
                        .status())
                .isEqualTo(200);
    }

    private void unlock(String name, String id) {
        wire.request("UNLOCK", "/terraform/" + name)
                .json(TestStates.lockInfo(id))
                .send();
    }

    /** How often a lock was refused to somebody so far. */
    private double refusals() {
        return wire.get("/q/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("kolumn_state_rejections_total{reason=\"locked\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf('}') + 2)))
                .sum();
    }
}
