package io.kolumn.state.cli;

import io.kolumn.state.StateStore;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.ConfiguredSecrets;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.encryption.keys.EncryptionConfig;
import io.kolumn.state.server.ServiceConfig;
import io.kolumn.state.store.StoreProvider;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The storage that the application is configured for, or one that was named. */
final class DirectConnection implements Connection {

    private final Application application;
    private final PrintWriter err;
    private final boolean reading;
    private final @Nullable String type;
    private final Map<String, String> settings;
    private @Nullable StateBackend opened;

    /**
     * @param err is told which storage is opened
     * @param reading whether it is opened for reading alone
     * @param type null for the configured one
     */
    DirectConnection(
            Application application,
            PrintWriter err,
            boolean reading,
            @Nullable String type,
            Map<String, String> settings) {
        this.application = application;
        this.err = err;
        this.reading = reading;
        this.type = type;
        this.settings = type == null ? Map.of() : completed(application, "", type, settings);
    }

    /**
     * The settings of a storage with what the configuration has for it: all if it is named by its type alone, else secrets.
     *
     * @param side as in {@link ConfiguredSecrets#added}
     */
    static Map<String, String> completed(
            Application application, String side, String type, Map<String, String> settings) {
        return application
                .factory()
                .type(type)
                .map(known -> {
                    List<ConfigKey> keys = BackendFactory.keys(known);
                    Map<String, String> placed = application.secrets().placed(known.type(), keys, settings);
                    return application.secrets().added(side, known.type(), keys, placed);
                })
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
            all.putAll(properties(config.type(), config.store()));
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
        announce();
        BackendFactory factory = application.factory();
        if (type != null) {
            return Optional.of(reading ? factory.openToRead(type, settings) : factory.open(type, settings));
        }
        ServiceConfig config = application.config().get();
        StoreProvider provider = config.provider();
        return Optional.of(reading ? provider.serveToRead(config.store()) : provider.open(config.store()));
    }

    /** An answer, an empty one above all, counts only for the storage that it is of. */
    private void announce() {
        String place = type == null ? application.served().place() : place(application, type, settings);
        boolean lasting = type == null
                ? application.served().lasting()
                : application.factory().type(type).orElseThrow().lasting();
        if (!lasting) {
            throw new StateCommand.Failure("The storage '" + place
                    + "' is the memory of one process. This command would find nothing there and lose all changes. Use"
                    + " --server to reach the service that has it.");
        }
        err.println("Storage: " + place);
    }

    /** @throws io.kolumn.state.StateException.Configuration if there is no such type, or with all that is wrong */
    static String place(Application application, String type, Map<String, String> settings) {
        BackendFactory factory = application.factory();
        return Served.place(factory.parseType(type), factory.checked(type, settings));
    }

    private StateBackend opened() {
        if (opened == null) {
            announce();
            opened = type == null ? configured() : named(type);
            application.interruption().whenRequested(opened::stopWaiting);
        }
        return opened;
    }

    private StateBackend configured() {
        return reading ? application.served().toRead() : application.served().toChange();
    }

    private StateBackend named(String name) {
        BackendFactory factory = application.factory();
        EncryptionConfig encryption = application.encryption().get();
        return reading ? factory.createToRead(name, settings, encryption) : factory.create(name, settings, encryption);
    }

    @Override
    public void close() {
        if (opened != null && type != null) {
            opened.close();
        }
    }
}
