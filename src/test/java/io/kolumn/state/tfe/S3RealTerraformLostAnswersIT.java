package io.kolumn.state.tfe;

import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.store.s3.S3Resource;
import io.kolumn.state.terraform.Terraform;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

@PackagedTest(S3Resource.Profile.class)
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class S3RealTerraformLostAnswersIT extends RealTerraformLostAnswersContract {
    static boolean installed() {
        return Terraform.installed();
    }
}
