package io.kolumn.state.config;

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
            ConfigKey.of("max_document_size", ConfigKey.Type.SIZE, "The largest document that is accepted.")
                    .withDefault("256M")
                    .atLeast(1024),
            ConfigKey.of(
                            "max_in_flight",
                            ConfigKey.Type.SIZE,
                            "Memory for all documents that are being received or sent; beyond it requests wait, then get 503. Never more than half of the heap.")
                    .withDefault("512M")
                    .atLeast(1024),
            ConfigKey.of(
                            "cache.size",
                            ConfigKey.Type.SIZE,
                            "Memory for contents of versions that were read or written lately; 0 for none. Never more than a quarter of the heap.")
                    .withDefault("64M"),
            ConfigKey.integer(
                            "retention.versions",
                            1,
                            1_000_000,
                            "How many lock sessions of a state are kept: of the versions written under one older lock only the last.")
                    .withDefault("100"),
            ConfigKey.of(
                            "retention.age",
                            ConfigKey.Type.DURATION,
                            "How long a version is kept after it was superseded; without limit if not set.")
                    .atLeast(1),
            ConfigKey.integer(
                            "quarantine.keep",
                            0,
                            10_000,
                            "How many refused documents that carried a lock id are kept beside a state.")
                    .withDefault("20"),
            ConfigKey.of(
                            "lock.max_clock_skew",
                            ConfigKey.Type.DURATION,
                            "How long after its end a lease still keeps others out.")
                    .withDefault("5s"),
            ConfigKey.of(
                            "lock.force_unlock",
                            ConfigKey.Type.BOOLEAN,
                            "Whether a lock may be broken without its id, as terraform force-unlock does.")
                    .withDefault("true"));

    static final KeyTable TABLE = new KeyTable(
            "kolumn.state.",
            Stream.concat(OWN.stream(), EncryptionKeys.ALL.stream()).toList());

    private ServiceKeys() {}
}
