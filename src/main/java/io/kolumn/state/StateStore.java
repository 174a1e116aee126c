package io.kolumn.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The contract of a storage: heads that change by compare-and-set, and immutable versions. A store has no rules, no
 * lock logic, no clock and no retry of a rejected commit: {@code StateBackend} has them.
 *
 * <p>Many threads and processes may call every method at once on the same storage. If the storage is unavailable,
 * methods throw {@link StateException.Unavailable} with the exception of the library as its cause. Messages contain
 * no credentials or statements. {@code StateStoreContract}, in {@code kolumn-state-contract}, is this specification as
 * tests.
 */
public interface StateStore extends AutoCloseable {

    /**
     * Returns the head of a state, also of a deleted one, or empty if the name never had a commit.
     *
     * <p>Linearizable: it shows every commit that returned true, in any process, before this call began. It never
     * comes from a cache that can miss commits of other processes.
     */
    Optional<StateHead> head(StateName name);

    /**
     * Returns the last head that this handle read or wrote, which may be outdated, or empty. A store may always
     * return empty. A writer uses it to save a request: its decision counts only if the commit succeeds, and a
     * rejection never relies on it.
     */
    default Optional<StateHead> recent(StateName name) {
        return Optional.empty();
    }

    /**
     * Returns the exact bytes of a version or of an attachment, or empty if there is no such content, such as just
     * after its deletion. They are verified as in {@link StateDocument#stored}: by size and sha-256 of the record,
     * and an encrypted version by its size.
     *
     * @throws StateException.Unavailable if the content does not match the record (damaged)
     */
    Optional<StateDocument> content(StateName name, StateVersion version);

    /**
     * Atomically replaces the head {@code from} (or none) by {@code to}, adds the new version if there is one, and
     * drops the records that {@code to} no longer keeps.
     *
     * <p>Returns true when the commit is done and durable: head and content survive a crash of this process and of
     * the storage. Returns false if the head is no longer {@code from}. Then, and after an exception, no head refers
     * to the new version, and its staged content is an orphan. Contents become durable before the head that refers to
     * them.
     *
     * @throws StateException.Unavailable if it failed; with {@code outcomeUnknown} if it may have happened
     */
    boolean commit(Transition transition);

    /**
     * Returns when the present content of this state is as durable as after a {@link #commit} that returned true. It
     * is called before answering that a change was done before, as for a retry. A storage that only shows durable
     * content does nothing.
     *
     * @throws StateException.Unavailable with {@code outcomeUnknown} if that is uncertain
     */
    default void confirm(StateName name) {}

    /** Returns calls for many states at once, or empty if the store does not benefit from them. */
    default Optional<StoreBatch> batch() {
        return Optional.empty();
    }

    /**
     * Returns heads in byte order of their names. A head that changes during a listing is returned as before or as
     * after.
     */
    HeadPage list(ListQuery query);

    /**
     * Returns the locked heads, in byte order of their names. By default it reads all heads with the prefix; a store
     * with separate locks overrides it.
     *
     * @param prefix of the names, as plain text; empty for all
     * @param after only names after this one; null from the start
     * @param limit the maximum number of heads, 1 to {@value ListQuery#MAX_LIMIT}
     */
    default HeadPage locked(String prefix, @Nullable StateName after, int limit) {
        List<StateHead> locked = new ArrayList<>();
        StateName last = after;
        while (true) {
            HeadPage page = list(new ListQuery(prefix, last, ListQuery.MAX_LIMIT, true, true));
            for (StateHead head : page.heads()) {
                if (head.lock() != null) {
                    if (locked.size() == limit) {
                        return new HeadPage(locked, true);
                    }
                    locked.add(head);
                }
            }
            if (!page.more()) {
                return new HeadPage(locked, false);
            }
            last = page.heads().getLast().name();
        }
    }

