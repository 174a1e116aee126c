package io.kolumn.state.tfe;

import io.kolumn.state.http.PackagedTest;
import io.kolumn.state.store.postgres.PostgresResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

@PackagedTest(PostgresResource.Profile.class)
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class PostgresRealTerraformLostAnswersIT extends RealTerraformLostAnswersContract {}
