package io.kolumn.state.terraform;

import io.quarkus.test.junit.QuarkusTest;

/** In the JVM of the tests, on memory. */
@QuarkusTest
class TerraformLockTest extends TerraformLockContract {}
