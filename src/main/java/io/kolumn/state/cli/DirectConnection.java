package io.kolumn.state.cli;

import io.kolumn.state.StateBackend;
import io.kolumn.state.StateStore;
import io.kolumn.state.config.BackendFactory;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.ConfiguredSecrets;
import io.kolumn.state.config.ServiceConfig;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.config.StoreProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The storage that the application is configured for, or one that was named. */
final class DirectConnection implements Connection {

    private final Application application;
    private final @Nullable String type;
    private final Map<String, String> settings;
    private @Nullable StateBackend opened;

    /** @param type null for the configured one */
    DirectConnection(Application application, @Nullable String type, Map<String, String> settings) {
        this.application = application;
        this.type = type;
        this.settings = type == null ? Map.of() : completed(application, "", type, settings);
    }

    /**
     * The settings of a storage with the secrets that the configuration has for it.
     *
     * @param side as in {@link ConfiguredSecrets#added}
     */
    static Map<String, String> completed(
            Application application, String side, String type, Map<String, String> settings) {
        return application
                .factory()
                .type(type)
                .map(known -> application.secrets().added(side, known.type(), BackendFactory.keys(known), settings))
                .orElse(settings);
    }

    @Override
    public List<Type> types() {
        return application.factory().types().stream()
                .map(DirectConnection::shown)
                .toList();
    }

    private static Type shown(StoreProvider provider) {
        List<Key> keys = BackendFactory.keys(provider).stream()
                .map(DirectConnection::shown)
                .toList();
        return new Type(provider.type(), provider.aliases(), provider.text(), keys);
    }

    private static Key shown(ConfigKey key) {
        String kind =
                key.choices().isEmpty() ? key.type().name().toLowerCase(Locale.ROOT) : String.join("|", key.choices());
        return new Key(key.name(), kind, key.defaultValue(), key.required(), key.secret(), key.text());
    }

    @Override
    public Map<String, String> configuration() {
        Map<String, String> all = new LinkedHashMap<>();
        if (type == null) {
            ServiceConfig config = application.config().get();
            config.service().shown().forEach((key, value) -> all.put(property("", key), value));
            all.putAll(properties(config.provider().type(), config.store()));
        } else {
            BackendFactory factory = application.factory();
            String canonical = factory.parseType(type);
            all.put("kolumn.state.backend", canonical);
            all.putAll(properties(canonical, factory.checked(canonical, settings)));
        }
        return all;
    }

    private static Map<String, String> properties(String type, StoreConfig config) {
        Map<String, String> all = new LinkedHashMap<>();
        config.shown().forEach((key, value) -> all.put(property(type + ".", key), value));
        return all;
    }

    private static String property(String prefix, String key) {
        return "kolumn.state." + prefix + key.replace('_', '-');
    }

    @Override
    public States states() {
        return new BackendStates(opened());
    }

    @Override
    public Optional<StateBackend> backend() {
        return Optional.of(opened());
    }

    @Override
    public Optional<StateStore> store() {
        if (type != null) {
            return Optional.of(application.factory().open(type, settings));
        }
        ServiceConfig config = application.config().get();
        return Optional.of(config.provider().open(config.store()));
    }

    private StateBackend opened() {
        if (opened == null) {
            opened = type == null
                    ? application.served().get()
                    : application
                            .factory()
                            .create(type, settings, application.encryption().get());
            application.interruption().whenRequested(opened::stopWaiting);
        }
        return opened;
    }

    @Override
    public void close() {
        if (opened != null && type != null) {
            opened.close();
        }
    }
}
