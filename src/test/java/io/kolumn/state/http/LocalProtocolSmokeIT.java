package io.kolumn.state.http;

import io.kolumn.state.health.LocalFolderProfile;

/** On local files. */
@PackagedTest(LocalFolderProfile.class)
class LocalProtocolSmokeIT extends ProtocolSmokeContract {}
