package io.kolumn.state.terraform;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/** The same with OpenTofu. */
@QuarkusTest
@TestProfile(TofuFolderProfile.class)
@Tag("tofu")
@EnabledIf(value = "io.kolumn.state.Tool#tofu", disabledReason = "tofu is not on the PATH")
class RealTofuS3ImportTest extends RealTerraformS3ImportTest {

    @Override
    String program() {
        return "tofu";
    }
}
