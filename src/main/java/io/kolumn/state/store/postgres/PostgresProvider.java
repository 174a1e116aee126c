package io.kolumn.state.store.postgres;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateStore;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.store.ReadOnlyStore;
import io.kolumn.state.store.StoreProvider;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code kolumn.state.backend=postgres} and its keys; the storage has a pool of its own. */
public class PostgresProvider implements StoreProvider {

    static final String TYPE = "postgres";
    static final Set<String> ALIASES = Set.of("postgresql", "pg");

    /** What is left of the 63 bytes of an identifier for names that others are made from. */
    private static final int LONGEST_TABLE = 63 - "_versions_pkey".length();

    private static final int LONGEST_SCHEMA = 63;

    static final List<ConfigKey> KEYS = List.of(
            ConfigKey.of(
                            "host",
                            ConfigKey.Type.TEXT,
                            "Host name or address of the server, or several such as db1:5432,db2:5432; the primary is used.")
                    .withDefault("localhost"),
            ConfigKey.integer("port", 1, 65_535, "Port of the server, if host has none.")
                    .withDefault("5432"),
            ConfigKey.of("database", ConfigKey.Type.TEXT, "Name of the database.")
                    .mandatory(),
            ConfigKey.of("username", ConfigKey.Type.TEXT, "User for the connection.")
                    .mandatory(),
            ConfigKey.of(
                            "password",
                            ConfigKey.Type.TEXT,
                            "Password of the user. Not required if the server needs none or a credentials provider has it.")
                    .confidential(),
            ConfigKey.choice(
                            "ssl_mode",
                            List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
                            "TLS to the server, like sslmode of libpq. Only verify-full authenticates the server.")
                    .withDefault("prefer"),
            ConfigKey.of("schema", ConfigKey.Type.TEXT, "Schema of the tables. Created if missing.")
                    .withDefault("public"),
            ConfigKey.of(
                            "table_name",
                            ConfigKey.Type.TEXT,
                            "Table of the heads. The other tables add _versions, _aside, _layout, _index and _resources to the name.")
                    .withDefault("kolumn_state"),
            ConfigKey.of("lock_table", ConfigKey.Type.TEXT, "Table of the locks.")
                    .withDefault("kolumn_locks"),
            ConfigKey.of(
                            "conn_timeout",
                            ConfigKey.Type.DURATION,
                            "Timeout for a connection, a new one or one of the pool.")
                    .withDefault("5s")
                    .atLeast(100),
            ConfigKey.of(
                            "request_timeout",
                            ConfigKey.Type.DURATION,
                            "Total time of one request at the database, including conn_timeout and retries.")
                    .withDefault("10s")
                    .atLeast(100),
            ConfigKey.integer("max_conns", 1, 1000, "Maximum number of connections.")
                    .withDefault("20"),
            ConfigKey.integer("max_idle_conns", 0, 1000, "Number of idle connections to keep.")
                    .withDefault("2"),
            ConfigKey.of(
                            "prepare",
                            ConfigKey.Type.BOOLEAN,
                            "Prepare statements under names, unless a pooler is detected in front of the server.")
                    .withDefault("true"),
            ConfigKey.of(
                            "migrate",
                            ConfigKey.Type.BOOLEAN,
                            "Create and upgrade the tables. If false, run the script of docs/postgresql.md.")
                    .withDefault("true"));

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public Set<String> aliases() {
        return ALIASES;
    }

    @Override
    public String text() {
        return "PostgreSQL 13 or later, for any number of replicas.";
    }

    @Override
    public List<ConfigKey> keys() {
        return KEYS;
    }

