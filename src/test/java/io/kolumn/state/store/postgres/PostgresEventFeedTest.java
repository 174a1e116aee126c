package io.kolumn.state.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.StateStore;
import io.kolumn.state.StoreSignals;
import io.kolumn.state.events.EventFeedTest;
import io.kolumn.state.events.EventStream;
import io.kolumn.state.events.StateEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** By messages between replicas; the other handle is another replica. */
class PostgresEventFeedTest extends EventFeedTest {

    private String schema = "";

    @Override
    protected StateStore newStore() {
        schema = TestPostgres.newSchema();
        return TestPostgres.shared().open(schema);
    }

    @Override
    protected StateStore another(StateStore first) {
        return TestPostgres.shared().open(schema);
    }

    @Test
    void anotherReplicaTellsItsEventsAndAStreamGoesOnThere() throws InterruptedException {
        Process own = process();
        Process other = process();
        awaitMessages();
        int[] serial = {0};
        String position;
        try (EventStream stream = own.open(null)) {
            AtomicReference<StateEvent> told = new AtomicReference<>();
            await().until(() -> {
                write(other, PROD, ++serial[0]);
                told.set(stream.take(Duration.ofMillis(500)));
                return told.get() != null && !told.get().found();
            });
            position = own.position(told.get());
        }
        write(own, PROD, ++serial[0]);
        write(other, PROD, ++serial[0]);
        await().until(() -> own.count() + other.count() == serial[0]);
        try (EventStream stream = other.open(position)) {
            assertThat(stream.gap() == null || stream.gap().replayed()).isTrue();
            assertThat(brief(take(stream, serial[0])))
                    .contains(
                            "version.written team-a/prod " + (serial[0] - 1),
                            "version.written team-a/prod " + serial[0]);
        }
    }

    /** Messages arrive, so that those of the feeds do. */
    private void awaitMessages() {
        try (PostgresStore store = TestPostgres.shared().open(schema)) {
            List<String> received = new CopyOnWriteArrayList<>();
            StoreSignals signals = store.signals().orElseThrow();
            try (StoreSignals.Listening listening = signals.listen(received::add)) {
                await().until(listening::arriving);
                signals.send(List.of("one", "two"));
                await().untilAsserted(() -> assertThat(received).contains("one", "two"));
                assertThat(listening.losses()).isZero();
            }
        }
    }
}
