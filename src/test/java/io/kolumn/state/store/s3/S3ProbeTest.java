package io.kolumn.state.store.s3;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.store.s3.S3Door.Behaviour;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;

/** What is found out of a store before it is written to, and what becomes of one that does not keep its promises. */
class S3ProbeTest {

    private static final StateName NAME = StateName.of("prod");

    /** So many conditional writes come before the races. */
    private static final int ONE_BY_ONE = 5;

    private final String bucket = TestS3.embedded().newBucket();
    private final S3Door door = TestS3.embedded().newDoor();

    @AfterEach
    void closeTheDoor() {
        door.close();
    }

    private StateStore serve(String... keysAndValues) {
        Map<String, String> config = new HashMap<>(TestS3.embedded().config(bucket));
        config.put("endpoint", door.endpoint());
        for (int i = 0; i < keysAndValues.length; i += 2) {
            config.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        S3Provider provider = new S3Provider();
        StoreConfig checked = new BackendFactory(List.of(provider)).checked(S3Provider.TYPE, config);
        return provider.serve(checked);
    }

    @Test
    void aStoreThatKeepsItsPromisesIsServedAndTheProbeLeavesNothingBehind() {
        try (StateStore store = serve()) {
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(TestS3.embedded().keys(bucket)).containsExactly("proof.json"));
            assertThat(store.check().capabilities()).containsEntry("conditionalWrites", "true");
            assertThat(store.check().healthy()).isTrue();
            assertThat(store.commit(create(NAME, document(1)))).isTrue();
        }
    }

    /** A command ends at once after its work. */
    @Test
    void whoClosesTheStoreAtOnceLeavesNothingBehindEither() {
        serve().close();
        assertThat(TestS3.embedded().keys(bucket)).containsExactly("proof.json");
    }

    @Test
    void aGoodResultIsKeptAndCostsTheNextStartTwoReads() {
        serve().close();
        door.forgetCounts();
        serve().close();

        assertThat(door.answers()).containsExactly(Map.entry("GET probe 200", 1L), Map.entry("GET probe 404", 1L));
    }

    @ParameterizedTest
    @CsvSource({
        "another place, 2, http://elsewhere, sse-s3, -PT1H",
        "another encryption, 2, ENDPOINT, none, -PT1H",
        "yesterday, 2, ENDPOINT, sse-s3, -PT25H",
        "a probe of few races, 1, ENDPOINT, sse-s3, -PT1H"
    })
    void aResultOfSomethingElseIsNotTaken(String what, int layout, String place, String encryption, String age) {
        String json = """
                {"layout": %d, "place": "%s", "encryption": "%s", "proven": "%s"}
                """.formatted(
                        layout,
                        place.equals("ENDPOINT") ? door.endpoint() : place,
                        encryption,
                        Instant.now().plus(Duration.parse(age)));
        TestS3.embedded()
                .client()
                .putObject(request -> request.bucket(bucket).key("proof.json"), RequestBody.fromString(json));
        serve().close();

        assertThat(door.counts().get("PUT probe")).isGreaterThan(4L * S3Probe.PAIRS);
    }

    @ParameterizedTest
    @CsvSource({
        "LETS_RACERS_WIN, endpoint, simultaneous writers create one object",
        "RACES_AT_TIMES, endpoint, simultaneous writers",
        "RACES_WITH_LARGE_BODIES, endpoint, simultaneous writers",
        "IGNORES_CONDITIONS, endpoint, replaces an object that does not exist",
        "IGNORES_ENCRYPTION, encrypt, Set encrypt=false"
    })
    void aStoreThatDoesNotEndsTheStart(Behaviour behaviour, String key, String problem) {
        door.behave(behaviour);

        assertThatThrownBy(this::serve)
                .isInstanceOf(Configuration.class)
                .hasMessageContaining("kolumn.state.s3." + key)
                .hasMessageContaining(problem)
                .hasMessageContaining(door.endpoint());
        assertThat(TestS3.embedded().keys(bucket)).isEmpty();
    }

