package io.kolumn.state.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.access.AccessKeys;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.KeyTable;
import io.kolumn.state.config.NamedTable;
import io.kolumn.state.events.WebhookKeys;
import io.kolumn.state.store.StoreProvider;
import io.kolumn.state.store.local.LocalProvider;
import io.kolumn.state.store.memory.MemoryProvider;
import io.kolumn.state.store.postgres.PostgresProvider;
import io.kolumn.state.store.s3.S3Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference in docs/configuration.md is what the tables of keys say. */
class ConfigurationReferenceTest {

    private static final Path PAGE = Path.of("docs/configuration.md");
    private static final String BEGIN = "<!-- reference:begin -->\n";
    private static final String END = "<!-- reference:end -->\n";

    @Test
    void thePageShowsEveryKeyAsItsTableSays() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        assertThat(end).isGreaterThanOrEqualTo(begin);
        if (Boolean.getBoolean("reference.update")) {
            page = page.substring(0, begin) + reference() + page.substring(end);
            Files.writeString(PAGE, page);
            end = page.indexOf(END);
        }
        assertThat(page.substring(begin, end)).isEqualTo(reference());
    }

    /** The page explains each type of value once. */
    @Test
    void theLegendExplainsEveryTypeOfValue() throws IOException {
        String page = Files.readString(PAGE);
        String legend = page.substring(0, page.indexOf(BEGIN));
        for (ConfigKey.Type type : ConfigKey.Type.values()) {
            String shown = type == ConfigKey.Type.CHOICE ? "`a`, `b`" : kind(ConfigKey.of("key", type, ""));
            assertThat(legend).contains("| " + shown + " |");
        }
    }

    private static String reference() {
        StringBuilder text = new StringBuilder("\n### The service\n");
        table(text, ServiceKeys.TABLE);
        text.append("\n### Identities and rules\n\nAny number of each, by a name of your own; ")
                .append(
                        "in application.properties or in the file of `kolumn.state.access.file`: [access.md](access.md).\n");
        for (NamedTable named : AccessKeys.ALL) {
            table(text, new KeyTable(named.prefix() + "<name>.", named.keys()));
        }
        text.append(
                "\n### Webhooks\n\nAny number, by a name of your own, in application.properties: [events.md](events.md#webhooks).\n");
        table(text, new KeyTable(WebhookKeys.TABLE.prefix() + "<name>.", WebhookKeys.TABLE.keys()));
        for (StoreProvider provider : new BackendFactory(
                        List.of(new LocalProvider(), new MemoryProvider(), new PostgresProvider(), new S3Provider()))
                .types()) {
            text.append("\n### `").append(provider.type()).append("`\n\n").append(provider.text());
            if (!provider.aliases().isEmpty()) {
                text.append(" Also: ")
                        .append(String.join(
                                ", ", provider.aliases().stream().sorted().toList()));
                text.append('.');
            }
            text.append('\n');
            if (provider.keys().isEmpty()) {
                text.append("\nNo keys.\n");
            } else {
                table(text, BackendFactory.table(provider));
            }
        }
        return text.append('\n').toString();
    }

    private static void table(StringBuilder text, KeyTable table) {
        text.append("\n| key | value | default | |\n|---|---|---|---|\n");
        for (ConfigKey key : table.keys()) {
            text.append("| `")
                    .append(table.property(key))
                    .append("` | ")
                    .append(kind(key))
                    .append(" | ")
                    .append(
                            key.required()
                                    ? "**required**"
                                    : key.defaultValue() == null ? "" : "`" + key.defaultValue() + "`")
                    .append(" | ")
                    .append(key.text())
                    .append(formerly(table, key))
                    .append(" |\n");
        }
    }

    private static String formerly(KeyTable table, ConfigKey key) {
        return table.properties(key).stream()
                .skip(1)
                .map(alias -> " Formerly `" + alias + "`.")
                .collect(Collectors.joining());
    }

    private static String kind(ConfigKey key) {
        return switch (key.type()) {
            case TEXT -> key.secret() ? "text, secret" : "text";
            case PATH -> "path";
            case INTEGER -> "number";
            case BOOLEAN -> "boolean";
            case DURATION -> "duration";
            case SIZE -> "size";
            case PERMISSIONS -> "permissions";
            case CHOICE -> "`" + String.join("`, `", key.choices()) + "`";
        };
    }
}
