package io.kolumn.state.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.OperationListener;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a stream tells, from where it goes on, and what of other processes it tells; the same on every store. */
public class EventFeedTest {

    protected static final StateName PROD = StateName.of("team-a/prod");
    private static final StateName TEST = StateName.of("team-b/test");

    private final List<Process> processes = new ArrayList<>();
    private @Nullable StateStore first;

    /** One process: a backend with its feed. */
    protected static final class Process implements AutoCloseable {
        final EventFeed feed;
        final StateBackend backend;

        Process(StateStore store, EventSettings settings, boolean told) {
            feed = new EventFeed(settings, Clock.systemUTC());
            OperationListener listener = told ? feed : operation -> {};
            backend = new StateBackend(
                    store, Clock.systemUTC(), BackendSettings.defaults(), listener, CallerSource.open());
            feed.start(backend.indexing());
        }

        public String position(StateEvent event) {
            return feed.position(event);
        }

        /** Of versions that this process wrote. */
        public long count() {
            return feed.count(EventType.WRITTEN);
        }

        public EventStream open(@Nullable String after) {
            return feed.open("ada", EventFilter.ALL, after, event -> true);
        }

        @Override
        public void close() {
            feed.close();
        }
    }

    protected StateStore newStore() {
        return new MemoryStore();
    }

    /** Another handle on the storage of {@link #newStore()}; the same where there is only one. */
    protected StateStore another(StateStore opened) {
        return opened;
    }

    private static EventSettings settings(int streams) {
        return new EventSettings(
                null, "/v1/states", streams, Math.ceilDiv(streams, 2), 1_000, Duration.ofMillis(200), true, List.of());
    }

    protected Process process() {
        return process(true, 10);
    }

    private Process process(boolean told, int streams) {
        StateStore store = first == null ? newStore() : another(first);
        first = first == null ? store : first;
        Process process = new Process(store, settings(streams), told);
        processes.add(process);
        return process;
    }

    @AfterEach
    void close() {
        processes.forEach(Process::close);
        processes.forEach(process -> process.backend.close());
    }

    private static StateDocument document(int serial) {
        return StateDocument.parse(("{\"version\": 4, \"serial\": " + serial
                        + ", \"lineage\": \"l\", \"outputs\": {\"o\": {\"value\": \"hunter2\", \"type\": \"string\"}}}")
                .getBytes(StandardCharsets.UTF_8));
    }

    protected static void write(Process process, StateName name, int serial) {
        process.backend.put(name, document(serial), WriteOptions.none());
    }

    protected static List<StateEvent> take(EventStream stream, int count) throws InterruptedException {
        List<StateEvent> events = new ArrayList<>();
        while (events.size() < count) {
            StateEvent event = stream.take(Duration.ofSeconds(20));
            if (event == null) {
                break;
            }
            events.add(event);
        }
        return events;
    }

    protected static List<String> brief(List<StateEvent> events) {
        return events.stream()
                .map(event -> event.type().label() + " " + event.state()
                        + (event.version() == null ? "" : " " + event.version().number()))
                .toList();
    }

    /** Until a first event of the type has been handed on. */
    private static void told(Process process, EventType type) {
        await().until(() -> process.feed.count(type) > 0);
        process.open(null).close();
    }

    private static LockOptions lease(Duration ttl) {
        return LockOptions.none().withTtl(ttl);
    }

    @Test
    void aStreamTellsWhatHappensInOrderAndNoSecret() throws InterruptedException {
        Process process = process();
        try (EventStream stream = process.open(null)) {
            write(process, PROD, 1);
            process.backend.lock(
                    PROD, LockInfo.of("secret-lock-id", "ada@host", "apply"), lease(Duration.ofMinutes(5)));
            process.backend.renew(PROD, "secret-lock-id", Duration.ofMinutes(9));
            process.backend.put(PROD, document(2), WriteOptions.none().withLock("secret-lock-id"));
            process.backend.unlock(PROD, "secret-lock-id");
            process.backend.lock(PROD, LockInfo.of("secret-lock-id2", "bob", "apply"), lease(Duration.ofMinutes(5)));
            process.backend.forceUnlock(PROD, "eve");
            process.backend.label(PROD, Map.of("team", "network"), "ada");
            process.backend.delete(PROD, WriteOptions.none());
            process.backend.restore(PROD, 1, WriteOptions.none(), room -> {});

            List<StateEvent> events = take(stream, 10);

            assertThat(brief(events))
                    .containsExactly(
                            "version.written team-a/prod 1",
                            "locked team-a/prod",
                            "lease.renewed team-a/prod",
                            "version.written team-a/prod 2",
                            "unlocked team-a/prod",
                            "locked team-a/prod",
                            "lock.broken team-a/prod",
                            "labels.changed team-a/prod",
                            "deleted team-a/prod",
                            "restored team-a/prod 3");
            assertThat(events).noneMatch(StateEvent::found);
            for (StateEvent event : events) {
                String json = EventJson.cloudEvent(event, "/v1/states", name -> true);
                assertThat(json).doesNotContain("secret-lock-id", "hunter2").contains("\"specversion\":\"1.0\"");
                String signal = EventJson.signal(event, "me");
                assertThat(signal).doesNotContain("secret-lock-id", "hunter2");
                assertThat(EventJson.parse(signal, "me")).isEmpty();
                assertThat(EventJson.parse(signal, "you")).contains(event);
            }
        }
    }

