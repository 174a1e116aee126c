package io.kolumn.state.store.s3;

import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.store.s3.S3Call.any;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.LockInfo;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.store.s3.S3Call.Kind;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * What goes wrong between the store and its bucket: nothing that was acknowledged is lost, a lock has one holder, and
 * nobody is refused for what the network did.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class S3FaultTest {

    private static final StateName NAME = StateName.of("prod");
    private static final String LOCK = "mine";

    private final TestS3 store = TestS3.embedded();
    private final String bucket = store.newBucket();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    private S3Door door() {
        S3Door door = store.newDoor();
        open.add(door);
        return door;
    }

    /** A replica behind this door, which has served before. */
    private StateBackend replica(S3Door door, int retries) {
        store.prove(bucket, door.endpoint());
        return serving(S3Stores.open(bucket, door, "max_retries", String.valueOf(retries)));
    }

    /** A replica that gives a store up which says nothing for this long, also in the middle of a large document. */
    private StateBackend replica(S3Door door, Duration silence) {
        store.prove(bucket, store.endpoint());
        StoreConfig config = S3Stores.checked(store.config(bucket));
        S3ClientBuilder builder = S3Client.builder();
        store.configure(builder, door.endpoint(), store.secretKey());
        builder.httpClientBuilder(ApacheHttpClient.builder().socketTimeout(silence));
        S3Client client = S3Clients.finished(builder, config);
        return serving(new S3Store(client, S3Clients.settings(config, client)));
    }

    private StateBackend serving(S3Store opened) {
        StateBackend backend = new StateBackend(opened, Clock.systemUTC(), BackendSettings.defaults());
        open.add(backend);
        backend.lock(StateName.of("elsewhere/" + open.size()), LockInfo.of("e", "ada", "apply"), LockOptions.none());
        return backend;
    }

    private static void lock(StateBackend backend, String id) {
        backend.lock(NAME, LockInfo.of(id, "ada", "apply"), LockOptions.none());
    }

    private static void write(StateBackend backend, long serial, String lock) {
        backend.put(NAME, document(serial), WriteOptions.none().withLock(lock));
    }

    private static List<Long> serials(StateBackend backend) {
        return backend.history(NAME, Long.MAX_VALUE, 1000).stream()
                .map(StateVersion::serial)
                .toList();
    }

    /** A fault, and where it is played. */
    private record Case(String name, S3Fault fault, String method, Kind kind) {
        @Override
        public String toString() {
            return name + " at " + method + " " + kind;
        }

        void play(S3Door door, int times) {
            door.play(times, fault, any(method, kind));
        }
    }

    static Stream<Arguments> cases() {
        Map<String, S3Fault> faults = Map.of(
                "cut before", S3Fault.cutBefore(),
                "cut after", S3Fault.cutAfter(),
                "500", S3Fault.internalError(),
                "500 after it was done", S3Fault.errorAfter(500, "InternalError"),
                "503", S3Fault.slowDown(),
                "503 after it was done", S3Fault.errorAfter(503, "ServiceUnavailable"));
        return faults.entrySet().stream()
                .flatMap(fault -> Stream.of(
                                new Case(fault.getKey(), fault.getValue(), "PUT", Kind.VERSIONS),
                                new Case(fault.getKey(), fault.getValue(), "PUT", Kind.HEADS),
                                new Case(fault.getKey(), fault.getValue(), "GET", Kind.HEADS))
                        .map(Arguments::of));
    }

    /** What happens once is mended by the retry of the client, and its own success is not taken for another's. */
    @ParameterizedTest
    @MethodSource("cases")
    void aFaultThatPassesIsNotSeen(Case one) {
        S3Door door = door();
        StateBackend backend = replica(door, 3);

        one.play(door, 1);
        lock(backend, LOCK);
        one.play(door, 1);
        write(backend, 1, LOCK);
        one.play(door, 1);
        write(backend, 2, LOCK);
        one.play(door, 1);
        assertThat(backend.unlock(NAME, LOCK)).isTrue();
        door.calm();

        assertThat(serials(replica(door(), 0))).containsExactly(2L, 1L);
        assertThat(backend.lockOf(NAME)).isEmpty();
    }

    /** Each call either succeeds or is unavailable, and then it succeeds when it is made again: never a refusal. */
    @ParameterizedTest
    @MethodSource("cases")
    void aFaultThatLastsRefusesNobody(Case one) {
        S3Door door = door();
        StateBackend backend = replica(door, 0);
        StateBackend other = replica(door(), 0);

        untilItSucceeds(one, door, () -> lock(backend, LOCK));
        assertThat(Objects.requireNonNull(catchThrowableOfType(Locked.class, () -> lock(other, "other")))
                        .holder()
                        .id())
                .isEqualTo(LOCK);
        for (long serial = 1; serial <= 3; serial++) {
            long next = serial;
            untilItSucceeds(one, door, () -> write(backend, next, LOCK));
            assertThat(other.current(NAME).orElseThrow().serial()).isEqualTo(serial);
        }
        untilItSucceeds(one, door, () -> backend.unlock(NAME, LOCK));

        assertThat(serials(other)).containsExactly(3L, 2L, 1L);
        lock(other, "other");
        assertThat(other.lockOf(NAME).orElseThrow().fence()).isEqualTo(2);
    }

    private static void untilItSucceeds(Case one, S3Door door, Runnable call) {
        one.play(door, Integer.MAX_VALUE);
        try {
            call.run();
        } catch (Unavailable e) {
            door.calm();
            call.run();
        }
        door.calm();
    }

    /** A store that does not answer is asked again, and the one that answers late does no harm. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"HEADS", "VERSIONS"})
    void aStallIsWaitedOut(Kind kind) {
        S3Door door = door();
        StateBackend backend = replica(door, Duration.ofSeconds(2));
        CountDownLatch ended = new CountDownLatch(1);
        write(backend, 1, null);

        door.play(1, S3Fault.stallAfter(ended), any("PUT", kind));
        long start = System.nanoTime();
        write(backend, 2, null);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        ended.countDown();

        assertThat(took).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
        assertThat(serials(backend)).containsExactly(2L, 1L);
    }

    /** A write whose head comes to the store when everybody has given it up. */
    @Test
    void aHeadThatArrivesLateIsRefusedOrCounts() throws Exception {
        S3Door door = door();
        StateBackend slow = replica(door, 0);
        StateBackend other = replica(door(), 0);
        write(slow, 1, null);
        CountDownLatch come = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        door.play(1, S3Fault.holdBefore(come, go), any("PUT", Kind.HEADS));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> late = threads.submit(() -> lock(slow, LOCK));
            come.await();
            lock(other, "other");
            write(other, 2, "other");
            go.countDown();

            assertThat(late)
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .withCauseInstanceOf(Locked.class);
        }
        assertThat(serials(slow)).containsExactly(2L, 1L);
        assertThat(other.lockOf(NAME).orElseThrow().id()).isEqualTo("other");
    }

    @Test
    void aReadThatBreaksOffIsReadAgain() {
        S3Door door = door();
        StateBackend backend = replica(door, 1);
        write(backend, 1, null);

        door.play(1, S3Fault.cutWithin(20), any("GET", Kind.VERSIONS));
        assertThat(backend.get(NAME).orElseThrow().document()).isEqualTo(document(1));
        StateBackend other = replica(door, 1);
        door.play(1, S3Fault.cutWithin(20), any("GET", Kind.HEADS));
        assertThat(other.get(NAME).orElseThrow().document()).isEqualTo(document(1));
    }

    @Test
    void aDamagedVersionIsNeverServed() {
        S3Door door = door();
        StateBackend backend = replica(door, 1);
        write(backend, 1, null);

        for (S3Fault damage : List.of(S3Fault.tampered(), S3Fault.truncated(20), S3Fault.truncated(0))) {
            door.play(damage, any("GET", Kind.VERSIONS));
            assertThat(Objects.requireNonNull(catchThrowableOfType(Unavailable.class, () -> backend.get(NAME))))
                    .hasMessageContaining("ersion 1")
                    .hasMessageContaining(NAME.toString());
            door.calm();
        }
        assertThat(backend.get(NAME).orElseThrow().document()).isEqualTo(document(1));
    }

    /** Replicas that all have a bad network: everybody gets the lock in turn, and every write builds on the one before. */
    @Test
    void locksExcludeAndNothingIsLostUnderManyFaults() throws Exception {
        int writers = 6;
        int rounds = 12;
        List<StateBackend> replicas = new ArrayList<>();
        for (int replica = 0; replica < 2; replica++) {
            S3Door door = door();
            replicas.add(replica(door, 1));
            Random random = new Random(replica);
            List<S3Fault> faults = List.of(
                    S3Fault.cutBefore(),
                    S3Fault.cutAfter(),
                    S3Fault.errorAfter(500, "InternalError"),
                    S3Fault.internalError());
            for (S3Fault fault : faults) {
                door.play(fault, call -> random.nextInt(100) < 4);
            }
        }
        AtomicInteger holders = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                StateBackend replica = replicas.get(writer % replicas.size());
                String id = "writer-" + writer + "-";
                running.add(threads.submit(() -> {
                    for (int round = 0; round < rounds; round++) {
                        increment(replica, id + round, holders);
                    }
                }));
            }
            for (Future<?> writer : running) {
                writer.get();
            }
        }
        assertThat(serials(replica(door(), 0)))
                .containsExactlyElementsOf(LongStream.iterate((long) writers * rounds, n -> n > 0, n -> n - 1)
                        .boxed()
                        .toList());
    }

    private static void increment(StateBackend backend, String lock, AtomicInteger holders) {
        retried(() -> {
            try {
                backend.lock(
                        NAME,
                        LockInfo.of(lock, "ada", "apply"),
                        LockOptions.none().waiting(Duration.ofSeconds(60)));
            } catch (Locked e) {
                throw new AssertionError("A minute was not enough", e);
            }
        });
        assertThat(holders.incrementAndGet()).as("holders").isEqualTo(1);
        long[] serial = {0};
        retried(() ->
                serial[0] = backend.current(NAME).map(StateVersion::serial).orElse(0L) + 1);
        retried(() -> write(backend, serial[0], lock));
        holders.decrementAndGet();
        retried(() -> {
            try {
                backend.unlock(NAME, lock);
            } catch (Locked e) {
                // a try before it was done, and the next one has it
            }
        });
    }

    /** As a client does. */
    private static void retried(Runnable call) {
        for (int attempt = 0; ; attempt++) {
            try {
                call.run();
                return;
            } catch (Unavailable e) {
                assertThat(attempt).as("attempts: %s", e.getMessage()).isLessThan(100);
            }
        }
    }
}
