package io.kolumn.state.server;

import io.kolumn.state.access.AccessConfig;
import io.kolumn.state.backend.BackendConfig;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.config.NamedEntry;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.encryption.keys.EncryptionConfig;
import io.kolumn.state.events.EventKeys;
import io.kolumn.state.events.EventSettings;
import io.kolumn.state.events.WebhookKeys;
import io.kolumn.state.inventory.InventoryKeys;
import io.kolumn.state.inventory.InventorySettings;
import io.kolumn.state.store.StoreProvider;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The checked configuration of the service.
 *
 * @param provider the type of storage to serve
 * @param store the values of its keys
 * @param service the values of the service's own keys
 * @param named users, tokens, issuers, rules and webhooks as they are written, by their whole names
 */
public record ServiceConfig(StoreProvider provider, StoreConfig store, StoreConfig service, Map<String, String> named) {

    /** Whether client certificates are asked for. */
    public enum Certificates {
        OFF,
        REQUEST,
        REQUIRED;

        static Certificates of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /** What becomes of changes while the audit trail cannot be written. */
    public enum OnFailure {
        REFUSE,
        CONTINUE
    }

    /** Which pages of the service itself are shown to whom. */
    public enum Page {
        OPEN,
        AUTHENTICATED,
        OFF
    }

    public ServiceConfig {
        named = Map.copyOf(named);
    }

    /** The configured storage, newly opened for what only reads: see {@link StoreProvider#openToRead}. */
    public StateBackend openToRead(Clock clock) {
        return new StateBackend(
                encryption().before(provider.serveToRead(store), clock),
                clock,
                backend().settings());
    }

    /** The type of the served storage, such as {@code postgres}. */
    public String type() {
        return provider.type();
    }

    /** What is said of the backend that is served. */
    public BackendConfig backend() {
        return new BackendConfig(provider, store, service);
    }

    /** In bytes. */
    public long maxDocumentSize() {
        return service.size("max_document_size");
    }

    /** In bytes; never more than half of the heap. */
    public long maxInFlight() {
        return Math.min(service.size("max_in_flight"), Runtime.getRuntime().maxMemory() / 2);
    }

    /** In percent of {@link #maxInFlight}. */
    public int maxInFlightShare() {
        return (int) service.number("max_in_flight_share");
    }

    /** How long a body, or an answer, may stand still. */
    public Duration bodyTimeout() {
        return service.duration("body_timeout").orElseThrow();
    }

    /** Whether HTTP/2 is spoken without TLS by a service that listens to {@code host}. */
    public boolean clearTextHttp2(String host) {
        return switch (service.text("http.h2c").orElseThrow()) {
            case "on" -> true;
            case "loopback" -> ConfigReader.loopback(host);
            default -> false;
        };
    }

    public EncryptionConfig encryption() {
        return backend().encryption();
    }

    /** Returns where the keys of encryption come from, such as {@code vault}; empty if there are none. */
    public Optional<String> keyProvider() {
        return encryption().provider();
    }

    /** Returns the provider's own configuration by names such as {@code vault.key}, without secrets. */
    public Map<String, String> keyProviderShown() {
        return encryption().shown();
    }

    /** The settings of the inventory. */
    public InventorySettings inventory() {
        return InventoryKeys.settings(service, encryption().writes());
    }

    /** The settings of the feed of events. */
    public EventSettings events() {
        return EventKeys.settings(service, publicUrl().orElse(""), WebhookKeys.read(named, new ArrayList<>()));
    }

    public boolean allowAnonymous() {
        return service.flag("allow_anonymous");
    }

    /** Whether callers have to prove who they are. Without that whoever reaches the service may do everything. */
    public boolean authenticates() {
        return authenticates(service, AccessConfig.of(named, new ArrayList<>()));
    }

    static boolean authenticates(StoreConfig service, AccessConfig access) {
        return access.identities()
                || service.text("access.file").isPresent()
                || service.text("access.certificates").map(Certificates::of).orElse(Certificates.OFF)
                        != Certificates.OFF;
    }

    /** Names and addresses by which the service may be asked for, beside those of loopback; none if not said. */
    public Set<String> hosts() {
        return Set.copyOf(hosts(service));
    }

    static List<String> hosts(StoreConfig service) {
        return service.text("http.hosts").map(NamedEntry::parts).orElse(List.of());
    }

    /** Returns the URL by which clients reach the service, without a slash at its end; empty for the address of each request. */
    public Optional<String> publicUrl() {
        return service.text("http.public_url");
    }

    /** Returns the secrets that seal sessions and upload addresses; empty if each process makes its own. */
    public List<String> sessionKeys() {
        return sessionKeys(service);
    }

    static List<String> sessionKeys(StoreConfig service) {
        return service.text("sessions.keys").map(NamedEntry::parts).orElse(List.of());
    }

    /** Returns whether clients of workspaces send a state to an address of its own. */
    public boolean twoPhaseUpload() {
        return "two-phase".equals(service.text("workspaces.upload").orElseThrow());
    }

    /** A file with more users, tokens, issuers and rules, which is read again when it changes. */
    public Optional<Path> accessFile() {
        return service.path("access.file");
    }

    /** How often the files of identities and rules are looked at. */
    public Duration accessReload() {
        return service.duration("access.reload_interval").orElseThrow();
    }

    public Certificates certificates() {
        return Certificates.of(service.text("access.certificates").orElseThrow());
    }

    /** How long after its end a token is still good for finishing what was begun under a lock. */
    public Duration lockGrace() {
        return service.duration("access.expired_token_grace").orElseThrow();
    }

    /** Who may make personal tokens, as subjects of a rule; empty if nobody may. */
    public List<String> personalTokens() {
        return personalTokens(service);
    }

    static List<String> personalTokens(StoreConfig service) {
        return service.text("access.personal_tokens").map(NamedEntry::parts).orElse(List.of());
    }

    /** The maximum life of a personal token. */
    public Duration personalTokensMaxAge() {
        return service.duration("access.personal_tokens_max_age").orElseThrow();
    }

    public Optional<Path> auditFile() {
        return service.path("audit.file");
    }

    /** In bytes. */
    public long auditFileSize() {
        return service.size("audit.max_file_size");
    }

    public OnFailure auditOnFailure() {
        return OnFailure.valueOf(service.text("audit.on_failure").orElseThrow().toUpperCase(Locale.ROOT));
    }

    /** How many refusals of callers who proved nothing have a line of their own in a minute. */
    public int auditAnonymousLines() {
        return (int) service.number("audit.anonymous_lines");
    }

    public boolean auditLog() {
        return service.flag("audit.log");
    }

    /** How many refused requests have a line of the log in a minute. */
    public int logRefusals() {
        return (int) service.number("log.refusals");
    }

    /** Whether the storage is counted for the metrics. */
    public boolean metricsCount() {
        return service.flag("metrics.count");
    }

    /** How long an address that goes on being wrong waits for an answer at most. */
    public Duration longestDelay() {
        return service.duration("access.max_delay").orElseThrow();
    }

    /** Whether there are pages for people. */
    public boolean pages() {
        return service.flag("ui.enabled");
    }

    /** How long a sign-in at the pages lasts. */
    public Duration pagesSession() {
        return service.duration("ui.session").orElseThrow();
    }

    public Page metricsPage() {
        return page("access.metrics");
    }

    public Page openApiPage() {
        return page("access.openapi");
    }

    private Page page(String key) {
        return Page.valueOf(service.text(key).orElseThrow().toUpperCase(Locale.ROOT));
    }
}
