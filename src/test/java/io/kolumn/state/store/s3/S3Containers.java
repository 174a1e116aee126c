package io.kolumn.state.store.s3;

import org.testcontainers.containers.MinIOContainer;
import org.testcontainers.localstack.LocalStackContainer;

/** Stores that speak S3, each in a container that ends with the JVM. */
final class S3Containers {

    private static final String MINIO = "minio/minio:RELEASE.2025-09-07T16-13-09Z";

    /** Later ones want an account. */
    private static final String LOCALSTACK = "localstack/localstack:4.14.0";

    private static final class Localstack {
        private static final TestS3 STORE = startLocalstack();
    }

    private S3Containers() {}

    /** With a key of its own, without which it refuses to encrypt. */
    static TestS3 minio() {
        MinIOContainer container = new MinIOContainer(MINIO)
                .withEnv("MINIO_KMS_SECRET_KEY", "tests:a29sdW1uLXN0YXRlLXRlc3RzLTMyLWJ5dGVzLWtleSE=");
        container.start();
        return TestS3.at(container.getS3URL(), container.getUserName(), container.getPassword());
    }

    static TestS3 localstack() {
        return Localstack.STORE;
    }

    private static TestS3 startLocalstack() {
        LocalStackContainer container = new LocalStackContainer(LOCALSTACK).withServices("s3");
        container.start();
        return TestS3.at(container.getEndpoint().toString(), container.getAccessKey(), container.getSecretKey());
    }
}
