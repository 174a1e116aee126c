package io.kolumn.state.terraform;

import io.kolumn.state.http.PackagedTest;

/** Against the packaged service. */
@PackagedTest
class TerraformRefusalIT extends TerraformRefusalContract {}