    @Test
    void aMoveTellsBothNamesAndEachReaderOnlyWhatItMayRead() throws InterruptedException {
        Process process = process();
        write(process, PROD, 1);
        told(process, EventType.WRITTEN);
        try (EventStream stream = process.open(null)) {
            process.backend.move(PROD, TEST, WriteOptions.none());

            List<StateEvent> events = take(stream, 2);

            assertThat(brief(events)).containsExactly("moved team-a/prod", "arrived team-b/test 1");
            assertThat(EventJson.cloudEvent(events.getFirst(), "s", name -> true))
                    .contains("team-b/test");
            assertThat(EventJson.cloudEvent(events.getFirst(), "s", name -> name.equals(PROD)))
                    .doesNotContain("team-b/test");
            assertThat(EventJson.cloudEvent(events.getLast(), "s", name -> name.equals(TEST)))
                    .doesNotContain("team-a/prod");
        }
    }

    @Test
    void aRefusalIsToldOnceAndAQuarantinedDocumentToo() throws InterruptedException {
        Process process = process();
        write(process, PROD, 5);
        process.backend.lock(PROD, LockInfo.of("id", "ada", "apply"), lease(Duration.ofMinutes(5)));
        try (EventStream stream = process.open(null)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> process.backend.put(
                                PROD, document(3), WriteOptions.none().withLock("id")))
                        .hasMessageContaining("serial");
            }
            write(process, TEST, 1);

            List<StateEvent> events = new ArrayList<>();
            while (events.isEmpty() || !events.getLast().state().equals(TEST)) {
                events.addAll(take(stream, 1));
            }

