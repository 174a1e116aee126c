package io.kolumn.state.tfe;

import io.kolumn.state.http.PackagedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/** On memory. */
@PackagedTest
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class RealTerraformLostAnswersIT extends RealTerraformLostAnswersContract {}
