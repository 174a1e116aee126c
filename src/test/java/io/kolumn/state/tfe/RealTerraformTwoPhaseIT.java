package io.kolumn.state.tfe;

import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.terraform.Terraform;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/** The real {@code terraform} where states are sent to addresses of their own, and where those answers get lost, too. */
@PackagedTest(TwoPhaseProfile.class)
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class RealTerraformTwoPhaseIT extends RealTerraformLostAnswersContract {

    static boolean installed() {
        return Terraform.installed();
    }

    @Override
    List<String> uploads() {
        return List.of("POST .*/state-versions", "PUT /api/v2/uploads/[^/]+");
    }
}
