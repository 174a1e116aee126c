package io.kolumn.state.tfe;

import io.kolumn.state.health.LocalFolderProfile;
import io.kolumn.state.terraform.Terraform;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

@QuarkusTest
@TestProfile(LocalFolderProfile.class)
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class LocalRealTerraformLostAnswersTest extends RealTerraformLostAnswersTest {
    static boolean installed() {
        return Terraform.installed();
    }
}
