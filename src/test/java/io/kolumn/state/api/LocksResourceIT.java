package io.kolumn.state.api;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** Against the packaged service. */
@QuarkusIntegrationTest
class LocksResourceIT extends LocksResourceTest {}
