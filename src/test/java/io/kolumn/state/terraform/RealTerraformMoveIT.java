package io.kolumn.state.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.health.LocalFolderProfile;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What the real {@code terraform} does at the old and at the new address of a state that was moved. */
@PackagedTest(LocalFolderProfile.class)
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class RealTerraformMoveIT extends RealTerraform {

    private static final String THINGS = """
            resource "terraform_data" "thing" { input = "one" }
            output "thing" { value = terraform_data.thing.output }
            """;

    private final String old = "moves/" + UUID.randomUUID() + "/old";
    private final String fresh = "moves/" + UUID.randomUUID() + "/new";

    private Terraform at(Path own, String name) throws IOException {
        Files.createDirectories(own);
        return new Terraform(own).write("main.tf", THINGS).write("backend.tf", backend(name));
    }

    private Wire.Answer move(boolean copy) {
        return wire.request("POST", "/v1/moves")
                .json("{\"from\": \"" + old + "\", \"to\": \"" + fresh + "\", \"copy\": " + copy + "}")
                .send();
    }

    @Test
    void nothingIsMadeTwiceAtTheOldAddressAndNothingAnewAtTheNewOne() throws IOException {
        Path work = folder.resolve("work");
        Terraform terraform = at(work, old);
        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        assertThat(move(false).status()).isEqualTo(200);

        Terraform.Outcome plan = terraform.run("plan");
        assertThat(plan.code()).isEqualTo(1);
        assertThat(plan.output().replaceAll("\u001b\\[[0-9;]*m", "").replaceAll("[│\\s]+", " "))
                .contains("Error acquiring the state lock")
                .contains("was moved to '" + fresh + "'");
        Terraform.Outcome apply = terraform.run("apply", "-auto-approve", "-lock=false");
        assertThat(apply.code()).isEqualTo(1);
        assertThat(apply.output()).contains("409").doesNotContain("Creating...");
        Terraform.Outcome init = at(folder.resolve("fresh"), old).run("init");
        Terraform.Outcome first = at(folder.resolve("fresh"), old).run("apply", "-auto-approve");
        assertThat(init.output() + first.output()).doesNotContain("Creating...");
        assertThat(first.code()).isEqualTo(1);

        at(work, fresh);
        assertThat(terraform.run("plan").output()).contains("Backend initialization required");
        terraform.run("init", "-reconfigure").succeeded();
        assertThat(terraform.run("plan", "-detailed-exitcode").code())
                .as("no changes")
                .isZero();
        terraform.run("destroy", "-auto-approve").succeeded();
    }

    /** {@code -migrate-state} reads the old address first, which has nothing to give any more. */
    @Test
    void migratingTheStateAfterTheMoveIsRefusedAndHarmless() throws IOException {
        Path work = folder.resolve("work");
        Terraform terraform = at(work, old);
        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        move(false);
        String there = Wire.to(server).get("/v1/states/" + fresh).text();

        at(work, fresh);
        Terraform.Outcome migrated = terraform.run("init", "-migrate-state", "-force-copy");

        assertThat(migrated.code()).isEqualTo(1);
        assertThat(Wire.to(server).get("/v1/states/" + fresh).text()).isEqualTo(there);
        terraform.run("init", "-reconfigure").succeeded();
        assertThat(terraform.run("plan", "-detailed-exitcode").code()).isZero();
    }

    /** Terraform sees the same resources twice: a copy is for trying things out, or for backends that part. */
    @Test
    void aCopyHasTheSameLineageAndNoChanges() throws IOException {
        Terraform terraform = at(folder.resolve("work"), old);
        terraform.run("init").succeeded();
        terraform.run("apply", "-auto-approve").succeeded();
        assertThat(move(true).status()).isEqualTo(200);

        Terraform copy = at(folder.resolve("copy"), fresh);
        copy.run("init").succeeded();

        assertThat(copy.run("plan", "-detailed-exitcode").code()).isZero();
        assertThat(terraform.run("plan", "-detailed-exitcode").code()).isZero();
        assertThat(Wire.to(server).get("/v1/states/" + fresh).header("State-Lineage"))
                .isEqualTo(Wire.to(server).get("/v1/states/" + old).header("State-Lineage"));
    }
}
