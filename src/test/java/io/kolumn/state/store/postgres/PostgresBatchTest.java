package io.kolumn.state.store.postgres;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateStoreContractBatch;
import io.kolumn.state.Transition;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PostgresBatchTest extends StateStoreContractBatch {

    private static final String SECRET = "hunter2-hunter2";

    private final TestPostgres server = TestPostgres.shared();
    private final String schema = TestPostgres.newSchema();

    @Override
    protected StateStore open() {
        return server.open(schema);
    }

    private static List<Transition> transitions(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> create(
                        StateName.of("state-" + number), StateDocument.parse("{\"password\": \"" + SECRET + "\"}")))
                .toList();
    }

    /** The driver's own message of a batch that failed shows the statement and its values. */
    @Test
    void aFailureShowsNoStatementAndNoValue() {
        try (PostgresStore store = server.open(schema)) {
            store.head(StateName.of("any"));
            server.execute("ALTER TABLE " + schema + ".kolumn_state_versions ADD CONSTRAINT small CHECK (size < 10)");

            Unavailable refusal = Objects.requireNonNull(catchThrowableOfType(
                    Unavailable.class, () -> store.batch().orElseThrow().commit(transitions(3))));

            assertThat(refusal.outcomeUnknown()).isTrue();
            assertThat(refusal).hasMessageStartingWith("3 states were not changed, or perhaps some were: ");
            assertShowsNothing(refusal);
            assertShowsNothing(Objects.requireNonNull(catchThrowableOfType(
                    Unavailable.class, () -> store.commit(transitions(1).getFirst()))));
            assertThat(store.head(StateName.of("state-0"))).isEmpty();
        }
    }

    private static void assertShowsNothing(Unavailable refusal) {
        StringWriter trace = new StringWriter();
        refusal.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString())
                .contains("kolumn_state_versions")
                .doesNotContain(SECRET)
                .doesNotContain(HexFormat.of().formatHex(SECRET.getBytes(StandardCharsets.UTF_8)))
                .doesNotContain("INSERT INTO");
    }

    @Test
    void aCutConnectionLeavesItOpenWhatHappened() throws Exception {
        try (TcpProxy proxy = new TcpProxy(server.port());
                PostgresStore store = TestPostgres.open(with(server.config(schema), proxy.port()))) {
            store.head(StateName.of("any"));
            proxy.cut();
            proxy.refusing(true);
            assertThatThrownBy(() -> store.batch().orElseThrow().commit(transitions(3)))
                    .isInstanceOfSatisfying(
                            Unavailable.class,
                            lost -> assertThat(lost.outcomeUnknown()).isTrue());

            proxy.refusing(false);

            assertThat(store.batch().orElseThrow().commit(transitions(3))).containsOnly(true);
        }
    }

    @Test
    void aLostAnswerLeavesItOpenToo() throws Exception {
        try (TcpProxy proxy = new TcpProxy(server.port());
                PostgresStore store = TestPostgres.open(with(server.config(schema), proxy.port()))) {
            store.head(StateName.of("any"));
            proxy.answersAfter("INSERT INTO", TcpProxy.Answers.CUT);

            assertThatThrownBy(() -> store.batch().orElseThrow().commit(transitions(3)))
                    .isInstanceOfSatisfying(
                            Unavailable.class,
                            lost -> assertThat(lost.outcomeUnknown()).isTrue());

            proxy.answers(TcpProxy.Answers.PASSED);
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(server.ask("SELECT count(*) FROM " + schema + ".kolumn_state_versions"))
                                    .isEqualTo("3"));
            assertThat(store.head(StateName.of("state-2"))).isPresent();
            assertThat(store.batch().orElseThrow().commit(transitions(3))).containsOnly(false);
        }
    }

    private static Map<String, String> with(Map<String, String> config, int port) {
        config.put("port", String.valueOf(port));
        return config;
    }

    @Test
    void aDamagedContentIsTold() {
        try (PostgresStore store = server.open(schema)) {
            StateName name = StateName.of("prod");
            assertThat(store.commit(create(name, document(1)))).isTrue();
            server.execute("UPDATE " + schema + ".kolumn_state_versions SET content = '{}'");

            assertThatThrownBy(() -> store.batch().orElseThrow().read(List.of(name)))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("Version 1 of state 'prod'")
                    .hasMessageContaining("damaged");
        }
    }

    /** What was committed together is remembered as what was committed alone, so that the next commit needs no question. */
    @Test
    void whatWasCommittedIsRemembered() {
        try (PostgresStore store = server.open(schema)) {
            List<Transition> transitions = transitions(2);
            assertThat(store.batch().orElseThrow().commit(transitions)).containsOnly(true);
            assertThat(store.recent(transitions.getFirst().name()))
                    .isEqualTo(store.head(transitions.getFirst().name()));

            assertThat(store.batch().orElseThrow().commit(transitions(1))).containsOnly(false);
            assertThat(store.recent(StateName.of("state-0"))).isEmpty();
        }
    }

    @Test
    void itWorksWithoutNamesOfStatementsToo() {
        Map<String, String> config = server.config(schema);
        config.put("prepare", "false");
        try (PostgresStore store = TestPostgres.open(config)) {
            assertThat(store.batch().orElseThrow().commit(transitions(300))).containsOnly(true);
            assertThat(store.batch().orElseThrow().commit(transitions(300))).containsOnly(false);
        }
    }
}
