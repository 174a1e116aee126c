package io.kolumn.state.store.postgres;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A list of servers in place of a proxy. */
@Timeout(120)
class PostgresFailoverTest {

    private static final StateName NAME = StateName.of("prod");

    @Test
    void thePrimaryOfTheListIsFoundBeforeAndAfterAFailover() throws Exception {
        try (ReplicatedPostgres servers = ReplicatedPostgres.start()) {
            Map<String, String> config = servers.config(servers.standby());
            config.put("host", "127.0.0.1:" + servers.standby() + ",localhost:" + servers.primary());
            config.put("conn_timeout", "4s");
            try (PostgresStore store = TestPostgres.open(config)) {
                assertThat(store.commit(create(NAME, document(1)))).isTrue();
                StateHead head = store.head(NAME).orElseThrow();
                servers.awaitStandby();

                servers.stopPrimary();
                servers.promoteStandby();

                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(store.check().healthy()).isTrue());
                assertThat(store.head(NAME)).contains(head);
                assertThat(store.commit(write(head, document(2)))).isTrue();
                assertThat(store.content(NAME, store.head(NAME).orElseThrow().current()))
                        .contains(document(2));
            }
        }
    }
}
