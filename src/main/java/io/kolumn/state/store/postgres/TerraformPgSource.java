package io.kolumn.state.store.postgres;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.DocumentSource;
import io.kolumn.state.config.StoreConfig;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The table of Terraform's {@code pg} backend: {@code states} with the columns {@code name} and {@code data}, in a schema that
 * is {@code terraform_remote_state} unless {@code schema_name} says otherwise ({@code internal/backend/remote-state/pg} of its
 * sources). The name is that of the workspace.
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
        keys.add(ConfigKey.of("schema", ConfigKey.Type.TEXT, "The schema that the backend's schema_name names.")
                .withDefault("terraform_remote_state"));
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
        PostgresSettings settings = new PostgresSettings(
                PostgresProvider.server(config),
                config.text("schema").orElseThrow(),
                "states",
                "states",
                config.duration("conn_timeout").orElseThrow(),
                config.duration("request_timeout").orElseThrow(),
                false,
                false);
        String table = settings.heads();
        PostgresErrors errors = new PostgresErrors(settings);
        try (PostgresPool pool = new PostgresPool(PostgresProvider.ownPool(config, 1, 0), true, settings, errors)) {
            for (String name : names(pool, table)) {
                String data = data(pool, table, name);
                if (data != null) {
                    give(name, data, receiver);
                }
            }
        }
    }

    private static List<String> names(PostgresPool pool, String table) {
        return pool.read(
                "The states of Terraform's pg backend cannot be listed",
                PostgresSql.PROVEN + "s.name FROM " + PostgresSql.ONE_ROW + table
                        + " s ON true ORDER BY s.name COLLATE \"C\"",
                statement -> {},
                rows -> {
                    List<String> names = new ArrayList<>();
                    do {
                        if (rows.getString(2) != null) {
                            names.add(rows.getString(2));
                        }
                    } while (rows.next());
                    return names;
                });
    }

    private static @Nullable String data(PostgresPool pool, String table, String name) {
        return pool.<@Nullable String>read(
                "A state of Terraform's pg backend cannot be read",
                PostgresSql.PROVEN + "s.data FROM " + PostgresSql.ONE_ROW + table + " s ON s.name = ?",
                statement -> statement.setString(1, name),
                rows -> rows.getString(2));
    }

    private static void give(String name, String data, Receiver receiver) {
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
