package io.kolumn.state.store.s3;

import io.kolumn.state.config.StoreConfig;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** The type as the service has it: what it serves works with the application's own client, and is measured. */
@Singleton
final class ServedS3 extends S3Provider {

    private final Instance<S3ClientBuilder> served;
    private final Instance<MeterRegistry> meters;

    /**
     * @param unused asked for nothing: Quarkus makes a builder only where a client is wanted
     * @param builders the builder of a client with everything that {@code quarkus.s3.*} says
     * @param meters where the canary tells what it finds
     */
    ServedS3(Instance<S3Client> unused, Instance<S3ClientBuilder> builders, Instance<MeterRegistry> meters) {
        this.served = builders;
        this.meters = meters;
    }

    @Override
    S3Client client(StoreConfig config) {
        return served.isResolvable() ? S3Clients.finished(served.get(), config) : super.client(config);
    }

    @Override
    Consumer<S3Canary.Outcome> findings(S3Conformance proof) {
        return meters.isResolvable() ? S3Metrics.of(proof, meters.get()) : super.findings(proof);
    }
}
