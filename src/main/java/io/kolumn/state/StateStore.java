package io.kolumn.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The contract of a storage: heads that change by compare-and-set, and versions that never change. A store holds no
 * rule, no lock logic, no clock and no retry of a refused commit: all that is in {@code StateBackend}.
 *
 * <p>Every method may be called by many threads at once and from many processes on the same storage. A storage that
 * cannot answer throws {@link StateException.Unavailable}, whatever its own library threw, with that as its cause; no
 * message holds a credential or a statement. {@code StateStoreContract}, in the test-jar, is this specification as
 * tests.
 */
public interface StateStore extends AutoCloseable {

    /**
     * The head of a state, a tombstone's too; empty if there never was a commit for the name.
     *
     * <p>Linearizable: it shows every commit that has returned true, in any process, before this call began. It is never
     * answered from a cache that another process's commit does not reach.
     */
    Optional<StateHead> head(StateName name);

    /**
     * The head as this handle saw or made it last; it may have moved since. Empty if it is not remembered, which is all
     * that a store must do. A writer starts from it to save a question; what it decides counts only if its commit succeeds,
     * and a refusal is never given from it.
     */
    default Optional<StateHead> recent(StateName name) {
        return Optional.empty();
    }

    /**
     * The exact bytes of a version, or of a quarantined document, proven as {@link StateDocument#stored} does it:
     * against the size and sha-256 of the record, an encrypted version against its size alone; empty if there is no such content, perhaps because it was just forgotten.
     *
     * @throws StateException.Unavailable if the content is there and not that of the record (damaged)
     */
    Optional<StateDocument> content(StateName name, StateVersion version);

    /**
     * Replaces the head {@code from} (or none) by {@code to}, with the new version if there is one, and drops the
     * records that {@code to} no longer keeps: all of it or nothing.
     *
     * <p>Returns true when it is done and durable: head and content survive a crash of this process and of the storage.
     * Returns false when the head is not {@code from} any more; then, as when it throws, no head points at the new
     * version and what was staged for it is an orphan. Contents become durable before the head that points at them.
     *
     * @throws StateException.Unavailable if it failed; with {@code outcomeUnknown} if it may have happened nevertheless
     */
    boolean commit(Transition transition);

    /**
     * Returns when what is there of this state is as durable as what {@link #commit} returned true for. Asked before an
     * answer that says "it stands already", which a second try gets. A storage that shows nothing but that has nothing to
     * do.
     *
     * @throws StateException.Unavailable with {@code outcomeUnknown} if that is not certain
     */
    default void confirm(StateName name) {}

    /** What the store does for many states at once; empty if that gains nothing. */
    default Optional<StoreBatch> batch() {
        return Optional.empty();
    }

    /** Heads in byte order of their names. A head that changes during a listing shows as before or as after. */
    HeadPage list(ListQuery query);

    /**
     * The heads that have a lock, in byte order of their names. A storage that keeps its locks apart finds them there;
     * this looks at all heads with the prefix.
     *
     * @param prefix that names start with, as plain text; empty for all
     * @param after only names after this one; null from the start
     * @param limit at most so many, 1 to {@value ListQuery#MAX_LIMIT}
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

    /** How much there is, about. It may look at everything, so it is asked rarely and behind requests. */
    default StoreCount count() {
        return StoreCount.of(
                this,
                name -> attachments(name).stream()
                        .filter(record -> !record.id().startsWith(StoreCount.KEY))
                        .count());
    }

    /**
     * The records of the kept versions with a number below {@code before}, newest first, at most {@code limit}; empty if
     * there is no such state. The store's own record says what is a version, a listing of files or keys never does.
     */
    List<StateVersion> history(StateName name, long before, int limit);

    /**
     * The head with all of {@link #history}, of one moment; empty if there never was a commit for the name. A storage that
     * keeps them together, or can ask for both at once, needs no second look.
     *
     * @throws StateException.Unavailable also if the head moved each time
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
                "State '" + name + "' is changed by others all the time; try again.", null);
    }

    /**
     * Drops the content of a version that the head no longer keeps; of the record of a quarantined document, record
     * and content. Nothing to drop is not an error.
     */
    void deleteContent(StateName name, StateVersion version);

    /**
     * Keeps a refused document beside the state, never through its head: durable when this returns. The record's number
     * is 0, its id names it; the same id again replaces.
     */
    void putAttachment(StateName name, StateVersion record, StateDocument document);

    /** Returns the records of all attachments of this state, oldest first. */
    List<StateVersion> attachments(StateName name);

    /**
     * Where in the storage contents of this state are that nothing names: left by commits that were interrupted or lost a
     * race, or written by one that is still under way. For people; empty if the storage leaves none, or cannot list them.
     */
    default List<String> orphans(StateName name) {
        return List.of();
    }

    /**
     * Removes the orphans of this state that are older than {@code age}, in such a way that a commit which was under way
     * all that time fails rather than lose its content.
     *
     * @return how many were removed
     */
    default int sweep(StateName name, Duration age) {
        return 0;
    }

    /**
     * Removes what else is in the storage of what was purged, when records and contents are gone: copies that may show it,
     * and, of a whole state, whatever belongs to its versions up to this number and to nothing later, such as keys. The head
     * stays, and with it what a later life of the state has. A storage that keeps nothing beside records, contents and the quarantine has nothing to do.
     *
     * @param versions the number of the newest version that the state had; 0 if it was not purged as a whole
     */
    default void clear(StateName name, long versions) {}

    /**
     * Whether the storage can be read and written now. Cheap, repeatable and safe to call concurrently; a storage that
     * is away is an answer, not an exception.
     */
    StoreCheck check();

    /** Frees what the store holds; what was committed stays. Later calls fail with {@link StateException.Unavailable}. */
    @Override
    void close();
}
