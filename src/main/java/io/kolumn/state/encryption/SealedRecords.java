package io.kolumn.state.encryption;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import java.util.Optional;

/**
 * The two records of an encrypted version. The store below has the one of the envelope: its format is {@code SEALED}, size
 * and sha-256 are the envelope's, and its operation begins with what the document's own record says there: format, size and
 * sha-256. Everything else is the same in both, so that the one follows from the other without reading a content; the other
 * way round the store is asked, unless it was seen lately.
 */
final class SealedRecords {

    /** Records that are kept in mind; one takes some 500 bytes. */
    private static final int MAX_ENTRIES = 20_000;

    private record Key(StateName name, long number, String id) {
        static Key of(StateName name, StateVersion version) {
            return new Key(name, version.number(), version.id());
        }
    }

    private final StateStore store;
    private final Cache<Key, StateVersion> seen = Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .executor(Runnable::run)
            .build();

    SealedRecords(StateStore store) {
        this.store = store;
    }

    static StateVersion sealed(StateVersion plain, StateDocument envelope) {
        return with(
                plain,
                StateDocument.Format.SEALED,
                envelope.sha256(),
                envelope.size(),
                String.join(
                        " ", plain.format().name(), Long.toString(plain.size()), plain.sha256(), plain.operation()));
    }

    /** The record of the document itself, whether it is encrypted or not. */
    static StateVersion plain(StateName name, StateVersion kept) {
        if (!kept.sealed()) {
            return kept;
        }
        try {
            String[] facts = kept.operation().split(" ", 4);
            return with(kept, StateDocument.Format.valueOf(facts[0]), facts[2], Long.parseLong(facts[1]), facts[3]);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new Unavailable(
                    "The record of version " + kept.number() + " of state '" + name + "' (id " + kept.id()
                            + ") is damaged in the storage: the data about its encryption is missing.",
                    e);
        }
    }

    private static StateVersion with(
            StateVersion version, StateDocument.Format format, String sha256, long size, String operation) {
        return new StateVersion(
                version.number(),
                version.id(),
                format,
                version.empty(),
                version.serial(),
                version.lineage(),
                sha256,
                size,
                version.created(),
                version.author(),
                operation,
                version.fence());
    }

    /** As {@link #plain}, of a version; keeps in mind what the store has. */
    StateVersion seen(StateName name, StateVersion kept) {
        seen.put(Key.of(name, kept), kept);
        return plain(name, kept);
    }

    /** The record that the store has; empty if it does not keep this version, or no longer. */
    Optional<StateVersion> kept(StateName name, StateVersion plain) {
        StateVersion known = seen.getIfPresent(Key.of(name, plain));
        if (known != null) {
            return Optional.of(known);
        }
        Optional<StateVersion> kept = plain.number() == 0
                ? store.attachments(name).stream()
                        .filter(record -> record.id().equals(plain.id()))
                        .findFirst()
                : store
                        .history(name, plain.number() == Long.MAX_VALUE ? plain.number() : plain.number() + 1, 1)
                        .stream()
                        .filter(record ->
                                record.number() == plain.number() && record.id().equals(plain.id()))
                        .findFirst();
        return kept.isEmpty() || plain.number() == 0 ? kept : Optional.of(remembered(name, kept.get()));
    }

    private StateVersion remembered(StateName name, StateVersion kept) {
        seen.put(Key.of(name, kept), kept);
        return kept;
    }

    void forget(StateName name, StateVersion version) {
        seen.invalidate(Key.of(name, version));
    }
}
