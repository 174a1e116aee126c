package io.kolumn.state.store.postgres;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.store.DocumentSource;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The table of Terraform's {@code pg} backend, with the columns {@code name} and {@code data}: {@code states} in the schema
 * {@code terraform_remote_state}, unless {@code schema_name} says otherwise, and in OpenTofu {@code table_name} ({@code
 * internal/backend/remote-state/pg} of their sources). The name is that of the workspace.
 */
@Singleton
public final class TerraformPgSource implements DocumentSource {

    private static final Set<String> SHARED =
            Set.of("host", "port", "database", "username", "password", "ssl_mode", "conn_timeout", "request_timeout");

    private static final List<ConfigKey> KEYS = keysOfTheSource();

    private static List<ConfigKey> keysOfTheSource() {
        List<ConfigKey> keys = new ArrayList<>(PostgresProvider.KEYS.stream()
                .filter(key -> SHARED.contains(key.name()))
                .toList());
        keys.add(ConfigKey.of("schema", ConfigKey.Type.TEXT, "Schema: the backend's schema_name.")
                .withDefault("terraform_remote_state"));
        keys.add(ConfigKey.of("table_name", ConfigKey.Type.TEXT, "Table: the backend's table_name (OpenTofu).")
                .withDefault("states"));
        return List.copyOf(keys);
    }

    @Override
    public String type() {
        return "terraform-pg";
    }

    @Override
    public String text() {
        return "The table of Terraform's pg backend.";
    }

    @Override
    public List<ConfigKey> keys() {
        return KEYS;
    }

    @Override
    public void read(StoreConfig config, Receiver receiver) {
        String schema = config.text("schema").orElseThrow();
        String table = config.text("table_name").orElseThrow();
        PostgresSettings settings = new PostgresSettings(
                PostgresProvider.server(config),
                schema,
                table,
                table,
                config.duration("conn_timeout").orElseThrow(),
                config.duration("request_timeout").orElseThrow(),
                false,
                false);
        PostgresErrors errors = new PostgresErrors(settings);
        try (PostgresPool pool = new PostgresPool(PostgresProvider.ownPool(config, 1, 0), true, settings, errors)) {
            needTable(pool, schema, table);
            for (@Nullable String name : names(pool, settings.heads())) {
                if (name == null) {
                    receiver.refused("(no name)", "A row without a name belongs to no workspace.");
                } else {
                    give(name, data(pool, settings.heads(), name), receiver);
                }
            }
        }
    }

    private static void needTable(PostgresPool pool, String schema, String table) {
        List<@Nullable String> tables = texts(
                pool,
                "The tables of the database cannot be listed",
                "(SELECT true AS there, n.nspname || '.' || c.relname AS text FROM pg_catalog.pg_class c"
                        + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_'"
                        + " AND 2 = (SELECT count(*) FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid"
                        + " AND a.attname IN ('name', 'data') AND NOT a.attisdropped))");
        if (!tables.contains(schema + "." + table)) {
            String others = tables.isEmpty()
                    ? "No table of this database has them."
                    : "These have them: " + String.join(", ", tables.subList(0, Math.min(5, tables.size()))) + ".";
            throw new Configuration(List.of(new Problem(
                    KEY_PREFIX + "table_name",
                    table,
                    "there is no table '" + table + "' with the columns 'name' and 'data' in the schema '" + schema
                            + "'. " + others + " Give schema (the backend's schema_name) and table_name.")));
        }
    }

    private static List<@Nullable String> names(PostgresPool pool, String table) {
        return texts(
                pool,
                "The states of Terraform's pg backend cannot be listed",
                "(SELECT true AS there, name AS text FROM " + table + ")");
    }

    /** The column {@code text} of all rows, in byte order. */
    private static List<@Nullable String> texts(PostgresPool pool, String what, String selected) {
        return pool.read(
                what,
                PostgresSql.PROVEN + "s.there, s.text FROM " + PostgresSql.ONE_ROW + selected
                        + " s ON true ORDER BY s.text COLLATE \"C\"",
                statement -> {},
                rows -> {
                    List<@Nullable String> texts = new ArrayList<>();
                    do {
                        if (rows.getBoolean(2)) {
                            texts.add(rows.getString(3));
                        }
                    } while (rows.next());
                    return texts;
                });
    }

    private static @Nullable String data(PostgresPool pool, String table, String name) {
        return pool.<@Nullable String>read(
                "A state of Terraform's pg backend cannot be read",
                PostgresSql.PROVEN + "s.data FROM " + PostgresSql.ONE_ROW + table + " s ON s.name = ?",
                statement -> statement.setString(1, name),
                rows -> rows.getString(2));
    }

    private static void give(String name, @Nullable String data, Receiver receiver) {
        if (data == null) {
            receiver.refused(name, "Its row has no data, or no longer exists.");
            return;
        }
        StateDocument document;
        try {
            document = StateDocument.parse(data.getBytes(StandardCharsets.UTF_8));
        } catch (Invalid e) {
            receiver.refused(name, String.valueOf(e.getMessage()));
            return;
        }
        receiver.document(name, document);
    }
}
