package io.kolumn.state.tfe;

import io.kolumn.state.store.s3.S3Resource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;

@QuarkusTest
@TestProfile(S3Resource.Profile.class)
class S3TfeApiTest extends TfeApiTest {}
