package io.kolumn.state.store.postgres;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.delete;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.Transition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many readers at the same time, whose questions go together, see what one alone would see. */
class PostgresLooksTest {

    private static final int READERS = 48;

    private PostgresStore store;
    private PostgresStore other;

    @BeforeEach
    void openTwo() {
        String schema = TestPostgres.newSchema();
        store = TestPostgres.shared().open(schema);
        other = TestPostgres.shared().open(schema);
    }

    @AfterEach
    void close() {
        store.close();
        other.close();
    }

    @Test
    void noReaderSeesLessThanWasCommittedBeforeItAsked() throws Exception {
        StateName name = StateName.of("prod");
        StateHead head = made(other, create(name, document(1)));
        AtomicLong committed = new AtomicLong(head.lastVersion());
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> readers = new ArrayList<>();
            for (int reader = 0; reader < READERS; reader++) {
                readers.add(threads.submit(() -> {
                    int reads = 0;
                    for (; reads == 0 || !over.get(); reads++) {
                        long before = committed.get();
                        assertThat(store.head(name).orElseThrow().lastVersion()).isGreaterThanOrEqualTo(before);
                    }
                    return reads;
                }));
            }
            try {
                for (int serial = 2; serial < 150; serial++) {
                    head = made(other, write(head, document(serial)));
                    committed.set(head.lastVersion());
                }
            } finally {
                over.set(true);
            }
            int reads = 0;
            for (Future<Integer> reader : readers) {
                reads += reader.get();
            }
            assertThat(reads).isGreaterThanOrEqualTo(READERS);
        }
    }

    @Test
    void eachReaderGetsItsOwnState() throws Exception {
        Map<StateName, StateHead> expected = new HashMap<>();
        for (int i = 0; i < READERS; i++) {
            StateName name = StateName.of("team/" + i);
            StateHead head = made(store, create(name, document(i)));
            assertThat(store.head(name)).contains(head);
            // Some move elsewhere, are locked or deleted there.
            expected.put(
                    name,
                    switch (i % 4) {
                        case 0 -> made(other, write(head, document(i + 1)));
                        case 1 -> made(other, lock(head, lock("held-" + i, 1)));
                        case 2 -> made(other, delete(head));
                        default -> head;
                    });
        }
        for (int round = 0; round < 20; round++) {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Map<StateName, Future<StateHead>> heads = new HashMap<>();
                for (StateName name : expected.keySet()) {
                    heads.put(name, threads.submit(() -> store.head(name).orElseThrow()));
                }
                for (StateName name : expected.keySet()) {
                    assertThat(heads.get(name).get()).isEqualTo(expected.get(name));
                }
            }
        }
    }

    private static StateHead made(PostgresStore store, Transition transition) {
        assertThat(store.commit(transition)).isTrue();
        return store.recent(transition.name()).orElseThrow();
    }
}
