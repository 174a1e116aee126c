package io.kolumn.state.encryption;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The wrapped keys of states, and what they are unwrapped. An unwrapped key is kept in memory for a while, so that not each
 * read asks the provider. What is read off a record is believed once the record was verified.
 */
final class UnwrappedKeys {

    /** Unwrapped keys that are kept in memory. */
    private static final int MAX_ENTRIES = 10_000;

    /** How often the wrapped keys are looked at again when one went while it was to be read. */
    private static final int LOOKS = 8;

    private record Known(StateName name, String key) {}

    private record Verified(StateName name, String record, long madeFor, String wrappedBy) {}

    private final StateStore store;
    private final KeyProvider provider;
    private final Cache<Known, StateKey> unwrapped;
    private final Cache<Verified, Boolean> verified;

    /** @param kept how long an unwrapped key is kept in memory */
    UnwrappedKeys(StateStore store, KeyProvider provider, Clock clock, Duration kept) {
        this.store = store;
        this.provider = provider;
        this.unwrapped = cache(clock, kept);
        this.verified = cache(clock, kept);
    }

    /** Returns a cache of keys by states, whose entries expire by this clock. */
    static <K, V> Cache<K, V> cache(Clock clock, Duration kept) {
        Ticker ticker = () -> Duration.between(Instant.EPOCH, clock.instant()).toNanos();
        return Caffeine.newBuilder()
                .maximumSize(MAX_ENTRIES)
                .expireAfterWrite(kept)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** The keys of a state as they are wrapped. */
    List<KeyRecord> records(StateName name) {
        return records(store.attachments(name));
    }

    static List<KeyRecord> records(List<StateVersion> quarantined) {
        return quarantined.stream()
                .flatMap(version -> KeyRecord.of(version).stream())
                .toList();
    }

    /**
     * A key of a state.
     *
     * @param what begins the message if it cannot be had
     * @throws Unavailable saying which key is missing
     */
    StateKey read(StateName name, String key, String what) {
        StateKey known = unwrapped.getIfPresent(new Known(name, key));
        if (known != null) {
            return known;
        }
        Set<String> missing = new TreeSet<>();
        for (int look = 0; look < LOOKS; look++) {
            List<KeyRecord> records = records(name).stream()
                    .filter(record -> record.key().equals(key))
                    .toList();
            if (records.isEmpty()) {
                throw new Unavailable(
                        what + ": its key " + key + " is missing in the storage. Restore the storage from a backup.",
                        null);
            }
            Optional<StateKey> found = firstOf(name, records, missing);
            if (found.isPresent()) {
                unwrapped.put(new Known(name, key), found.get());
                return found.get();
            }
            if (!missing.isEmpty()) {
                throw new Unavailable(
                        what + ": its key is wrapped by '" + String.join("', '", missing)
                                + "', which this service does not have (kolumn.state.encryption.*). Add the key again. Without it"
                                + " the document is lost.",
                        null);
            }
        }
        throw new Unavailable(what + ": its key is being rewrapped. Try again.", null);
    }

    /** Takes a key that was just made. */
    void remember(StateName name, StateKey key) {
        unwrapped.put(new Known(name, key.id()), key);
    }

    /** Forgets the keys of a state. */
    void forget(StateName name) {
        unwrapped.asMap().keySet().removeIf(known -> known.name().equals(name));
    }

    /**
     * The highest number, up to this one, that a key of the state was made for; 0 if there is none.
     *
     * @throws Unavailable if a key was altered, or cannot be unwrapped, so that nobody knows
     */
    long madeFor(StateName name, long number) {
        List<KeyRecord> records = records(name);
        records.forEach(record -> verify(name, record));
        return records.stream()
                .mapToLong(KeyRecord::madeFor)
                .filter(madeFor -> madeFor <= number)
                .max()
                .orElse(0);
    }

    /** That it is what it was when the key was wrapped; not by a key that is in memory. */
    void verify(StateName name, KeyRecord record) {
        Verified key = new Verified(name, record.version().id(), record.madeFor(), record.wrappedBy());
        if (verified.getIfPresent(key) == null) {
            if (open(name, record).isEmpty()) {
                throw new Unavailable(
                        "It is unknown which versions of state '" + name
                                + "' are encrypted: a key of the state is missing, or wrapped by '" + record.wrappedBy()
                                + "', which this service does not have (kolumn.state.encryption.*). Add the key again.",
                        null);
            }
            verified.put(key, true);
        }
    }

    /** Empty if none can be unwrapped; {@code missing} gets the ids of the provider's keys that are not known. */
    private Optional<StateKey> firstOf(StateName name, List<KeyRecord> records, Set<String> missing) {
        for (KeyRecord record : records) {
            Optional<StateDocument> content = store.content(name, record.version());
            Optional<StateKey> key = content.flatMap(wrapped -> open(name, record, wrapped));
            if (key.isPresent()) {
                return key;
            }
            if (content.isPresent()) {
                missing.add(record.wrappedBy());
            }
        }
        return Optional.empty();
    }

    /** Returns the unwrapped key; empty if it is gone, or if the provider does not know the key that wrapped it. */
    Optional<StateKey> open(StateName name, KeyRecord record) {
        return store.content(name, record.version()).flatMap(wrapped -> open(name, record, wrapped));
    }

    /** Empty if the provider does not know the key that wrapped it. */
    private Optional<StateKey> open(StateName name, KeyRecord record, StateDocument wrapped) {
        String text = new String(wrapped.toBytes(), StandardCharsets.US_ASCII);
        return provider.unwrap(
                        new KeyProvider.Wrapped(record.wrappedBy(), text), aad(name, record.key(), record.madeFor()))
                .map(secret -> new StateKey(record.key(), record.madeUnder(), secret));
    }

    /** What a key is wrapped with, so that none of this can be altered; 0 is that of an earlier release. */
    static byte[] aad(StateName name, String id, long madeFor) {
        StateKey.Bound aad = new StateKey.Bound("key").text(name.value()).text(id);
        return madeFor == 0 ? aad.bytes() : aad.number(madeFor).bytes();
    }
}
