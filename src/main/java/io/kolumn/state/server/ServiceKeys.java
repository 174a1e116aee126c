package io.kolumn.state.server;

import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.KeyTable;
import io.kolumn.state.encryption.keys.EncryptionKeys;
import java.util.List;
import java.util.stream.Stream;

/** The keys of the service itself, whatever the storage. */
final class ServiceKeys {

    private static final List<ConfigKey> OWN = List.of(
            ConfigKey.of("backend", ConfigKey.Type.TEXT, "The type of storage to serve.")
                    .withDefault("local"),
            ConfigKey.of(
                            "allow_anonymous",
                            ConfigKey.Type.BOOLEAN,
                            "Serve on addresses other than loopback to anybody who can reach them.")
                    .withDefault("false"),
            ConfigKey.of(
                    "http.hosts",
                    ConfigKey.Type.TEXT,
                    "Names and addresses by which the service may be asked for, with commas, beside those of loopback; without them any name where callers prove who they are, and elsewhere only loopback."),
            ConfigKey.of("max_document_size", ConfigKey.Type.SIZE, "The largest document that is accepted.")
                    .withDefault("256M")
                    .atLeast(1024),
            ConfigKey.of(
                            "max_in_flight",
                            ConfigKey.Type.SIZE,
                            "Memory for all documents that are being received or sent; beyond it requests wait, then get 503. Never more than half of the heap.")
                    .withDefault("512M")
                    .atLeast(1024),
            ConfigKey.integer(
                            "max_in_flight_share",
                            1,
                            100,
                            "Percent of the memory for documents that one caller may have: an identity, or an address without authentication.")
                    .withDefault("75"),
            ConfigKey.of(
                            "body_timeout",
                            ConfigKey.Type.DURATION,
                            "How long a body, or the reading of an answer, may bring less than 16 KiB before it is ended.")
                    .withDefault("30s")
                    .atLeast(1000),
            ConfigKey.choice(
                            "http.h2c",
                            List.of("off", "loopback", "on"),
                            "Whether HTTP/2 is spoken without TLS too: never, where only this machine reaches the service, or always. Over TLS it is anyway (quarkus.http.http2).")
                    .withDefault("loopback"),
            ConfigKey.of(
                            "cache.size",
                            ConfigKey.Type.SIZE,
                            "Memory for contents of versions that were read or written lately; 0 for none. Never more than a quarter of the heap.")
                    .withDefault("64M"),
            ConfigKey.integer(
                            "retention.sessions",
                            1,
                            1_000_000,
                            "Lock sessions to keep for each state. The newest keeps all its versions, an older one its last.")
                    .withDefault("100")
                    .formerly("retention.versions"),
            ConfigKey.of(
                            "retention.age",
                            ConfigKey.Type.DURATION,
                            "How long a version is kept after it was superseded; without limit if not set.")
                    .atLeast(1),
            ConfigKey.integer(
                            "quarantine.max_documents",
                            0,
                            10_000,
                            "Rejected documents of lock holders to keep for each state.")
                    .withDefault("20")
                    .formerly("quarantine.keep"),
            ConfigKey.of(
                            "lock.max_clock_skew",
                            ConfigKey.Type.DURATION,
                            "How long after its end a lease still keeps others out.")
                    .withDefault("5s"),
            ConfigKey.of(
                            "lock.force_unlock",
                            ConfigKey.Type.BOOLEAN,
                            "Whether a lock may be broken without its id, as terraform force-unlock does.")
                    .withDefault("true"),
            ConfigKey.of(
                    "access.file",
                    ConfigKey.Type.PATH,
                    "A file of properties with users, tokens, issuers and rules, read again when it changes."),
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
                            "How long the holder of a lock may still write and unlock after its token has expired.")
                    .withDefault("1h")
                    .formerly("access.lock_grace"),
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
                    "A file that each change and each refusal is appended to, as lines of JSON; each replica needs its own."),
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
                            "What becomes of changes while the trail cannot be written: refuse them, or continue and tell in the trail how many lines are lost.")
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
                            "Whether the same lines go to the log, in the category 'audit'.")
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
                            "Whether states, their bytes, locks and the quarantine are counted for the metrics, behind requests.")
                    .withDefault("true"),
            ConfigKey.of(
                            "moved.keep",
                            ConfigKey.Type.DURATION,
                            "How long the old address of a state that was moved says where it went, instead of being free.")
                    .withDefault("100d")
                    .atLeast(60_000));

    static final KeyTable TABLE = new KeyTable(
            "kolumn.state.",
            Stream.concat(OWN.stream(), EncryptionKeys.ALL.stream()).toList());

    private ServiceKeys() {}
}
