package io.kolumn.state.api;

import io.kolumn.state.http.PackagedTest;

/** Against the packaged service. */
@PackagedTest
class LocksResourceIT extends LocksResourceContract {}
