package io.kolumn.state.http;

import io.kolumn.state.server.EncryptedFolderProfile;

/** On local files, encrypted. */
@PackagedTest(EncryptedFolderProfile.class)
class EncryptedProtocolSmokeIT extends ProtocolSmokeContract {}
