package io.kolumn.state.encryption;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which plain versions of a state are right although it has encrypted ones: those from before the first one, and those
 * that a service wrote which was told not to encrypt. Such a service seals the number of the first of them by a key of
 * the state, so that nobody who can write the storage alone can go back to plain documents.
 *
 * <p>That the state was encrypted is told by its keys, each of which is bound to the number of the first version that it
 * was made for, and by the encrypted versions that are kept.
 */
final class PlainVersions {

    /** Answers that are kept in mind. */
    private static final int MAX_ENTRIES = 10_000;

    private record Version(StateName name, long number, String id) {}

    private final StateStore store;
    private final StateKeys keys;
    private final UnwrappedKeys unwrapped;
    private final Cache<Version, Boolean> right;

    /** The least number from which on plain versions are sealed to be right, by state; as long as none is encrypted. */
    private final Cache<StateName, Long> since;

    PlainVersions(StateStore store, StateKeys keys, UnwrappedKeys unwrapped, Duration kept) {
        this.store = store;
        this.keys = keys;
        this.unwrapped = unwrapped;
        this.right = cache(kept);
        this.since = cache(kept);
    }

    private static <K, V> Cache<K, V> cache(Duration kept) {
        return Caffeine.newBuilder()
                .maximumSize(MAX_ENTRIES)
                .expireAfterWrite(kept)
                .executor(Runnable::run)
                .build();
    }

    /**
     * Before a plain version is read.
     *
     * @throws Unavailable if the state was encrypted before it and nothing sealed says that it may be plain
     */
    void check(StateName name, StateVersion version) {
        Version key = new Version(name, version.number(), version.id());
        if (version.number() == 0 || right.getIfPresent(key) != null) {
            return;
        }
        if (!right(name, version.number())) {
            throw new Unavailable(
                    "Version " + version.number() + " of state '" + name + "' (id " + version.id()
                            + ") is not encrypted, although earlier versions are. It was not written by this service. Restore"
                            + " an older version, or the storage from a backup.",
                    null);
        }
        right.put(key, true);
    }

    /** Before a plain version is written over this head: seals its number if the state is encrypted up to there. */
    void seal(StateName name, @Nullable StateHead from, long number) {
        StateVersion current = from == null ? null : from.current();
        Long known = since.getIfPresent(name);
        if (known != null && known < number && current != null && !current.sealed()) {
            return;
        }
        if (!right(name, number)) {
            keys.sealPlain(name, number);
        }
        since.put(name, number);
    }

    private boolean right(StateName name, long number) {
        long encrypted = Math.max(unwrapped.madeFor(name, number), lastSealed(name, number) + 1);
        return encrypted == 0 || keys.plainSealed(name, encrypted, number);
    }

    /** The highest number of an encrypted version that is kept, below this one; -1 if there is none. */
    private long lastSealed(StateName name, long number) {
        return store.headWithHistory(name).map(HeadWithHistory::kept).stream()
                .flatMap(kept -> kept.stream())
                .filter(kept -> kept.sealed() && kept.number() < number)
                .mapToLong(StateVersion::number)
                .max()
                .orElse(-1);
    }
}
