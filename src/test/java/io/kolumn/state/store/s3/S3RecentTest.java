package io.kolumn.state.store.s3;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.Transition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;

/** The head that a store remembers is the one that it would read, until somebody else moves it. */
class S3RecentTest {

    private static final StateName NAME = StateName.of("prod");

    private final String bucket = TestS3.shared().provenBucket();

    @Test
    void whatWasCommittedIsRemembered() {
        try (S3Store store = S3Stores.open(bucket);
                S3Store other = S3Stores.open(bucket)) {
            assertThat(store.recent(NAME)).isEmpty();
            assertThat(store.commit(create(NAME, document(1)))).isTrue();
            StateHead first = store.recent(NAME).orElseThrow();
            assertThat(store.head(NAME)).contains(first);

            assertThat(other.head(NAME)).contains(first);
            assertThat(other.commit(write(first, document(2)))).isTrue();
            assertThat(store.recent(NAME)).contains(first);
            assertThat(store.commit(lock(first, lock("late", 1)))).isFalse();
            assertThat(store.recent(NAME)).isEmpty();
            assertThat(store.head(NAME)).isEqualTo(other.recent(NAME));
        }
    }

    /** What a listing shows is what it would have read: the tag that it names is that of the head that is remembered. */
    @Test
    void aListShowsWhatOthersChanged() {
        try (S3Store store = S3Stores.open(bucket);
                S3Store other = S3Stores.open(bucket)) {
            assertThat(store.commit(create(NAME, document(1)))).isTrue();
            assertThat(store.list(ListQuery.all()).heads())
                    .containsExactly(store.recent(NAME).orElseThrow());
            Transition second = write(other.head(NAME).orElseThrow(), document(2));
            assertThat(other.commit(second)).isTrue();

            assertThat(store.list(ListQuery.all()).heads())
                    .containsExactly(other.recent(NAME).orElseThrow());
        }
    }

    @Test
    void foreignObjectsAreNoStates() {
        for (String key : List.of("heads/readme.txt", "heads/-a/b+", "heads/..+", "heads/a b+", "heads/+")) {
            TestS3.shared().client().putObject(request -> request.bucket(bucket).key(key), RequestBody.fromString("x"));
        }
        try (S3Store store = S3Stores.open(bucket)) {
            assertThat(store.commit(create(NAME, document(1)))).isTrue();
            HeadPage page = store.list(ListQuery.all());
            List<String> names = new ArrayList<>();
            page.heads().forEach(head -> names.add(head.name().value()));
            assertThat(names).containsExactly("prod");
            assertThat(page.more()).isFalse();
        }
    }

    /** Two services in one bucket. */
    @Test
    void prefixesDoNotMeet() {
        Map<String, String> one = new HashMap<>(TestS3.shared().config(bucket));
        Map<String, String> two = new HashMap<>(one);
        one.put("key_prefix", "team");
        two.put("key_prefix", "team-b/");
        try (S3Store store = S3Stores.open(one);
                S3Store other = S3Stores.open(two)) {
            assertThat(store.commit(create(NAME, document(1)))).isTrue();
            assertThat(other.head(NAME)).isEmpty();
            assertThat(other.list(ListQuery.all()).heads()).isEmpty();
            assertThat(TestS3.shared().keys(bucket)).contains("team/heads/prod+");
        }
    }
}