    /** Each has its own advice: versioning has nothing to do with a store that ignores conditions. */
    @ParameterizedTest
    @CsvSource({
        "LETS_RACERS_WIN, a bucket without versioning, ignores conditions",
        "IGNORES_CONDITIONS, ignores conditions, versioning"
    })
    void theAdviceIsAboutWhatFailed(Behaviour behaviour, String advice, String elsewhere) {
        door.behave(behaviour);

        assertThatThrownBy(this::serve)
                .isInstanceOf(Configuration.class)
                .hasMessageContaining(advice)
                .message()
                .doesNotContain(elsewhere);
    }

    @Test
    void aStoreThatDoesNotEncryptServesWhoDoesNotAskForIt() {
        door.behave(Behaviour.IGNORES_ENCRYPTION);
        try (StateStore store = serve("encrypt", "false")) {
            assertThat(store.check().healthy()).isTrue();
        }
    }

    @Test
    void aStoreThatKnowsNoConditionsIsNamedSo() {
        door.play(S3Fault.error(501, "NotImplemented"), call -> call.method().equals("PUT") && call.conditional());

        assertThatThrownBy(this::serve)
                .isInstanceOf(Configuration.class)
                .hasMessageContaining("does not know conditional writes");
    }

    @Test
    void unsafeLocksAreServedLoudly() {
        door.behave(Behaviour.LETS_RACERS_WIN);
        try (StateStore store = serve("allow_unsafe_locks", "true")) {
            StoreCheck check = store.check();
            assertThat(check.healthy()).isTrue();
            assertThat(check.capabilities().get("conditionalWrites")).startsWith("false");
            assertThat(check.capabilities().get("warning")).contains("simultaneous writers");
            assertThat(store.commit(create(NAME, document(1)))).isTrue();
        }
        assertThat(TestS3.embedded().keys(bucket)).doesNotContain("proof.json");
    }

    /** It could not be tried out at the start: it is when it comes, and until then only reads are answered. */
    @Test
    void aStoreThatCameLaterAndIsWrongIsReadAndNotWritten() {
        door.play(S3Fault.cutBefore(), call -> true);
        try (StateStore store = serve("max_retries", "0")) {
            assertThat(store.check().healthy()).isFalse();
            door.behave(Behaviour.IGNORES_CONDITIONS);
            door.calm();

            Awaitility.await().until(() -> store.check().canRead());
            assertThat(store.head(NAME)).isEmpty();
            Awaitility.await()
                    .until(() -> String.valueOf(store.check().problem()).startsWith("Nothing is written."));
            assertThat(store.check().canRead()).isTrue();
            assertThat(store.check().canWrite()).isFalse();
            assertThat(store.check().capabilities()).containsEntry("conditionalWrites", "false");
            assertThatThrownBy(() -> store.commit(create(NAME, document(1))))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("Nothing is written")
                    .matches(e -> !((Unavailable) e).outcomeUnknown());
            assertThatThrownBy(() -> store.putAttachment(NAME, record(0, document(1)), document(1)))
                    .isInstanceOf(Unavailable.class);
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(TestS3.embedded().keys(bucket)).isEmpty());
        }
    }

    @Test
    void aStoreThatIsAwayDoesNotKeepTheServiceFromStarting() throws Exception {
        String nobody;
        try (ServerSocket closed = new ServerSocket(0)) {
            nobody = "http://127.0.0.1:" + closed.getLocalPort();
        }
        try (StateStore store = serve("endpoint", nobody, "max_retries", "0")) {
            assertThat(store.check().healthy()).isFalse();
            assertThat(store.check().problem()).contains("connection refused");
            assertThat(store.check().capabilities()).containsEntry("conditionalWrites", "not known yet");
        }
    }

    /** A racer whose answer was lost may have won: the round does not count. */
    @Test
    void lostAnswersDoNotProveAStoreWrong() {
        AtomicInteger conditional = new AtomicInteger();
        door.play(
                2,
                S3Fault.errorAfter(500, "InternalError"),
                call -> call.method().equals("PUT")
                        && call.conditional()
                        && conditional.incrementAndGet() > ONE_BY_ONE);
        try (StateStore store = serve()) {
            assertThat(store.check().capabilities()).containsEntry("conditionalWrites", "true");
            assertThat(conditional.get()).isGreaterThan(ONE_BY_ONE + 4 * S3Probe.PAIRS + 2 * S3Crowds.SIZE);
        }
    }
}
