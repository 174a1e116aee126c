package io.kolumn.state;

import java.time.Instant;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counts of a storage, for monitoring.
 *
 * @param states number of states with a current document
 * @param bytes stored bytes of all current documents
 * @param locks number of held locks, including expired leases that no one has taken since
 * @param oldestLock time of the oldest lock; null if there is none
 * @param quarantined number of quarantined documents
 */
public record StoreCount(
        long states, long bytes, long locks, @Nullable Instant oldestLock, long quarantined) {

    /** Prefix of the ids of attachments that are keys of states; they do not count as quarantined. */
    public static final String KEY = "key-";

    /**
     * Counts by reading all heads.
     *
     * @param quarantined number of quarantined documents of a state
     */
    public static StoreCount of(StateStore store, ToLongFunction<StateName> quarantined) {
        StoreCount count = new StoreCount(0, 0, 0, null, 0);
        ListQuery query = new ListQuery("", null, ListQuery.MAX_LIMIT, true, true);
        while (true) {
            HeadPage page = store.list(query);
            for (StateHead head : page.heads()) {
                count = count.with(head, quarantined.applyAsLong(head.name()));
            }
            if (!page.more()) {
                return count;
            }
            query = new ListQuery("", page.heads().getLast().name(), ListQuery.MAX_LIMIT, true, true);
        }
    }

    private StoreCount with(StateHead head, long documents) {
        StateVersion current = head.current();
        Lock lock = head.held();
        Instant oldest = lock == null || (oldestLock != null && oldestLock.isBefore(lock.acquired()))
                ? oldestLock
                : lock.acquired();
        return new StoreCount(
                states + (current == null ? 0 : 1),
                bytes + (current == null ? 0 : current.size()),
                locks + (lock == null ? 0 : 1),
                oldest,
                quarantined + documents);
    }

    public StoreCount withQuarantined(long number) {
        return new StoreCount(states, bytes, locks, oldestLock, number);
    }
}
