package io.kolumn.state.http;

import io.kolumn.state.store.s3.S3Resource;

/** On S3. */
@PackagedTest(S3Resource.Profile.class)
class S3ProtocolSmokeIT extends ProtocolSmokeContract {}
