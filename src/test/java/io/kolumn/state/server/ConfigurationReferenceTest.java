package io.kolumn.state.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.access.AccessKeys;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.KeyTable;
import io.kolumn.state.config.NamedTable;
import io.kolumn.state.store.StoreProvider;
import io.kolumn.state.store.local.LocalProvider;
import io.kolumn.state.store.memory.MemoryProvider;
import io.kolumn.state.store.postgres.PostgresProvider;
import io.kolumn.state.store.s3.S3Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reference in the README is what the tables of keys say. */
class ConfigurationReferenceTest {

    private static final Path README = Path.of("README.md");
    private static final String BEGIN = "<!-- reference:begin -->\n";
    private static final String END = "<!-- reference:end -->\n";

    @Test
    void readmeShowsEveryKeyAsItsTableSays() throws IOException {
        String readme = Files.readString(README);
        int begin = readme.indexOf(BEGIN) + BEGIN.length();
        int end = readme.indexOf(END);
        assertThat(end).isGreaterThanOrEqualTo(begin);
        if (Boolean.getBoolean("reference.update")) {
            readme = readme.substring(0, begin) + reference() + readme.substring(end);
            Files.writeString(README, readme);
            end = readme.indexOf(END);
        }
        assertThat(readme.substring(begin, end)).isEqualTo(reference());
    }

    private static String reference() {
        StringBuilder text = new StringBuilder("\n### The service\n");
        table(text, ServiceKeys.TABLE);
        text.append("\n### Identities and rules\n\nAny number of each, by a name of your own; ")
                .append(
                        "in application.properties or in the file of `kolumn.state.access.file`: [docs/access.md](docs/access.md).\n");
        for (NamedTable named : AccessKeys.ALL) {
            table(text, new KeyTable(named.prefix() + "<name>.", named.keys()));
        }
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
                    .append(" |\n");
        }
    }

    private static String kind(ConfigKey key) {
        return switch (key.type()) {
            case TEXT -> key.secret() ? "text, secret" : "text";
            case PATH -> "path";
            case INTEGER -> "number";
            case BOOLEAN -> "`true` or `false`";
            case DURATION -> "duration (`30s`, `5m`, `12h`, `30d`)";
            case SIZE -> "size (`512K`, `256M`, `1G`)";
            case PERMISSIONS -> "octal permissions";
            case CHOICE -> "`" + String.join("`, `", key.choices()) + "`";
        };
    }
}
