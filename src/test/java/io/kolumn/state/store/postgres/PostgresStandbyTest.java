package io.kolumn.state.store.postgres;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.record;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.ListQuery;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStoreContractTransitions;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.store.CachingStore;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A standby that is behind, where something gives it statements that were meant for the primary. */
@Timeout(120)
class PostgresStandbyTest {

    private static final StateName NAME = StateName.of("prod");
    private static final StateVersion ASIDE = record(0, document(7));

    /** Every question that a store answers, each about what the standby does not have. */
    private static final Map<String, Function<PostgresStore, Object>> READS = reads();

    private static ReplicatedPostgres servers;
    private static StatementProxy proxy;
    private static PostgresStore store;
    private static PostgresStore direct;

    private static Map<String, Function<PostgresStore, Object>> reads() {
        Map<String, Function<PostgresStore, Object>> reads = new LinkedHashMap<>();
        reads.put("head", store -> store.head(NAME));
        reads.put("head of none", store -> store.head(StateName.of("never")));
        reads.put("content", store -> store.content(NAME, current()));
        reads.put("content of none", store -> store.content(StateName.of("never"), current()));
        reads.put("large content", store -> store.content(StateName.of("never"), large()));
        reads.put("list", store -> store.list(ListQuery.all()));
        reads.put("history", store -> store.history(NAME, Long.MAX_VALUE, 10));
        reads.put("history of none", store -> store.history(StateName.of("never"), Long.MAX_VALUE, 10));
        reads.put("indexed", store -> store.headWithHistory(NAME));
        reads.put("aside", store -> store.attachments(NAME));
        reads.put("aside of none", store -> store.attachments(StateName.of("never")));
        reads.put("content aside", store -> store.content(NAME, ASIDE));
        reads.put("batch", store -> store.batch().orElseThrow().read(List.of(NAME)));
        reads.put("batch of none", store -> store.batch().orElseThrow().read(List.of(StateName.of("never"))));
        return reads;
    }

    private static StateVersion current() {
        return Objects.requireNonNull(direct.head(NAME).orElseThrow().current());
    }

    private static StateVersion large() {
        StateVersion small = record(1, document(1));
        return new StateVersion(
                1,
                small.id(),
                small.format(),
                false,
                1L,
                "l",
                small.sha256(),
                PostgresContents.PIECE + 1L,
                small.created(),
                "",
                "put",
                0);
    }

    @BeforeAll
    static void start() throws IOException {
        servers = ReplicatedPostgres.start();
        direct = TestPostgres.open(servers.config(servers.primary()));
        direct.head(NAME);
        servers.awaitStandby();
        servers.delayStandby("1h");
        proxy = new StatementProxy(servers.primary(), servers.standby());
        Map<String, String> config = servers.config(proxy.port());
        config.put("prepare", "false");
        store = TestPostgres.open(config);
        direct.commit(create(NAME, document(1)));
        direct.putAttachment(NAME, ASIDE, document(7));
        assertThat(store.head(NAME)).isPresent();
    }

    @AfterAll
    static void stop() throws IOException {
        store.close();
        proxy.close();
        direct.close();
        servers.close();
    }

    @AfterEach
    void askThePrimary() {
        proxy.rule(StatementProxy.Rule.PRIMARY);
    }

    static Iterable<String> names() {
        return READS.keySet();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aStandbysAnswerIsRefusedWhateverWasAsked(String read) {
        proxy.rule(StatementProxy.Rule.STANDBY);
        int before = proxy.askedStandby();

        Unavailable refusal = Objects.requireNonNull(
                catchThrowableOfType(Unavailable.class, () -> READS.get(read).apply(store)));

        assertThat(refusal).hasMessageContaining("is a standby");
        assertThat(refusal.outcomeUnknown()).isFalse();
        assertThat(proxy.askedStandby()).as("asked again elsewhere").isGreaterThan(before + 1);
    }

    @ParameterizedTest
    @MethodSource("names")
    void whereOneOfTwoAnswersIsThePrimarysItIsFound(String read) {
        proxy.rule(StatementProxy.Rule.IN_TURN);
        for (int i = 0; i < 4; i++) {
            assertThat(READS.get(read).apply(store)).isEqualTo(READS.get(read).apply(direct));
        }
    }

    @Test
    void aCheckOfAStandbySaysSo() {
        assertThat(store.check().healthy()).isTrue();
        proxy.rule(StatementProxy.Rule.STANDBY);

        assertThat(store.check().healthy()).isFalse();
        assertThat(store.check().problem()).contains("is a standby");
    }

    /** A standby refuses them, so that they can be sent again; nothing of them happens twice. */
    @Test
    void changesFindThePrimaryToo() {
        proxy.rule(StatementProxy.Rule.IN_TURN);
        StateName name = StateName.of("changed");
        assertThat(store.commit(create(name, document(1)))).isTrue();
        for (int serial = 2; serial < 12; serial++) {
            StateHead head = store.head(name).orElseThrow();
            assertThat(store.commit(write(head, document(serial)))).isTrue();
        }
        StateHead head = store.head(name).orElseThrow();
        assertThat(store.commit(StateStoreContractTransitions.lock(head, lock("mine", 1))))
                .isTrue();
        StateVersion aside = record(0, document(3));
        store.putAttachment(name, aside, document(3));
        store.deleteContent(name, aside);
        assertThat(store.batch()
                        .orElseThrow()
                        .commit(List.of(
                                create(StateName.of("batch-a"), document(1)),
                                create(StateName.of("batch-b"), document(1)))))
                .containsExactly(true, true);

        assertThat(direct.head(name).orElseThrow().lastVersion()).isEqualTo(11);
        assertThat(direct.attachments(name)).isEmpty();
    }

    @Test
    void whatTheBackendReadsIsThePrimarys() {
        StateBackend backend = new StateBackend(store, Clock.systemUTC(), BackendSettings.defaults());
        StateBackend truth = new StateBackend(direct, Clock.systemUTC(), BackendSettings.defaults());
        proxy.rule(StatementProxy.Rule.IN_TURN);
        StateName name = StateName.of("doors");
        for (int serial = 1; serial < 6; serial++) {
            truth.put(name, document(serial), WriteOptions.none());
            assertThat(backend.get(name)).isEqualTo(truth.get(name));
            assertThat(backend.get(name, serial)).isEqualTo(truth.get(name, serial));
            assertThat(backend.history(name, Long.MAX_VALUE, 10)).hasSize(serial);
            assertThat(backend.diff(name, 1, name, serial, size -> {}))
                    .isEqualTo(truth.diff(name, 1, name, serial, size -> {}));
            assertThat(backend.outputs(name, false, size -> {})).isPresent();
            assertThat(backend.snapshot(name).orElseThrow().head().lastVersion())
                    .isEqualTo(serial);
        }
    }

    /** Of a state that was written before, with the cache of contents that the service has. */
    @Test
    void aCycleIsOneStatementForEachRequest() {
        StateBackend backend =
                new StateBackend(new CachingStore(store, 1 << 20), Clock.systemUTC(), BackendSettings.defaults());
        StateName name = StateName.of("counted");
        backend.put(name, document(1), WriteOptions.none());
        backend.get(name);
        int before = proxy.askedPrimary();

        backend.lock(name, LockInfo.of("mine", "ada", "OperationTypeApply"), LockOptions.none());
        assertThat(backend.get(name)).isPresent();
        backend.put(name, document(2), WriteOptions.none().withLock("mine"));
        backend.unlock(name, "mine");

        assertThat(proxy.askedPrimary() - before).isEqualTo(4);
    }
}
