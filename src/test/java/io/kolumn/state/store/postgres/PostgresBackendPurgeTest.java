package io.kolumn.state.store.postgres;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendPurgeTest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** What is looked for is looked for in the rows of all tables. */
class PostgresBackendPurgeTest extends StateBackendPurgeTest {

    private String schema;

    @Override
    protected StateStore newStore() {
        schema = TestPostgres.newSchema();
        return TestPostgres.shared().open(schema);
    }

    @Override
    protected boolean holds(String text) throws SQLException {
        try (Connection connection = TestPostgres.shared().connect()) {
            for (String table : List.of("kolumn_state_versions", "kolumn_state_aside")) {
                String sql = "SELECT count(*) FROM \"" + schema + "\"." + table
                        + " WHERE position(convert_to(?, 'UTF8') IN content) > 0";
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    statement.setString(1, text);
                    try (ResultSet rows = statement.executeQuery()) {
                        rows.next();
                        if (rows.getLong(1) > 0) {
                            return true;
                        }
                    }
                }
            }
            return false;
        }
    }
}
