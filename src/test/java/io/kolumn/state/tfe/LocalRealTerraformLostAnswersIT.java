package io.kolumn.state.tfe;

import io.kolumn.state.health.LocalFolderProfile;
import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.terraform.Terraform;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

@PackagedTest(LocalFolderProfile.class)
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class LocalRealTerraformLostAnswersIT extends RealTerraformLostAnswersContract {
    static boolean installed() {
        return Terraform.installed();
    }
}