    /** Returns approximate counts. It may read everything, so it is called rarely and in the background. */
    default StoreCount count() {
        return StoreCount.of(
                this,
                name -> attachments(name).stream()
                        .filter(record -> !record.id().startsWith(StoreCount.KEY))
                        .count());
    }

    /**
     * Returns the records of the kept versions below {@code before}, newest first, at most {@code limit}; empty if
     * there is no such state. The store's records define what is a version; a listing of files or keys does not.
     */
    List<StateVersion> history(StateName name, long before, int limit);

    /**
     * Returns the head with all of {@link #history}, consistently, or empty if the name never had a commit. A store
     * that keeps them together overrides it.
     *
     * @throws StateException.Unavailable also if the head kept changing
     */
    default Optional<HeadWithHistory> headWithHistory(StateName name) {
        Optional<StateHead> head = head(name);
        for (int look = 0; look < 16; look++) {
            List<StateVersion> kept = history(name, Long.MAX_VALUE, Integer.MAX_VALUE);
            Optional<StateHead> after = head(name);
            if (after.map(StateHead::revision).equals(head.map(StateHead::revision))) {
                return head.map(there -> new HeadWithHistory(there, kept));
            }
            head = after;
        }
        throw StateException.Unavailable.forEverybody(
                "State '" + name + "' is being changed by others. Try again.", null);
    }

    /**
     * Deletes the content of a version that the head no longer keeps, or an attachment with its record. Missing
     * content is not an error.
     */
    void deleteContent(StateName name, StateVersion version);

    /**
     * Stores an attachment beside the state, independent of its head. It is durable when this returns. The record has
     * number 0; an attachment with the same id is replaced.
     */
    void putAttachment(StateName name, StateVersion record, StateDocument document);

    /** Returns the records of all attachments of this state, oldest first. */
    List<StateVersion> attachments(StateName name);

    /**
     * Returns how many attachments each of these states has, without those whose ids start with {@value StoreCount#KEY}.
     * A state without any is not in the result. Empty, as by default, if the store could only ask for each state alone.
     *
     * @param names at most {@value ListQuery#MAX_LIMIT}
     */
    default Optional<Map<StateName, Integer>> attached(Collection<StateName> names) {
        return Optional.empty();
    }

    /**
     * Returns the locations of orphans of this state: contents without a reference, from interrupted or lost commits,
     * or of commits in progress. They are texts for people; empty if the store has none or cannot list them.
     */
    default List<String> orphans(StateName name) {
        return List.of();
    }

    /**
     * Removes the orphans of this state that are older than {@code age}. A commit that was in progress all that time
     * must fail instead of losing its content.
     *
     * @return the number of removed orphans
     */
    default int sweep(StateName name, Duration age) {
        return 0;
    }

    /**
     * Removes other traces of purged data, after records and contents: copies of it, and for a whole state everything
     * of its versions up to this number, such as keys. Indexes are such traces. The head stays with its counters. A store without such traces
     * does nothing.
     *
     * @param versions the number of the newest version of a purged state; 0 if only a part was purged
     */
    default void clear(StateName name, long versions) {}

    /**
     * Returns the tables in which the inventory searches, or empty if the storage cannot search or must not see what is
     * in documents.
     */
    default Optional<ResourceTable> resources() {
        return Optional.empty();
    }

    /**
     * Returns the documents in which the inventory keeps indexes, or empty if the storage keeps none. Then indexes are made
     * again in memory by each process.
     */
    default Optional<IndexDocuments> indexes() {
        return Optional.empty();
    }

    /**
     * Returns messages between the processes that use this storage, or empty if it carries none. Then others find changes
     * by comparing heads.
     */
    default Optional<StoreSignals> signals() {
        return Optional.empty();
    }

    /**
     * Checks whether the storage can be read and written now. Cheap, repeatable and safe to call concurrently. An
     * unavailable storage is a result, not an exception.
     */
    StoreCheck check();

    /**
     * Releases the resources of the store; committed data stays. Later calls throw {@link
     * StateException.Unavailable}.
     */
    @Override
    void close();
}
