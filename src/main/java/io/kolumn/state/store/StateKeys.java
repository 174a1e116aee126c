package io.kolumn.state.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The keys of states: each state has some of its own, kept beside it and wrapped by a key of the provider. A new one is
 * made when the provider's active key is another than the one under which the last was made, so that who had an old key of
 * the provider reads nothing that is written under a new one.
 *
 * <p>The same key can be there several times, wrapped differently: to wrap it anew is to add one and then to drop those that
 * were there before. So of any number of processes that do this at the same time the last one's stays.
 */
final class StateKeys {

    /** Unwrapped keys that are kept in memory. */
    private static final int MOST = 10_000;

    /** How often the wrapped keys are looked at again when one went while it was to be read. */
    private static final int LOOKS = 8;

    private static final HexFormat HEX = HexFormat.of();

    private record Known(StateName name, String key) {}

    private final StateStore store;
    private final KeyProvider provider;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Cache<Known, StateKey> unwrapped;
    private final Cache<StateName, StateKey> writing;

    /** @param kept how long an unwrapped key is kept in memory */
    StateKeys(StateStore store, KeyProvider provider, Clock clock, Duration kept) {
        this.store = store;
        this.provider = provider;
        this.clock = clock;
        this.unwrapped = cache(clock, kept);
        this.writing = cache(clock, kept);
    }

    private static <K, V> Cache<K, V> cache(Clock clock, Duration kept) {
        Ticker ticker = () -> Duration.between(Instant.EPOCH, clock.instant()).toNanos();
        return Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(kept)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** The key that the documents of this state are encrypted with from now on; made if there is none yet. */
    StateKey forWriting(StateName name) {
        String active = provider.active();
        StateKey known = writing.getIfPresent(name);
        if (known != null && known.madeUnder().equals(active)) {
            return known;
        }
        StateKey key = records(name).stream()
                .filter(record -> record.madeUnder().equals(active))
                .min(Comparator.comparing(KeyRecord::key))
                .map(record -> read(name, record.key(), "Nothing can be written to state '" + name + "'"))
                .orElseGet(() -> make(name));
        writing.put(name, key);
        return key;
    }

    private StateKey make(StateName name) {
        byte[] secret = new byte[StateKey.BYTES];
        random.nextBytes(secret);
        String id = randomId();
        KeyProvider.Wrapped wrapped = provider.wrap(secret, bound(name, id));
        StateKey key = new StateKey(id, wrapped.key(), secret);
        keep(name, key, wrapped);
        unwrapped.put(new Known(name, id), key);
        return key;
    }

    private String randomId() {
        byte[] id = new byte[16];
        random.nextBytes(id);
        return HEX.formatHex(id);
    }

    private static byte[] bound(StateName name, String id) {
        return new StateKey.Bound("key").text(name.value()).text(id).bytes();
    }

    private void keep(StateName name, StateKey key, KeyProvider.Wrapped wrapped) {
        StateDocument content = StateDocument.sealed(List.of(wrapped.text().getBytes(StandardCharsets.US_ASCII)));
        KeyRecord record = KeyRecord.of(
                key, wrapped.key(), randomId(), content, clock.instant().truncatedTo(ChronoUnit.MICROS));
        store.setAside(name, record.version(), content);
    }

    /** The keys of a state as they are wrapped. */
    List<KeyRecord> records(StateName name) {
        return store.aside(name).stream()
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
                                + "', which is not among the keys of this service (kolumn.state.encryption.*). Add it"
                                + " again; without it the document is lost.",
                        null);
            }
        }
        throw new Unavailable(what + ": its key is wrapped anew all the time; try again.", null);
    }

    /** Empty if none can be unwrapped; {@code missing} gets the ids of the provider's keys that are not known. */
    private Optional<StateKey> firstOf(StateName name, List<KeyRecord> records, Set<String> missing) {
        for (KeyRecord record : records) {
            Optional<StateDocument> content = store.content(name, record.version());
            if (content.isPresent()) {
                String text = new String(content.get().toBytes(), StandardCharsets.US_ASCII);
                Optional<byte[]> secret =
                        provider.unwrap(new KeyProvider.Wrapped(record.wrappedBy(), text), bound(name, record.key()));
                if (secret.isPresent()) {
                    return Optional.of(new StateKey(record.key(), record.madeUnder(), secret.get()));
                }
                missing.add(record.wrappedBy());
            }
        }
        return Optional.empty();
    }

    /**
     * What wrapping the keys of a state anew came to.
     *
     * @param rewrapped how many were wrapped anew
     * @param current how many were wrapped by the active key already
     */
    record Rewrapped(int rewrapped, int current) {}

    /**
     * Wraps each key of a state by the active key, unless it is so already.
     *
     * @throws Unavailable if one cannot be unwrapped; those before it are done
     */
    Rewrapped rewrap(StateName name) {
        String active = provider.active();
        Map<String, List<KeyRecord>> keys = records(name).stream()
                .collect(Collectors.groupingBy(KeyRecord::key, TreeMap::new, Collectors.toCollection(ArrayList::new)));
        int rewrapped = 0;
        for (Map.Entry<String, List<KeyRecord>> key : keys.entrySet()) {
            List<KeyRecord> before = key.getValue();
            if (before.size() > 1 || !before.getFirst().wrappedBy().equals(active)) {
                rewrap(name, key.getKey(), before);
                rewrapped++;
            }
        }
        return new Rewrapped(rewrapped, keys.size() - rewrapped);
    }

    private void rewrap(StateName name, String id, List<KeyRecord> before) {
        StateKey key = read(name, id, "A key of state '" + name + "' cannot be wrapped anew");
        KeyProvider.Wrapped wrapped = provider.wrap(key.secret(), bound(name, id));
        if (provider.unwrap(wrapped, bound(name, id)).filter(key::sameAs).isEmpty()) {
            throw new Unavailable(
                    "A key of state '" + name + "' was not wrapped anew: key '" + wrapped.key() + "' does not give back"
                            + " what it wrapped. Nothing was changed.",
                    null);
        }
        keep(name, key, wrapped);
        before.forEach(record -> store.forget(name, record.version()));
    }
}
