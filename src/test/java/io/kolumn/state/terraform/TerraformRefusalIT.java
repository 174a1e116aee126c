package io.kolumn.state.terraform;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** Against the packaged service. */
@QuarkusIntegrationTest
class TerraformRefusalIT extends TerraformRefusalTest {}
