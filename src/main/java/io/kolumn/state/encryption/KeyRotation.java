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
 * Rewraps the keys of all states with the provider's active key, so that older ones can be removed. Reads and writes
 * no document. It can be interrupted at any time and run again, also beside a service on the same storage.
 */
public final class KeyRotation {

    /**
     * The result.
     *
     * @param states the number of checked states, including deleted ones
     * @param rewrapped the number of rewrapped keys
     * @param current the number of keys that the active key wrapped before
     * @param failures errors by the name of states with keys that could not be unwrapped; they are unchanged
     */
    public record Outcome(long states, long rewrapped, long current, Map<StateName, String> failures) {

        public Outcome {
            failures = Map.copyOf(failures);
        }
    }

    /** How long an unwrapped key is kept in memory. */
    private static final Duration KEPT = Duration.ofMinutes(1);

    private final StateStore store;
    private final UnwrappedKeys unwrapped;
    private final StateKeys keys;

    /** @param store the store below an {@link EncryptedStore}; it is not closed */
    public KeyRotation(StateStore store, KeyProvider provider, Clock clock) {
        this.store = store;
        this.unwrapped = new UnwrappedKeys(store, provider, clock, KEPT);
        this.keys = new StateKeys(store, provider, unwrapped, clock, KEPT);
    }

    /**
     * Rewraps the keys of all states with this prefix.
     *
     * @param stop checked before each state; true to end early
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
     * Counts the keys of states by their wrapping key. A wrapping key without any can be removed.
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
                unwrapped.records(after).forEach(record -> counts.merge(record.wrappedBy(), 1L, Long::sum));
            }
        } while (page.more());
        return counts;
    }
}
