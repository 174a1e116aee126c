package io.kolumn.state.api;

import io.quarkus.test.junit.QuarkusTest;

/** In the JVM of the tests, on memory. */
@QuarkusTest
class StatesResourceTest extends StatesResourceContract {}
