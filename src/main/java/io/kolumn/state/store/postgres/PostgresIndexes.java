package io.kolumn.state.store.postgres;

import io.kolumn.state.IndexDocuments;
import io.kolumn.state.StateName;
import java.util.Optional;
import java.util.function.Supplier;

/** Documents of the inventory where tables would tell too much: in the rows of the states, without any resources. */
final class PostgresIndexes implements IndexDocuments {

    private final Supplier<PostgresPool> pool;
    private final PostgresIndexSql sql;
    private final PostgresResources resources;

    PostgresIndexes(Supplier<PostgresPool> pool, PostgresSettings names, PostgresResources resources) {
        this.pool = pool;
        this.sql = new PostgresIndexSql(names);
        this.resources = resources;
    }

    @Override
    public void put(StateName name, byte[] index) {
        pool.get().change("The index of state '" + name + "' was not written", sql.putDocument, statement -> {
            statement.setString(1, name.value());
            statement.setString(2, name.value());
            statement.setBytes(3, index);
        });
    }

    @Override
    public Optional<byte[]> get(StateName name) {
        return pool.get()
                .read(
                        "The index of state '" + name + "' cannot be read",
                        sql.document,
                        statement -> statement.setString(1, name.value()),
                        rows -> Optional.ofNullable(rows.getBytes(2)));
    }

    @Override
    public void delete(StateName name) {
        resources.delete(name);
    }
}
