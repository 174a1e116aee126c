package io.kolumn.state.terraform;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.http.TestStates;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The same with OpenTofu, and what it does otherwise. */
@PackagedTest(TofuFolderProfile.class)
@Tag("tofu")
@EnabledIf(value = "io.kolumn.state.Tool#tofu", disabledReason = "tofu is not on the PATH")
class RealTofuCommandsIT extends RealTerraformCommandsIT {

    @Override
    String program() {
        return "tofu";
    }

    /** Its UNLOCK carries a LockInfo of which only the id is filled in; Terraform's carries nothing. */
    @Test
    void aForceUnlockBreaksTheLockThatItNamesAndNoOther() {
        Terraform tofu = initialized("forced");
        assertThat(wire.request("LOCK", "/terraform/commands/forced")
                        .json(TestStates.lockInfo("holder-1"))
                        .send()
                        .status())
                .isEqualTo(200);

        assertThat(tofu.run("force-unlock", "-force", "holder-2").failed().output())
                .contains("423");
        assertThat(wire.get("/v1/locks/commands/forced").json().path("id").asText())
                .isEqualTo("holder-1");
        tofu.run("force-unlock", "-force", "holder-1").succeeded();

        assertThat(wire.get("/v1/locks/commands/forced").status()).isEqualTo(404);
    }
}
