package io.kolumn.state.tfe;

import io.kolumn.state.store.postgres.PostgresResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;

@QuarkusTest
@TestProfile(PostgresResource.Profile.class)
class PostgresTfeApiTest extends TfeApiTest {}
