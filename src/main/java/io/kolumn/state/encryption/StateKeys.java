package io.kolumn.state.encryption;

import com.github.benmanes.caffeine.cache.Cache;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
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
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys of states: each state has some of its own, kept beside it and wrapped by a key of the provider. A new one is
 * made when the provider's active key is another than the one under which the last was made, so that who had an old key of
 * the provider reads nothing that is written under a new one.
 *
 * <p>The same key can be there several times, wrapped differently: to wrap it anew is to add one and then to drop those that
 * were there before. So of any number of processes that do this at the same time the last one's stays.
 */
final class StateKeys {

    private static final HexFormat HEX = HexFormat.of();

    /** A key that is in memory, and the newest version of its state that is known to be written since it was looked up. */
    private static final class Writing {
        private final StateKey key;
        private volatile String newest;

        Writing(StateKey key, @Nullable StateHead head) {
            this.key = key;
            this.newest =
                    head == null || head.current() == null ? "" : head.current().id();
        }

        /**
         * Returns whether nothing came in between. Numbers would not tell: those of a name begin again after a move. After a
         * version of another process the key is looked up again, since the state may have been purged before it.
         */
        boolean lives(@Nullable StateHead head) {
            return head != null && head.current() != null && head.current().id().equals(newest);
        }
    }

    private final StateStore store;
    private final KeyProvider provider;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final UnwrappedKeys unwrapped;
    private final Cache<StateName, Writing> writing;

    /** @param kept how long a key is kept in memory */
    StateKeys(StateStore store, KeyProvider provider, UnwrappedKeys unwrapped, Clock clock, Duration kept) {
        this.store = store;
        this.provider = provider;
        this.unwrapped = unwrapped;
        this.clock = clock;
        this.writing = UnwrappedKeys.cache(clock, kept);
    }

    /**
     * The key that the documents of this state are encrypted with from now on; made if there is none yet, or if the last one
     * is from before the state was plain on purpose, or was purged: such a one may be dropped at any moment.
     *
     * @param from the head over which is written; null if there is none
     * @param number of the version that is to be written
     * @param overPlain whether the version before it is plain, so that what is known of the key may be out of date
     */
    StateKey forWriting(StateName name, @Nullable StateHead from, long number, boolean overPlain) {
        String active = provider.active();
        Writing known = overPlain ? null : writing.getIfPresent(name);
        if (known != null && known.key.madeUnder().equals(active) && known.lives(from)) {
            return known.key;
        }
        List<StateVersion> quarantined = store.attachments(name);
        long plain = seals(name, quarantined).stream()
                .mapToLong(PlainSeal::from)
                .max()
                .orElse(0);
        long before = Math.max(plain, KeysEnd.last(quarantined));
        StateKey key = UnwrappedKeys.records(quarantined).stream()
                .filter(record -> record.madeUnder().equals(active) && (before == 0 || record.madeFor() > before))
                .min(Comparator.comparing(KeyRecord::key))
                .map(record -> continued(name, record, number))
                .orElseGet(() -> make(name, number));
        writing.put(name, new Writing(key, from));
        return key;
    }

    /** This version was written with the key. */
    void written(StateName name, StateKey key, StateVersion version) {
        Writing known = writing.getIfPresent(name);
        if (known != null && known.key.id().equals(key.id())) {
            known.newest = version.id();
        }
    }

    /**
     * Before a state is purged whose newest version has this number: what its keys were made for up to there is nothing any
     * more that anybody writes with. If the purge fails they only get a successor.
     */
    void end(StateName name, long number) {
        List<StateVersion> quarantined = store.attachments(name);
        if (KeysEnd.last(quarantined) < number && quarantined.stream().anyMatch(KeyRecord::named)) {
            StateDocument content = KeysEnd.content(number);
            store.putAttachment(name, KeysEnd.record(content, number, randomId(), now()), content);
        }
    }

    /** After it was purged. The end stays: a slow purge may yet drop what somebody wraps anew. */
    void drop(StateName name, long number) {
        writing.invalidate(name);
        unwrapped.forget(name);
        for (StateVersion version : store.attachments(name)) {
            boolean key = KeyRecord.of(version)
                    .filter(record -> record.madeFor() <= number)
                    .isPresent();
            boolean seal = PlainSeal.of(version)
                    .filter(plain -> plain.from() <= number)
                    .isPresent();
            if (key || seal || KeysEnd.before(version, number)) {
                store.deleteContent(name, version);
            }
        }
    }

