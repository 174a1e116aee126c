package io.kolumn.state.config;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * The keys of the served type while the configuration is still being put together, for a source that tells Quarkus's own
 * pool or client what they say. Values that are wrong are as if not given: they are reported where everything is checked.
 */
public final class EarlyConfig {

    private static final String PREFIX = "kolumn.state.";

    /** Of the weakest source: what anybody sets otherwise wins. */
    private static final int ORDINAL = 60;

    private final Map<String, String> values;

    private EarlyConfig(Map<String, String> values) {
        this.values = values;
    }

    /** What is configured of this type; empty if another one is served. */
    public static Optional<EarlyConfig> of(
            ConfigSourceContext context, String type, Set<String> aliases, List<ConfigKey> keys) {
        String served = value(context, PREFIX + "backend").strip().toLowerCase(Locale.ROOT);
        return served.equals(type) || aliases.contains(served)
                ? Optional.of(new EarlyConfig(values(context, type, keys)))
                : Optional.empty();
    }

    private static Map<String, String> values(ConfigSourceContext context, String type, List<ConfigKey> keys) {
        Map<String, String> spelled = new HashMap<>();
        for (Iterator<String> names = context.iterateNames(); names.hasNext(); ) {
            String name = names.next();
            spelled.putIfAbsent(KeyTable.canonical(name), name);
        }
        Map<String, String> values = new HashMap<>();
        List<ConfigKey> all = new KeyTable(PREFIX + type + ".", keys).keys();
        for (ConfigKey key : all) {
            String canonical = PREFIX + type + "." + key.name();
            List<String> spellings =
                    List.of(PREFIX + type + "." + key.dashed(), canonical, spelled.getOrDefault(canonical, canonical));
            String value = spellings.stream()
                    .map(spelling -> value(context, spelling))
                    .filter(text -> !text.isBlank() && key.accepts(text.strip()))
                    .findFirst()
                    .map(String::strip)
                    .orElse(key.defaultValue());
            if (value != null) {
                values.put(key.name(), value);
            }
        }
        for (ConfigKey key : all) {
            String file =
                    key.secret() && !values.containsKey(key.name()) ? values.get(key.name() + ConfigKey.FILE) : null;
            if (file != null) {
                secret(file).ifPresent(secret -> values.put(key.name(), secret));
            }
        }
        return values;
    }

    private static Optional<String> secret(String file) {
        try {
            return Optional.of(SecretFile.read(Path.of(file)));
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static String value(ConfigSourceContext context, String name) {
        ConfigValue value = context.getValue(name);
        return value == null || value.getValue() == null ? "" : value.getValue();
    }

    /** The value of a key of the type, or its default. */
    public Optional<String> text(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** A source of these properties, as they are: their values were expanded already. */
    public static List<ConfigSource> source(String name, Map<String, String> properties) {
        Map<String, String> escaped = new HashMap<>(properties);
        escaped.replaceAll((property, value) -> value.replace("$", "$$"));
        return List.of(new PropertiesConfigSource(escaped, name, ORDINAL));
    }
}
