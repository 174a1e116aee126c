package io.kolumn.state.tfe;

import io.kolumn.state.health.LocalFolderProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;

@QuarkusTest
@TestProfile(LocalFolderProfile.class)
class LocalTfeApiTest extends TfeApiTest {}
