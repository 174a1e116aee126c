package io.kolumn.state.tfe;

import io.kolumn.state.store.s3.S3Resource;
import io.kolumn.state.terraform.Terraform;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

@QuarkusTest
@TestProfile(S3Resource.Profile.class)
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class S3RealTerraformLostAnswersTest extends RealTerraformLostAnswersTest {
    static boolean installed() {
        return Terraform.installed();
    }
}
