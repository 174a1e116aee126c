package io.kolumn.state.store.s3;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.store.s3.S3Canary.Outcome;
import io.kolumn.state.store.s3.S3Door.Behaviour;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.sync.RequestBody;

/** What the canary sees that no proof at the start could, and what becomes of the service then. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class S3CanaryTest {

    private static final StateName NAME = StateName.of("prod");
    private static final StateName OTHER = StateName.of("test");
    private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String VERDICT = "verdict.json";

    private final TestS3 server = TestS3.embedded();
    private final String bucket = server.newBucket();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    private S3Door door() {
        S3Door door = server.newDoor();
        open.add(door);
        return door;
    }

    /** A replica behind this door, on a store that was proven a moment ago. */
    private S3Store replica(S3Door door, String... keysAndValues) {
        byte[] proof = FlatJson.write(Map.of(
                "layout",
                "2",
                "place",
                door.endpoint(),
                "encryption",
                "sse-s3",
                "proven",
                Instant.now().toString()));
        server.client().putObject(request -> request.bucket(bucket).key("proof.json"), RequestBody.fromBytes(proof));
        S3Store store = S3Stores.open(bucket, door, keysAndValues);
        open.add(store);
        store.proof().ensure();
        return store;
    }

    /** All times have come; replicas meet whenever one waits. */
    private static RoundTime meeting(Phaser all) {
        return new RoundTime() {
            @Override
            public Instant now() {
                return START;
            }

            @Override
            public void until(Instant then) {
                all.arriveAndAwaitAdvance();
            }
        };
    }

    private static Outcome round(S3Store store) throws Exception {
        return canary(store, meeting(new Phaser(1))).round(START);
    }

    private static S3Canary canary(S3Store store, RoundTime time) {
        return store.canary(HOUR, time, outcome -> {});
    }

    /** Of two replicas that meet. */
    private static List<Outcome> rounds(S3Store one, S3Store other) throws Exception {
        Phaser all = new Phaser(2);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Outcome>> both = new ArrayList<>();
            for (S3Store store : List.of(one, other)) {
                both.add(threads.submit(() -> {
                    try {
                        return canary(store, meeting(all)).round(START);
                    } finally {
                        all.arriveAndDeregister(); // this one has seen enough
                    }
                }));
            }
            return List.of(both.get(0).get(), both.get(1).get());
        }
    }

    private static void assertNothingIsGranted(S3Store store) {
        StoreCheck check = store.check();
        assertThat(check.canRead()).isTrue();
        assertThat(check.canWrite()).isFalse();
        assertThat(check.problem()).startsWith("Nothing is written.").contains("verdict.json");
        assertThat(check.capabilities()).containsEntry("conditionalWrites", "false");
        assertThatThrownBy(() -> store.commit(create(OTHER, document(1))))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("breaking its promise")
                .matches(e -> !((Unavailable) e).outcomeUnknown());
        assertThat(store.head(NAME)).isPresent();
    }

    @Test
    void aSoundStoreServesOn() throws Exception {
        S3Store store = replica(door());
        S3Store other = replica(door());

        assertThat(rounds(store, other)).containsExactly(Outcome.SOUND, Outcome.SOUND);
        assertThat(store.check().healthy()).isTrue();
        assertThat(store.commit(create(NAME, document(1)))).isTrue();
        assertThat(server.keys(bucket)).doesNotContain(VERDICT);
    }

    @Test
    void aStoreThatRacesNowStopsGrantsAndReadsGoOn() throws Exception {
        S3Door door = door();
        S3Store store = replica(door);
        assertThat(store.commit(create(NAME, document(1)))).isTrue();
        door.behave(Behaviour.RACES_WITH_LARGE_BODIES);

        assertThat(round(store)).isEqualTo(Outcome.BROKEN);
        assertNothingIsGranted(store);
        assertThat(server.keys(bucket)).contains(VERDICT).doesNotContain("proof.json");
    }

    /** Each gateway is sound alone: only two replicas can see it, and either of them tells the other. */
    @Test
    void gatewaysThatDoNotShareConditionsAreSeenByTwoReplicas() throws Exception {
        S3Door one = door();
        S3Door two = door();
        S3Store first = replica(one);
        S3Store second = replica(two);
        assertThat(first.commit(create(NAME, document(1)))).isTrue();
        one.behave(Behaviour.KEEPS_CONDITIONS_TO_ITSELF);
        two.behave(Behaviour.KEEPS_CONDITIONS_TO_ITSELF);
        assertThat(round(first)).isEqualTo(Outcome.SOUND);

        assertThat(rounds(first, second)).contains(Outcome.BROKEN);
        assertNothingIsGranted(first);
        assertNothingIsGranted(second);
    }

    /** A store that fails now and then would pass the next proof: only a person lifts the verdict. */
    @Test
    void aVerdictOutlivesTheProcessUntilAPersonRemovesIt() throws Exception {
        S3Door door = door();
        S3Store store = replica(door);
        assertThat(store.commit(create(NAME, document(1)))).isTrue();
        door.behave(Behaviour.RACES_WITH_LARGE_BODIES);
        assertThat(round(store)).isEqualTo(Outcome.BROKEN);
        door.behave();
        assertNothingIsGranted(store);
        S3Store restarted = S3Stores.open(bucket, door());
        open.add(restarted);
        assertThat(S3StartCheck.prove(restarted.proof())).isEmpty();
        assertNothingIsGranted(restarted);

        server.client().deleteObject(request -> request.bucket(bucket).key(VERDICT));
        door.forgetCounts();
        assertThat(store.check().healthy()).isTrue();
        assertThat(door.counts().get("PUT probe")).isGreaterThan(4L * S3Probe.PAIRS);
        assertThat(store.commit(create(OTHER, document(1)))).isTrue();
        assertThat(restarted.check().healthy()).isTrue();
    }

    /** It holds where it was passed, and is kept as soon as the bucket takes it. */
    @Test
    void aVerdictThatCannotBeKeptHoldsAndIsKeptLater() throws Exception {
        S3Door door = door();
        S3Store store = replica(door, "max_retries", "0");
        assertThat(store.commit(create(NAME, document(1)))).isTrue();
        door.behave(Behaviour.RACES_WITH_LARGE_BODIES);
        door.play(
                S3Fault.internalError(),
                call -> call.method().equals("PUT") && call.key().equals(VERDICT));
        assertThat(round(store)).isEqualTo(Outcome.BROKEN);
        assertThat(server.keys(bucket)).doesNotContain(VERDICT);
        assertNothingIsGranted(store);

        door.calm();
        assertNothingIsGranted(store);
        assertThat(server.keys(bucket)).contains(VERDICT);
    }

    @Test
    void unsafeLocksAreServedOnLoudly() throws Exception {
        S3Door door = door();
        S3Store store = replica(door, "allow_unsafe_locks", "true");
        door.behave(Behaviour.RACES_WITH_LARGE_BODIES);

        assertThat(round(store)).isEqualTo(Outcome.BROKEN);
        StoreCheck check = store.check();
        assertThat(check.healthy()).isTrue();
        assertThat(check.capabilities().get("conditionalWrites")).startsWith("false");
        assertThat(check.capabilities().get("warning")).contains("breaking its promise");
        assertThat(store.commit(create(NAME, document(1)))).isTrue();
    }

    /** Somebody cleaned up, or restored the bucket: that says nothing about conditions. */
    @Test
    void anObjectThatWasRemovedIsNoVerdict() throws Exception {
        S3Store store = replica(door());
        String key = new S3Layout("").canary(START);
        RoundTime removing = new RoundTime() {
            private int waits;

            @Override
            public Instant now() {
                return START;
            }

            @Override
            public void until(Instant then) {
                if (++waits == S3CommonRace.LAPS + 1) {
                    server.client()
                            .deleteObject(request -> request.bucket(bucket).key(key));
                }
            }
        };

        assertThat(canary(store, removing).round(START)).isEqualTo(Outcome.UNKNOWN);
        assertThat(store.check().healthy()).isTrue();
    }

    @Test
    void lostAnswersAreNoVerdict() throws Exception {
        S3Door door = door();
        S3Store store = replica(door);
        door.play(
                6,
                S3Fault.cutAfter(),
                call -> call.method().equals("PUT") && call.key().startsWith("probe/canary"));

        assertThat(round(store)).isEqualTo(Outcome.SOUND);
    }

    /** By the time of the store: two days go by in its answers. */
    @Test
    void whatOldRoundsLeftIsRemovedAndWhatIsNewStays() throws Exception {
        S3Door door = door();
        S3Store store = replica(door);
        String left = "probe/left-behind";
        server.client().putObject(request -> request.bucket(bucket).key(left), RequestBody.fromString("by a probe"));
        assertThat(round(store)).isEqualTo(Outcome.SOUND);
        assertThat(server.keys(bucket)).containsExactly(new S3Layout("").canary(START), left, "proof.json");

        String later = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusDays(2));
        door.play(
                (call, behind) -> {
                    S3Answer answer = behind.answer();
                    return answer.with(answer.head().with("Date", later));
                },
                call -> call.kind() == S3Call.Kind.LIST);
        assertThat(round(store)).isEqualTo(Outcome.SOUND);
        assertThat(server.keys(bucket)).containsExactly("proof.json");
    }

    @Test
    void roundsBeginAtTheSameTimeEverywhereAndEndWithTheStore() throws Exception {
        S3Store store = replica(door());
        BlockingQueue<Instant> waited = new LinkedBlockingQueue<>();
        Semaphore due = new Semaphore(0);
        BlockingQueue<Outcome> ended = new LinkedBlockingQueue<>();
        Consumer<Outcome> listener = ended::add;
        S3Canary canary = store.canary(
                HOUR,
                new RoundTime() {
                    @Override
                    public Instant now() {
                        return START.plusSeconds(61);
                    }

                    @Override
                    public void until(Instant then) throws InterruptedException {
                        if (then.equals(START.plus(HOUR))) {
                            waited.add(then);
                            due.acquire();
                        }
                    }
                },
                listener);
        assertThat(canary.next(START)).isEqualTo(START.plus(HOUR));
        assertThat(canary.next(START.plusMillis(3_599_999))).isEqualTo(START.plus(HOUR));
        canary.start();

        assertThat(waited.take()).isEqualTo(START.plus(HOUR));
        assertThat(ended).isEmpty();
        due.release();
        assertThat(ended.take()).isEqualTo(Outcome.SOUND);
        waited.take();
        store.close();
        assertThat(canary.ended(Duration.ofMinutes(1))).isTrue();
        assertThat(ended).isEmpty();
    }

    @Test
    void aMetricTellsWhatIsReliedOn() throws Exception {
        S3Door door = door();
        S3Store store = replica(door);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Consumer<Outcome> metrics = S3Metrics.of(store.proof(), meters);
        assertThat(meters.get("kolumn.state.conditional.writes").gauge().value())
                .isEqualTo(1);
        door.behave(Behaviour.RACES_WITH_LARGE_BODIES);
        metrics.accept(round(store));

        assertThat(meters.get("kolumn.state.conditional.writes").gauge().value())
                .isZero();
        assertThat(meters.get("kolumn.state.canary.rounds")
                        .tag("outcome", "broken")
                        .counter()
                        .count())
                .isEqualTo(1);
    }
}
