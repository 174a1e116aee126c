package io.kolumn.state.terraform;

import io.kolumn.state.http.PackagedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/** The same with OpenTofu. */
@PackagedTest(TofuFolderProfile.class)
@Tag("tofu")
@EnabledIf(value = "io.kolumn.state.Tool#tofu", disabledReason = "tofu is not on the PATH")
class RealTofuHistoryIT extends RealTerraformHistoryIT {

    @Override
    String program() {
        return "tofu";
    }
}
