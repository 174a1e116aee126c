package io.kolumn.state.terraform;

import io.kolumn.state.http.PackagedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/** The same with OpenTofu. */
@PackagedTest(TofuAccessProfile.class)
@Tag("tofu")
@EnabledIf(value = "io.kolumn.state.Tool#tofu", disabledReason = "tofu is not on the PATH")
class RealTofuAccessIT extends RealTerraformAccessIT {

    @Override
    String program() {
        return "tofu";
    }
}
