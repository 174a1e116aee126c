package io.kolumn.state.server;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.access.AccessConfig;
import io.kolumn.state.access.AccessKeys;
import io.kolumn.state.access.SealedCredentials;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.config.ConfiguredKeys;
import io.kolumn.state.config.KeyTable;
import io.kolumn.state.config.Nearest;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.encryption.keys.EncryptionConfig;
import io.kolumn.state.events.EventKeys;
import io.kolumn.state.events.WebhookKeys;
import io.kolumn.state.store.StoreProvider;
import io.smallrye.config.EnvConfigSource;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jboss.logging.Logger;

/** Reads the keys of the service and of the picked storage out of the application's configuration. */
final class ConfigReader {

    private static final Logger LOG = Logger.getLogger(ConfigReader.class);
    private static final String PREFIX = "kolumn.state.";

    /** A name, an address, or one of IPv6 in brackets. */
    private static final String HOST = "[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9.])?|\\[[0-9A-Fa-f:.]+]";

    private static final String PUBLIC_URL = "https?://(" + HOST + ")(:[0-9]{1,5})?";

    /** Of a personal token: ten years. */
    private static final Duration LONGEST_LIFE = Duration.ofDays(3660);

    private static final String ENVIRONMENT = "KOLUMN_STATE_";

    /** Says to commands which service they ask. */
    private static final String COMMANDS = ENVIRONMENT + "SERVER";

    private final Config config;
    private final BackendFactory factory;
    private final ConfiguredKeys keys;
    private final List<Problem> problems = new ArrayList<>();

    ConfigReader(Config config, BackendFactory factory) {
        this.config = config;
        this.factory = factory;
        this.keys = new ConfiguredKeys(config);
    }

    /**
     * Everything, checked as a whole.
     *
     * @param host the address that the service would listen on
     * @throws Configuration with every problem there is
     */
    ServiceConfig read(String host) {
        StoreConfig service = ServiceKeys.TABLE.check(keys.given(ServiceKeys.TABLE, problems), problems);
        Map<String, String> named = named();
        checkHosts(service);
        checkPublicUrl(service);
        checkSessionKeys(service);
        checkOpenness(host, service, AccessConfig.of(named, problems));
        problems.addAll(EncryptionConfig.problems(service));
        if (!WebhookKeys.read(named, problems).isEmpty() && EventKeys.function()) {
            problems.add(new Problem(
                    PREFIX + "webhooks",
                    null,
                    "cannot be posted by a function, which does nothing between two requests"));
        }
        String type = service.text("backend").orElse("");
        Optional<StoreProvider> provider = factory.type(type);
        checkNames();
        if (type.isEmpty()) {
            throw new Configuration(problems);
        }
        if (provider.isEmpty()) {
            problems.add(factory.unknownType(PREFIX + "backend", type));
            throw new Configuration(problems);
        }
        KeyTable table = BackendFactory.table(provider.get());
        int before = problems.size();
        StoreConfig store = table.check(keys.given(table, problems), problems);
        if (problems.size() == before) {
            problems.addAll(provider.get().problems(store));
        }
        if (!problems.isEmpty()) {
            throw new Configuration(problems);
        }
        return new ServiceConfig(provider.get(), store, service, named);
    }

    /**
     * What is said of encryption alone, for work on a storage that is not the configured one. A name that is not a key of ours
     * is a problem here, too: a slip of the pen must not be the reason why documents are not encrypted.
     *
     * @throws Configuration with every problem there is
     */
    EncryptionConfig encryption() {
        checkNames();
        return EncryptionConfig.of(keys.given(EncryptionConfig.TABLE, problems), problems);
    }

    private void checkHosts(StoreConfig service) {
        for (String host : ServiceConfig.hosts(service)) {
            if (!host.matches(HOST)) {
                problems.add(new Problem(
                        PREFIX + "http.hosts",
                        host,
                        "is not a host name or address. Write it without scheme, port and path, such as"
                                + " state.example.org, 10.0.0.7 or [fd00::7]"));
            }
        }
    }

    private void checkPublicUrl(StoreConfig service) {
        service.text("http.public_url")
                .filter(url -> !url.matches(PUBLIC_URL))
                .ifPresent(url -> problems.add(new Problem(
                        PREFIX + "http.public-url",
                        url.contains("@") ? null : url,
                        "is not http:// or https:// with a host, perhaps a port, and no path, such as"
                                + " https://state.example.org")));
    }

    private void checkSessionKeys(StoreConfig service) {
        if (ServiceConfig.sessionKeys(service).stream()
                .anyMatch(secret -> secret.length() < SealedCredentials.LEAST_SECRET)) {
            problems.add(new Problem(
                    PREFIX + "sessions.keys",
                    null,
                    "has a secret of fewer than " + SealedCredentials.LEAST_SECRET
                            + " characters. Make one with: openssl rand -base64 32"));
        }
    }

