package io.kolumn.state.server;

import io.kolumn.state.backend.BackendConfig;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.KeyTable;
import io.kolumn.state.encryption.keys.EncryptionKeys;
import io.kolumn.state.events.EventKeys;
import io.kolumn.state.inventory.InventoryKeys;
import java.util.List;
import java.util.stream.Stream;

/** The keys of the service itself, and those of its backend, whatever the storage. */
final class ServiceKeys {

    private static final List<ConfigKey> OWN = List.of(
            ConfigKey.of(
                            "allow_anonymous",
                            ConfigKey.Type.BOOLEAN,
                            "Serve without authentication on addresses other than loopback.")
                    .withDefault("false"),
            ConfigKey.of(
                    "http.hosts",
                    ConfigKey.Type.TEXT,
                    "Accepted host names and addresses besides loopback, separated by commas. If not set: any with authentication, only loopback without."),
            ConfigKey.of(
                    "http.public_url",
                    ConfigKey.Type.TEXT,
                    "URL of the service as clients reach it, such as https://state.example.org. If not set: the address of each request."),
            ConfigKey.of("max_document_size", ConfigKey.Type.SIZE, "Maximum size of a document.")
                    .withDefault("256M")
                    .atLeast(1024),
            ConfigKey.of(
                            "max_in_flight",
                            ConfigKey.Type.SIZE,
                            "Memory for documents in transfer, at most half of the heap. Requests beyond it wait, then get 503.")
                    .withDefault("512M")
                    .atLeast(1024),
            ConfigKey.integer(
                            "max_in_flight_share",
                            1,
                            100,
                            "Percentage of max-in-flight for one caller: an identity, or an address without authentication.")
                    .withDefault("75"),
            ConfigKey.of(
                            "body_timeout",
                            ConfigKey.Type.DURATION,
                            "Maximum time for each 16 KiB of a request or an answer. A slower transfer is cancelled.")
                    .withDefault("30s")
                    .atLeast(1000),
            ConfigKey.choice(
                            "http.h2c",
                            List.of("off", "loopback", "on"),
                            "HTTP/2 without TLS: never, at loopback addresses, or always. With TLS, quarkus.http.http2 decides.")
                    .withDefault("loopback"),
            ConfigKey.of(
                    "access.file",
                    ConfigKey.Type.PATH,
                    "Properties file with users, tokens, issuers and rules. Read again when it changes."),
            ConfigKey.of(
                            "access.reload_interval",
                            ConfigKey.Type.DURATION,
                            "How often access.file and the files of hashes and keys are checked for changes.")
                    .withDefault("5s")
                    .atLeast(100)
                    .formerly("access.reload"),
            ConfigKey.choice(
                            "access.certificates",
                            List.of("off", "request", "required"),
                            "Whether client certificates authenticate callers: never, where one is sent, or exclusively. Needs quarkus.tls.key-store and quarkus.tls.trust-store.")
                    .withDefault("off"),
            ConfigKey.of(
                            "access.expired_token_grace",
                            ConfigKey.Type.DURATION,
                            "How long the holder of a lock can still write and unlock after its token has expired.")
                    .withDefault("1h")
                    .formerly("access.lock_grace"),
            ConfigKey.of(
                    "access.personal_tokens",
                    ConfigKey.Type.TEXT,
                    "Who can create personal tokens: any of user:<name>, group:<name>, issuer:<name>, authenticated, separated by commas. If not set: no one."),
            ConfigKey.of(
                            "access.personal_tokens_max_age",
                            ConfigKey.Type.DURATION,
                            "Maximum and default life of a personal token.")
                    .withDefault("90d")
                    .atLeast(60_000),
            ConfigKey.of(
                            "sessions.keys",
                            ConfigKey.Type.TEXT,
                            "Secrets of at least 32 characters for sessions and upload addresses, separated by commas; the same on all replicas. The first seals, each opens. If not set: random for each process.")
                    .confidential(),
            ConfigKey.choice(
                            "workspaces.upload",
                            List.of("inline", "two-phase"),
                            "How clients of workspaces send a state: inside of the request, or to an address of its own. A proxy must keep such addresses out of its log.")
                    .withDefault("inline"),
            ConfigKey.of(
                            "access.max_delay",
                            ConfigKey.Type.DURATION,
                            "Maximum delay after a failed login. The delay grows with each failure from the same address.")
                    .withDefault("5s")
                    .formerly("access.longest_delay"),
            ConfigKey.choice(
                            "access.metrics",
                            List.of("open", "authenticated", "off"),
                            "Who can read /q/metrics: everyone, authenticated callers, or no one.")
                    .withDefault("authenticated")
                    .formerChoice("identity", "authenticated"),
            ConfigKey.choice(
                            "access.openapi",
                            List.of("open", "authenticated", "off"),
                            "Who can read /q/openapi: everyone, authenticated callers, or no one.")
                    .withDefault("authenticated")
                    .formerChoice("identity", "authenticated"),
            ConfigKey.of(
                    "audit.file",
                    ConfigKey.Type.PATH,
                    "File for the audit trail: a line of JSON for each change and refusal. Each replica needs its own file."),
            ConfigKey.of(
                            "audit.max_file_size",
                            ConfigKey.Type.SIZE,
                            "Size from which the audit trail continues in a new file.")
                    .withDefault("100M")
                    .atLeast(4096)
                    .formerly("audit.file_size"),
            ConfigKey.choice(
                            "audit.on_failure",
                            List.of("refuse", "continue"),
                            "Refuse changes while the audit trail cannot be written, or continue and record how many lines were lost.")
                    .withDefault("refuse"),
            ConfigKey.integer(
                            "audit.anonymous_lines",
                            0,
                            1_000_000,
                            "Audit lines per minute for rejected unauthenticated callers. The others are counted in one line.")
                    .withDefault("60"),
            ConfigKey.of(
                            "audit.log",
                            ConfigKey.Type.BOOLEAN,
                            "Whether to also log the audit lines, in the category 'audit'.")
                    .withDefault("false"),
            ConfigKey.integer(
                            "log.refusals",
                            0,
                            1_000_000,
                            "Log lines for rejected requests per minute, of authenticated and of other callers each. The rest is counted.")
                    .withDefault("60"),
            ConfigKey.of(
                            "metrics.count",
                            ConfigKey.Type.BOOLEAN,
                            "Whether to count states, bytes, locks and quarantined documents for the metrics, in the background.")
                    .withDefault("true"),
            ConfigKey.of("ui.enabled", ConfigKey.Type.BOOLEAN, "Whether to serve pages for people at /ui.")
                    .withDefault("true"),
            ConfigKey.of("ui.session", ConfigKey.Type.DURATION, "How long a sign-in at the pages lasts.")
                    .withDefault("8h")
                    .atLeast(60_000));

    static final KeyTable TABLE = new KeyTable(
            "kolumn.state.",
            Stream.of(BackendConfig.KEYS, OWN, InventoryKeys.ALL, EventKeys.ALL, EncryptionKeys.ALL)
                    .flatMap(List::stream)
                    .toList());

    private ServiceKeys() {}
}