            assertThat(events.stream().filter(event -> event.type() == EventType.REFUSED))
                    .singleElement()
                    .satisfies(event -> {
                        assertThat(event.reason()).isEqualTo("serial");
                        assertThat(event.operation()).isEqualTo("put");
                    });
            assertThat(events).anyMatch(event -> event.type() == EventType.QUARANTINED);
        }
    }

    @Test
    void theEndOfALeaseIsTold() throws InterruptedException {
        Process process = process();
        process.backend.lock(PROD, LockInfo.of("id", "ada", "apply"), lease(Duration.ofSeconds(5)));
        told(process, EventType.LOCKED);
        try (EventStream stream = process.open(null)) {
            List<StateEvent> events = take(stream, 1);

            assertThat(brief(events)).containsExactly("lease.expired team-a/prod");
            assertThat(events.getFirst().lock()).isNotNull();
        }
    }

    @Test
    void whatAnotherProcessDoesIsToldToo() throws InterruptedException {
        Process own = process();
        Process other = process(false, 10);
        write(other, PROD, 1);
        try (EventStream stream = own.open(null)) {
            settled(other, stream);
            write(other, PROD, 2);
            write(other, PROD, 3);
            other.backend.lock(TEST, LockInfo.of("id", "ada", "apply"), lease(Duration.ofMinutes(5)));
            List<StateEvent> first3 = take(stream, 3);
            other.backend.unlock(TEST, "id");
            other.backend.delete(PROD, WriteOptions.none());
            List<StateEvent> last2 = take(stream, 2);

            assertThat(brief(first3))
                    .containsExactlyInAnyOrder(
                            "version.written team-a/prod 2", "version.written team-a/prod 3", "locked team-b/test");
            assertThat(brief(last2)).containsExactlyInAnyOrder("unlocked team-b/test", "deleted team-a/prod");
        }
    }

    /** Until heads are compared: what others did before is not told. */
    private static void settled(Process other, EventStream stream) throws InterruptedException {
        StateName probe = StateName.of("probe/one");
        int[] serial = {0};
        await().until(() -> {
            write(other, probe, ++serial[0]);
            StateEvent event = stream.take(Duration.ofMillis(500));
            return event != null && event.state().equals(probe);
        });
        while (stream.take(Duration.ofSeconds(4)) != null) {
            // further ones of the same
        }
    }

    @Test
    void aStreamGoesOnWhereAnotherEnded() throws InterruptedException {
        Process process = process();
        String position;
        try (EventStream stream = process.open(null)) {
            write(process, PROD, 1);
            write(process, PROD, 2);
            position = process.feed.position(take(stream, 1).getFirst());
        }
        await().until(() -> process.feed.count(EventType.WRITTEN) == 2);
        write(process, PROD, 3);
        try (EventStream stream = process.open(position)) {
            assertThat(stream.gap()).isNull();
            assertThat(brief(take(stream, 2)))
                    .containsExactly("version.written team-a/prod 2", "version.written team-a/prod 3");
        }
    }

    @Test
    void afterARestartAStreamIsToldWhatTheStorageTells() throws InterruptedException {
        Process before = process();
        String position;
        try (EventStream stream = before.open(null)) {
            write(before, PROD, 1);
            position = before.feed.position(take(stream, 1).getFirst());
        }
        before.feed.close();
        Process after = process();
        write(after, PROD, 2);
        after.backend.lock(TEST, LockInfo.of("id", "ada", "apply"), lease(Duration.ofMinutes(5)));
        try (EventStream stream = after.open(position)) {
            assertThat(stream.gap()).isNotNull();
            assertThat(stream.gap().replayed()).isTrue();
            assertThat(brief(take(stream, 3))).contains("version.written team-a/prod 2", "locked team-b/test");
        }
    }

    @Test
    void aStreamThatCannotGoOnSaysSo() {
        Process process = process();
        for (String position : List.of("nonsense", "17-", "x".repeat(5_000))) {
            try (EventStream stream = process.open(position)) {
                assertThat(stream.gap()).isNotNull();
                assertThat(stream.gap().replayed()).isFalse();
                assertThat(stream.gap().reason()).contains("List the states again");
            }
        }
    }

    @Test
    void aSlowReaderLosesItsStreamAndNobodyElseNotices() throws InterruptedException {
        Process process = process();
        try (EventStream slow = process.open(null);
                EventStream quick = process.open(null)) {
            for (int serial = 1; serial <= OpenStreams.MAX_WAITING + 50; serial++) {
                write(process, PROD, serial);
                assertThat(quick.take(Duration.ofSeconds(20))).isNotNull();
            }
            await().until(() -> process.feed.dropped() == 1);
            assertThat(process.feed.streams()).isEqualTo(1);
            assertThat(take(slow, OpenStreams.MAX_WAITING)).hasSize(OpenStreams.MAX_WAITING);
            assertThat(slow.take(Duration.ZERO)).isNull();
            assertThat(slow.end()).contains("too slowly");
            assertThat(slow.slow()).isTrue();
            assertThat(quick.end()).isNull();
        }
    }

    @Test
    void oneCallerLeavesStreamsToOthers() {
        Process process = process(true, 2);
        try (EventStream stream = process.feed.open("ada", EventFilter.ALL, null, event -> true)) {
            assertThatThrownBy(() -> process.feed.open("ada", EventFilter.ALL, null, event -> true))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("max-streams-share");
            process.feed.open("bob", EventFilter.ALL, null, event -> true).close();
        }
        process.feed.open("ada", EventFilter.ALL, null, event -> true).close();
    }

    @Test
    void streamsAreLimitedAndEndWithTheService() throws InterruptedException {
        Process process = process(true, 1);
        EventStream stream = process.open(null);
        assertThatThrownBy(() -> process.open(null))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("max-streams");
        process.feed.stopStreams();
        assertThat(stream.take(Duration.ofSeconds(20))).isNull();
        assertThat(stream.end()).contains("shutting down");
        assertThatThrownBy(() -> process.open(null)).isInstanceOf(Unavailable.class);
        stream.close();
    }

    @Test
    void aFilterTakesTypesAndPrefixes() throws InterruptedException {
        Process process = process();
        EventFilter filter = EventFilter.parse("team-b/", "io.kolumn.state.version.written, lock*");
        assertThat(filter.types())
                .contains(EventType.WRITTEN, EventType.LOCKED, EventType.BROKEN)
                .hasSize(3);
        assertThatThrownBy(() -> EventFilter.parse("", "written"))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("'written'")
                .hasMessageContaining("version.written");
        try (EventStream stream = process.feed.open("ada", filter, null, event -> true)) {
            write(process, PROD, 1);
            process.backend.label(PROD, Map.of("a", "b"), "ada");
            write(process, TEST, 1);
            assertThat(brief(take(stream, 1))).containsExactly("version.written team-b/test 1");
        }
    }
}
