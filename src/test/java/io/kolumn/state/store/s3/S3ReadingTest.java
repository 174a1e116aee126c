package io.kolumn.state.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.ListQuery;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateStore;
import io.kolumn.state.backend.BackendFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A bucket that is opened for reading: neither the proof nor a check leaves an object. */
class S3ReadingTest {

    private final TestS3 store = TestS3.shared();

    @Test
    void whoOnlyReadsWritesNothing() {
        String bucket = store.newBucket();
        try (StateStore reading = BackendFactory.withBuiltIns().openToRead("s3", store.config(bucket))) {
            assertThat(reading.list(ListQuery.all()).heads()).isEmpty();
            assertThat(reading.check().canRead()).isTrue();
            assertThat(reading.check().canWrite()).isFalse();
        }
        assertThat(store.keys(bucket)).isEmpty();
    }

    @Test
    void aBucketThatIsNotThereIsNoEmptyOne() {
        Map<String, String> config = store.config("kolumn-test-nosuch");
        try (StateStore reading = BackendFactory.withBuiltIns().openToRead("s3", config)) {
            assertThatThrownBy(() -> reading.list(ListQuery.all()))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("kolumn-test-nosuch");
        }
    }
}