    /** One of an earlier release is wrapped anew, bound to the first version that is known to be encrypted with it. */
    private StateKey continued(StateName name, KeyRecord record, long number) {
        StateKey key = unwrapped.read(name, record.key(), "Nothing can be written to state '" + name + "'");
        if (record.madeFor() == 0) {
            unwrapped.verify(name, record);
            long first = store.headWithHistory(name).stream()
                    .flatMap(indexed -> indexed.kept().stream())
                    .filter(StateVersion::sealed)
                    .mapToLong(StateVersion::number)
                    .min()
                    .orElse(number);
            long madeFor = Math.max(1, Math.min(first, number));
            keep(name, key, provider.wrap(key.secret(), UnwrappedKeys.aad(name, key.id(), madeFor)), madeFor);
            store.deleteContent(name, record.version());
        }
        return key;
    }

    private StateKey make(StateName name, long number) {
        byte[] secret = new byte[StateKey.BYTES];
        random.nextBytes(secret);
        String id = randomId();
        KeyProvider.Wrapped wrapped = provider.wrap(secret, UnwrappedKeys.aad(name, id, number));
        StateKey key = new StateKey(id, wrapped.key(), secret);
        keep(name, key, wrapped, number);
        unwrapped.remember(name, key);
        return key;
    }

    private String randomId() {
        byte[] id = new byte[16];
        random.nextBytes(id);
        return HEX.formatHex(id);
    }

    private void keep(StateName name, StateKey key, KeyProvider.Wrapped wrapped, long madeFor) {
        StateDocument content = StateDocument.sealed(List.of(wrapped.text().getBytes(StandardCharsets.US_ASCII)));
        KeyRecord record = KeyRecord.of(key, wrapped.key(), madeFor, randomId(), content, now());
        store.putAttachment(name, record.version(), content);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Seals that this version is plain on purpose. */
    void sealPlain(StateName name, long number) {
        StateKey key = unwrapped.records(name).stream()
                .flatMap(record -> unwrapped.open(name, record).stream())
                .findFirst()
                .orElseGet(() -> make(name, number));
        StateDocument content = PlainSeal.content(key, name, number);
        store.putAttachment(
                name, PlainSeal.of(key, content, number, randomId(), now()).version(), content);
    }

    /** Whether one of these numbers is sealed to be that of a plain version. */
    boolean plainSealed(StateName name, long least, long most) {
        return seals(name, store.attachments(name)).stream()
                .anyMatch(seal -> seal.from() >= least && seal.from() <= most);
    }

    /** Those that are right. */
    private List<PlainSeal> seals(StateName name, List<StateVersion> quarantined) {
        return quarantined.stream()
                .flatMap(version -> PlainSeal.of(version).stream())
                .filter(seal -> isRight(name, quarantined, seal))
                .toList();
    }

    private boolean isRight(StateName name, List<StateVersion> quarantined, PlainSeal seal) {
        StateDocument content = store.content(name, seal.version()).orElse(null);
        return content != null
                && UnwrappedKeys.records(quarantined).stream()
                        .anyMatch(record -> record.key().equals(seal.key()))
                && seal.isMadeWith(
                        unwrapped.read(name, seal.key(), "State '" + name + "' cannot be read"), name, content);
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
        Map<String, List<KeyRecord>> keys = unwrapped.records(name).stream()
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
        StateKey key = unwrapped.read(name, id, "A key of state '" + name + "' cannot be rewrapped");
        long madeFor = before.stream()
                .filter(record -> unwrapped.open(name, record).isPresent())
                .mapToLong(KeyRecord::madeFor)
                .max()
                .orElse(0);
        byte[] aad = UnwrappedKeys.aad(name, id, madeFor);
        KeyProvider.Wrapped wrapped = provider.wrap(key.secret(), aad);
        if (provider.unwrap(wrapped, aad).filter(key::sameAs).isEmpty()) {
            throw new Unavailable(
                    "A key of state '" + name + "' was not rewrapped: key '" + wrapped.key()
                            + "' does not unwrap its own result. Nothing was changed.",
                    null);
        }
        keep(name, key, wrapped, madeFor);
        before.forEach(record -> store.deleteContent(name, record.version()));
    }
}
