package io.kolumn.state.encryption;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Wraps the keys of all states by the provider's active key, so that its older ones can go. No document is read or written.
 * Ended at any moment it leaves every key readable; run again, it goes on with what is left. Safe beside a service that
 * works on the same storage, and beside itself.
 */
public final class KeyRotation {

    /**
     * What it came to.
     *
     * @param states how many states were looked at, deleted ones among them
     * @param rewrapped how many keys were wrapped anew
     * @param current how many keys were wrapped by the active key already
     * @param failures what was said of states of which not all keys could be unwrapped, by name; they are as they were
     */
    public record Outcome(long states, long rewrapped, long current, Map<StateName, String> failures) {

        public Outcome {
            failures = Map.copyOf(failures);
        }
    }

    private final StateStore store;
    private final StateKeys keys;

    /** @param store what an {@link EncryptedStore} stands before, not that one itself; nothing is closed */
    public KeyRotation(StateStore store, KeyProvider provider, Clock clock) {
        this.store = store;
        this.keys = new StateKeys(store, provider, clock, Duration.ofMinutes(1));
    }

    /**
     * Goes through all states with this prefix.
     *
     * @param stop is asked before each state whether to end; what is left is for the next run
     * @throws Unavailable if the storage cannot list its states
     */
    public Outcome run(String prefix, BooleanSupplier stop) {
        Map<StateName, String> failures = new TreeMap<>();
        long states = 0;
        long rewrapped = 0;
        long current = 0;
        StateName after = null;
        HeadPage page;
        do {
            page = page(prefix, after);
            for (StateHead head : page.heads()) {
                if (stop.getAsBoolean()) {
                    return new Outcome(states, rewrapped, current, failures);
                }
                after = head.name();
                states++;
                try {
                    StateKeys.Rewrapped result = keys.rewrap(after);
                    rewrapped += result.rewrapped();
                    current += result.current();
                } catch (Unavailable e) {
                    failures.put(after, String.valueOf(e.getMessage()));
                }
            }
        } while (page.more());
        return new Outcome(states, rewrapped, current, failures);
    }

    private HeadPage page(String prefix, @Nullable StateName after) {
        return store.list(new ListQuery(prefix, after, ListQuery.MAX_LIMIT, true, true));
    }

    /**
     * How many keys of states each key of the provider wraps: one that wraps none can go.
     *
     * @throws Unavailable if the storage cannot be read
     */
    public Map<String, Long> wrappedBy(String prefix) {
        Map<String, Long> counts = new TreeMap<>();
        StateName after = null;
        HeadPage page;
        do {
            page = page(prefix, after);
            for (StateHead head : page.heads()) {
                after = head.name();
                keys.records(after).forEach(record -> counts.merge(record.wrappedBy(), 1L, Long::sum));
            }
        } while (page.more());
        return counts;
    }
}