    private void checkOpenness(String host, StoreConfig service, AccessConfig access) {
        boolean proven = ServiceConfig.authenticates(service, access);
        if (!access.rules().isEmpty() && !proven) {
            problems.add(new Problem(
                    PREFIX + "policy",
                    null,
                    "has rules, but there is no authentication: no user, token or issuer, no"
                            + " kolumn.state.access.file and no kolumn.state.access.certificates"));
        }
        if (service.duration("access.personal_tokens_max_age")
                .filter(life -> life.compareTo(LONGEST_LIFE) > 0)
                .isPresent()) {
            problems.add(new Problem(
                    PREFIX + "access.personal-tokens-max-age", null, "must be at most " + LONGEST_LIFE.toDays() + "d"));
        }
        if (!ServiceConfig.personalTokens(service).isEmpty() && !proven) {
            problems.add(new Problem(
                    PREFIX + "access.personal-tokens",
                    null,
                    "has no effect, because there is no authentication: no user, token or issuer, and no"
                            + " kolumn.state.access.file"));
        }
        if (!proven
                && !loopback(host)
                && !service.text("allow_anonymous").map(Boolean::parseBoolean).orElse(false)) {
            problems.add(new Problem(
                    "quarkus.http.host",
                    host,
                    "is not a loopback address, and there is no authentication: everyone with network access could"
                            + " read and write every state. Listen on 127.0.0.1, configure users, tokens or issuers"
                            + " (docs/access.md), or set kolumn.state.allow-anonymous=true if that is intended"));
        }
    }

    /** Users, tokens, issuers, rules and webhooks as they are written. */
    private Map<String, String> named() {
        Map<String, String> named = new TreeMap<>();
        for (String property : keys.written()) {
            ConfigValue value = isNamed(property) ? config.getConfigValue(property) : null;
            if (value != null && value.getValue() != null) {
                named.put(property, value.getValue());
            }
        }
        return named;
    }

    private static boolean isNamed(String property) {
        return AccessConfig.has(property) || WebhookKeys.TABLE.has(property);
    }

    static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** An unknown key is a problem in files and system properties, and a warning in the environment. */
    private void checkNames() {
        Set<String> seen = new HashSet<>();
        for (ConfigSource source : config.getConfigSources()) {
            boolean environment = source instanceof EnvConfigSource;
            for (String name : source.getPropertyNames()) {
                String plain = ConfiguredKeys.withoutProfile(name);
                boolean webhook = WebhookKeys.TABLE.hasVariable(name);
                if (environment && (webhook || AccessKeys.ALL.stream().anyMatch(table -> table.hasVariable(name)))) {
                    LOG.warnf(
                            "The variable %s is ignored: a name cannot be derived from a variable. Use a file (%s).",
                            name, webhook ? "config/application.properties" : "kolumn.state.access.file");
                } else if (environment
                        && name.startsWith(ENVIRONMENT)
                        && !name.equals(COMMANDS)
                        && !knowsVariable(name)) {
                    LOG.warnf("The variable %s is not a key of the service%s.", name, meant(name));
                } else if (!environment && plain.startsWith(PREFIX) && seen.add(plain)) {
                    unknown(plain).ifPresent(problems::add);
                }
            }
        }
    }

    private boolean knowsVariable(String variable) {
        return variables().anyMatch(variable::equals);
    }

    private Stream<String> variables() {
        return tables().flatMap(table -> table.keys().stream()
                .flatMap(key -> table.properties(key).stream())
                .map(property -> property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_")));
    }

    private String meant(String variable) {
        return Nearest.of(variable, variables().toList())
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
    }

    private Optional<Problem> unknown(String name) {
        String rest = KeyTable.canonical(name.substring(PREFIX.length()));
        if (ServiceKeys.TABLE.knows(rest) || isNamed(name)) {
            return Optional.empty();
        }
        for (StoreProvider provider : factory.types()) {
            String type = KeyTable.canonical(provider.type()) + ".";
            if (rest.startsWith(type)) {
                KeyTable table = BackendFactory.table(provider);
                return table.knows(rest.substring(type.length()))
                        ? Optional.empty()
                        : Optional.of(new Problem(
                                name,
                                null,
                                "is not a key of '" + provider.type() + "'"
                                        + table.hint(rest.substring(type.length()))));
            }
        }
        return Optional.of(new Problem(
                name,
                null,
                "is not a key"
                        + Nearest.hint(
                                PREFIX + rest.replace('_', '-'),
                                tables().flatMap(table -> table.keys().stream().map(table::property))
                                        .toList(),
                                "; docs/configuration.md lists the keys")));
    }

    private Stream<KeyTable> tables() {
        return Stream.concat(
                Stream.of(ServiceKeys.TABLE), factory.types().stream().map(BackendFactory::table));
    }
}
