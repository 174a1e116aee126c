package io.kolumn.state.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateStore;
import io.kolumn.state.inventory.InventoryTest;

/** By tables that are searched; the other handle is another replica. */
class PostgresInventoryTest extends InventoryTest {

    private String schema;

    @Override
    protected StateStore newStore() {
        schema = TestPostgres.newSchema();
        return TestPostgres.shared().open(schema);
    }

    @Override
    protected StateStore another(StateStore first) {
        return TestPostgres.shared().open(schema);
    }

    @Override
    protected String kept(StateStore opened) {
        String rows = TestPostgres.shared()
                .ask("SELECT coalesce((SELECT string_agg(r::text, ' ') FROM " + schema
                        + ".kolumn_state_resources r), '') || coalesce((SELECT string_agg(i::text, ' ') FROM " + schema
                        + ".kolumn_state_index i), '')");
        assertThat(rows).isNotNull();
        return rows;
    }
}
