package io.kolumn.state;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The small, mutable part of a state: its current version, its lock, and counters that never decrease. It changes
 * only by compare-and-set of its revision. A head is never removed: a deleted state keeps a tombstone with its
 * counters.
 *
 * <p>The head of a partly imported state says so in its commit id, whatever happens meanwhile: {@link #incomplete()}.
 *
 * @param name the name of the state
 * @param revision opaque, set and compared only by the store; empty in a head that was not stored yet
 * @param commit the random id of the commit of this head, so that no two heads are equal
 * @param current the current version; null if the state was deleted or never written
 * @param lock the lock; null if there is none
 * @param lastVersion the number of the newest version ever; 0 if there was none
 * @param versionCount the number of kept records
 * @param fence the fence of the newest lock ever; 0 if there was none
 * @param highestSerial the highest serial that a version ever had; -1 if there was none
 * @param changed the time of this head; of a tombstone, the time of the deletion
 * @param former the last locks that ended, as far as known
 * @param labels the labels; null if none were ever given and the state was not created without a version, or if it was
 *     deleted since
 */
public record StateHead(
        StateName name,
        String revision,
        String commit,
        @Nullable StateVersion current,
        @Nullable Lock lock,
        long lastVersion,
        int versionCount,
        long fence,
        long highestSerial,
        Instant changed,
        FormerLocks former,
        @Nullable Labels labels) {

    private static final String ADOPTING = "adopting-";

    /** The prefix of the commit id that removed a state from a name. */
    public static final String MOVED = "moved-";

    /** Creates a head without known former locks and without labels. */
    public StateHead(
            StateName name,
            String revision,
            String commit,
            @Nullable StateVersion current,
            @Nullable Lock lock,
            long lastVersion,
            int versionCount,
            long fence,
            long highestSerial,
            Instant changed) {
        this(
                name,
                revision,
                commit,
                current,
                lock,
                lastVersion,
                versionCount,
                fence,
                highestSerial,
                changed,
                FormerLocks.NONE,
                null);
    }

    /** Returns the head of a state before its first commit; it is never stored. */
    public static StateHead unborn(StateName name, Instant now) {
        return new StateHead(name, "", "", null, null, 0, 0, 0, -1, now);
    }

    /** Returns whether this is still the head before the first commit. */
    public boolean isUnborn() {
        return commit.isEmpty();
    }

    /** Returns whether the state was written and is now deleted, and was not created again since. */
    public boolean tombstone() {
        return ended() && labels == null;
    }

    /** Returns whether a version was deleted, and none was written since. */
    private boolean ended() {
        return current == null && lastVersion > 0;
    }

    /** Returns whether the state was created and has no version yet. */
    public boolean created() {
        return current == null && labels != null;
    }

    /** Returns whether there is a state: it has a version, was created, or is locked. */
    public boolean exists() {
        return current != null || labels != null || held() != null;
    }

    /** Returns whether the state was deleted by then, and not written since; a new creation does not change that. */
    public boolean endedBy(Instant time) {
        return ended() && !time.isBefore(changed);
    }

    /** Returns whether only the counters are left: the state is deleted, and no version is kept. */
    public boolean purged() {
        return tombstone() && versionCount == 0 && !incomplete();
    }

    /** Returns whether the state is only partly imported. */
    public boolean incomplete() {
        return incomplete(commit);
    }

    /** Returns whether the commit id is that of a partly imported state. */
    public static boolean incomplete(String commit) {
        return commit.startsWith(ADOPTING);
    }

    /** Returns whether this is the old name of a moved state, see {@link #movedTo}. */
    public boolean moved() {
        return commit.startsWith(MOVED) && lock != null;
    }

    /** Returns the new name of the state, or null if it was not moved. */
    public @Nullable MovedTo movedTo() {
        return moved() && lock != null ? MovedTo.of(lock) : null;
    }

    /** Returns the head of the old name of a moved state, for a client that only knows that. */
    public static StateHead moved(StateName name, MovedTo to) {
        return new StateHead(name, "", MOVED, null, to.marker("moved", 1), 0, 0, 1, -1, to.at());
    }

    /** Returns the held lock, or null; the old name of a moved state has none. */
    public @Nullable Lock held() {
        return moved() ? null : lock;
    }

    /** Returns the head of the old name after a move. Releases without moves treat it as locked for the same time. */
    public StateHead movedAway(MovedTo to, String random) {
        Lock marker = to.marker(random, fence + 1);
        FormerLocks ended = former.and(lock, marker);
        return new StateHead(name, "", MOVED + random, null, marker, 0, 0, fence + 1, -1, to.at(), ended, null);
    }

    /** Returns the same head by a commit that completes it. */
    public StateHead completed(String id) {
        return withCommit(id);
    }

    /** Returns the same old name without the new one, for a caller who cannot read that. */
    public StateHead withoutTarget() {
        MovedTo to = movedTo();
        return to == null ? this : with(next -> next.lock = to.untold().marker("moved", fence));
    }

    /** Returns the commit id of an incomplete state, made from a random id. */
    public static String incompleteId(String random) {
        return ADOPTING + random;
    }

    /** Returns the same head with the revision of the store. */
    public StateHead withRevision(String stored) {
        return with(next -> next.revision = stored);
    }

    /** Returns the time for the next version or deletion: later than the previous one, whatever the clocks say. */
    public Instant next(Instant now) {
        Instant last = current != null ? current.created() : changed;
        boolean first = current == null && !ended();
        return first || now.isAfter(last) ? now : last.plus(1, ChronoUnit.MICROS);
    }

    /** Returns the head after a change of the lock by {@code newCommit}. A lock that ended is remembered. */
    public StateHead withLock(@Nullable Lock newLock, String newCommit, Instant now) {
        return with(next -> {
            next.commit(incomplete() ? ADOPTING + newCommit : newCommit);
            next.lock(newLock);
            next.fence = newLock == null ? fence : Math.max(fence, newLock.fence());
            next.changed = ended() ? changed : now;
        });
    }

    /** Returns the head after a change of the labels by {@code newCommit}. */
    public StateHead withLabels(Labels newLabels, String newCommit, Instant now) {
        return withLock(lock, newCommit, now).labelled(newLabels);
    }

    /** Returns the same head with other labels; null for none. */
    public StateHead labelled(@Nullable Labels newLabels) {
        return with(next -> next.labels = newLabels);
    }

    /**
     * Returns the head after a write, with {@code version} as the current one.
     *
     * @param dropped the number of older records that this commit drops
     */
    public StateHead withVersion(StateVersion version, int dropped, @Nullable Lock newLock) {
        return with(next -> {
            next.commit(version.id());
            next.current = version;
            next.lock(newLock);
            next.lastVersion = version.number();
            next.versionCount = versionCount + 1 - dropped;
            next.highestSerial = version.serial() == null ? highestSerial : Math.max(highestSerial, version.serial());
            next.changed = version.created();
        });
    }

    /**
     * Returns the same head by another commit, for a store that must invalidate copies of this one. {@link
     * #incomplete} and {@link #moved} stay.
     */
    public StateHead anew(String id) {
        return withCommit((incomplete() ? ADOPTING : moved() ? MOVED : "") + id);
    }

    /** Returns the same head by the commit {@code id}. */
    public StateHead withCommit(String id) {
        return with(next -> next.commit(id));
    }

    /** Returns the head with fewer kept records. */
    public StateHead withFewer(int dropped, @Nullable Lock newLock, String newCommit, Instant now) {
        return with(next -> {
            next.commit(newCommit);
            next.lock(newLock);
            next.versionCount = versionCount - dropped;
            next.changed = ended() ? changed : now;
        });
    }

    /** Returns the head of a deleted state with only its counters, so that no number is reused. */
    public StateHead withNothing(@Nullable Lock newLock, String newCommit, Instant now) {
        return new StateHead(
                name, "", newCommit, null, newLock, lastVersion, 0, fence, -1, next(now), FormerLocks.NONE, null);
    }

    /** Returns the head after a deletion: a tombstone, or as before the first commit if there was no version. */
    public StateHead withoutVersion(@Nullable Lock newLock, String newCommit, Instant now) {
        return with(next -> {
            next.commit(newCommit);
            next.current = null;
            next.lock(newLock);
            next.changed = next(now);
            next.labels = null;
        });
    }

    private StateHead with(Consumer<NextHead> change) {
        NextHead next = new NextHead(this);
        change.accept(next);
        return next.head();
    }
}
