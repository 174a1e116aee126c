package io.kolumn.state.tfe;

import io.kolumn.state.store.postgres.PostgresResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

@QuarkusTest
@TestProfile(PostgresResource.Profile.class)
@Tag("terraform")
@EnabledIf(value = "installed", disabledReason = "terraform is not on the PATH")
class PostgresRealTerraformLostAnswersTest extends RealTerraformLostAnswersTest {}
