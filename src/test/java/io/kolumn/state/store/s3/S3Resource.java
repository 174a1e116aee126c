package io.kolumn.state.store.s3;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A bucket of a real S3 store under the whole application. */
public final class S3Resource implements QuarkusTestResourceLifecycleManager {

    /** Serves states from it. */
    public static final class Profile implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(S3Resource.class));
        }
    }

    @Override
    public Map<String, String> start() {
        TestS3 store = TestS3.shared();
        Map<String, String> properties = new HashMap<>();
        properties.put("kolumn.state.backend", "aws");
        store.config(store.provenBucket()).forEach((key, value) -> properties.put("kolumn.state.s3." + key, value));
        return properties;
    }

    /** The store ends with the JVM. */
    @Override
    public void stop() {}
}
