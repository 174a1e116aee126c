package io.kolumn.state.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateStore;
import io.kolumn.state.encryption.EncryptedStores;
import io.kolumn.state.inventory.InventoryTest;

/** By encrypted documents in rows: no row has a resource. */
class EncryptedPostgresInventoryTest extends InventoryTest {

    private String schema;

    @Override
    protected StateStore newStore() {
        schema = TestPostgres.newSchema();
        return EncryptedStores.over(TestPostgres.shared().open(schema));
    }

    @Override
    protected StateStore another(StateStore first) {
        return EncryptedStores.over(TestPostgres.shared().open(schema));
    }

    @Override
    protected String kept(StateStore opened) {
        String resources = TestPostgres.shared().ask("SELECT count(*) FROM " + schema + ".kolumn_state_resources");
        assertThat(resources).isEqualTo("0");
        return TestPostgres.shared()
                .ask("SELECT coalesce((SELECT string_agg(i::text || encode(i.document, 'escape'), ' ') FROM " + schema
                        + ".kolumn_state_index i), '')");
    }

    @Override
    protected boolean readable() {
        return false;
    }
}