    @Override
    public List<Problem> problems(StoreConfig config) {
        List<Problem> problems = new ArrayList<>();
        identifier(config, "schema", LONGEST_SCHEMA, problems);
        identifier(config, "table_name", LONGEST_TABLE, problems);
        identifier(config, "lock_table", LONGEST_TABLE, problems);
        String table = config.text("table_name").orElseThrow();
        String locks = config.text("lock_table").orElseThrow();
        if (Set.of(
                        table,
                        table + "_versions",
                        table + "_aside",
                        table + "_layout",
                        table + PostgresSettings.INDEX,
                        table + PostgresSettings.RESOURCES)
                .contains(locks)) {
            problems.add(problem("lock-table", locks, "is also a table of the states. Give it another name"));
        }
        if (config.number("max_idle_conns") > config.number("max_conns")) {
            problems.add(
                    problem("max-idle-conns", config.text("max_idle_conns").orElseThrow(), "is more than max-conns"));
        }
        for (String key : List.of("host", "database", "username")) {
            String value = config.text(key).orElseThrow();
            if (value.chars().anyMatch(Character::isISOControl)) {
                problems.add(problem(key, value.replaceAll("\\p{Cntrl}", "?"), "contains a control character"));
            }
        }
        String host = config.text("host").orElseThrow();
        String wrong = Hosts.problem(host);
        if (wrong != null) {
            problems.add(problem("host", host, wrong));
        }
        return problems;
    }

    private static void identifier(StoreConfig config, String key, int longest, List<Problem> problems) {
        String name = config.text(key).orElseThrow();
        if (name.chars().anyMatch(Character::isISOControl)) {
            problems.add(
                    problem(key.replace('_', '-'), name.replaceAll("\\p{Cntrl}", "?"), "contains a control character"));
        } else if (name.getBytes(StandardCharsets.UTF_8).length > longest) {
            problems.add(problem(key.replace('_', '-'), name, "is longer than " + longest + " bytes"));
        }
    }

    private static Problem problem(String key, String value, String message) {
        return new Problem("kolumn.state.postgres." + key, value, message);
    }

    @Override
    public StateStore open(StoreConfig config) {
        AgroalDataSource pool =
                ownPool(config, (int) config.number("max_conns"), (int) config.number("max_idle_conns"));
        return new PostgresStore(pool, true, settings(config));
    }

    @Override
    public StateStore openToRead(StoreConfig config) {
        return toRead(ownPool(config, (int) config.number("max_conns"), 0), true, config);
    }

    static StateStore toRead(AgroalDataSource pool, boolean own, StoreConfig config) {
        return new ReadOnlyStore(new PostgresStore(pool, own, settings(config), true));
    }

    static PostgresSettings settings(StoreConfig config) {
        return new PostgresSettings(
                server(config),
                config.text("schema").orElseThrow(),
                config.text("table_name").orElseThrow(),
                config.text("lock_table").orElseThrow(),
                config.duration("conn_timeout").orElseThrow(),
                config.duration("request_timeout").orElseThrow(),
                config.flag("prepare"),
                config.flag("migrate"));
    }

    /** For messages. */
    static String server(StoreConfig config) {
        return String.join(",", Hosts.of(config::text)) + "/"
                + config.text("database").orElseThrow();
    }

    static AgroalDataSource ownPool(StoreConfig config, int most, int idle) {
        Duration connectTimeout = config.duration("conn_timeout").orElseThrow();
        try {
            return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                    .metricsEnabled(false)
                    .connectionPoolConfiguration(pool -> pool.maxSize(most)
                            .minSize(idle)
                            .initialSize(0)
                            .exceptionSorter(new PostgreSQLExceptionSorter())
                            .acquisitionTimeout(connectTimeout)
                            .reapTimeout(Duration.ofMinutes(5))
                            .idleValidationTimeout(PostgresDriver.VALIDATED_AFTER)
                            .connectionValidator(ConnectionValidator.defaultValidatorWithTimeout(1))
                            .connectionFactoryConfiguration(factory -> {
                                factory.connectionProviderClassName("org.postgresql.Driver")
                                        .jdbcUrl(PostgresDriver.url(config::text))
                                        .principal(new NamePrincipal(
                                                config.text("username").orElseThrow()));
                                config.text("password").ifPresent(it -> factory.credential(new SimplePassword(it)));
                                PostgresDriver.properties(config::text).forEach(factory::jdbcProperty);
                                return factory;
                            })));
        } catch (SQLException e) {
            throw new Unavailable("The connection pool for PostgreSQL could not be created.", e);
        }
    }
}
