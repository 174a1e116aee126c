package io.kolumn.state.terraform;

import io.kolumn.state.server.EncryptedFolderProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;

@QuarkusTest
@TestProfile(EncryptedFolderProfile.class)
class EncryptedTerraformStateTest extends TerraformStateTest {}
