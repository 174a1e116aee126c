package io.kolumn.state;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The small, changing part of a state: which version is current, who holds the lock, and counters that never go back.
 * It changes only by compare-and-set of its revision. A head is never removed: that of a deleted state stays as a
 * tombstone, so that its counters go on.
 *
 * <p>The head of a state that is being carried over from another storage and is not there as a whole yet says so in its
 * commit id, whatever happens to it meanwhile: {@link #incomplete()}.
 *
 * @param name whose head it is
 * @param revision opaque; made and compared by the store alone; empty in a head that was not stored yet
 * @param commit the random id of the commit that made this head, so that no two heads are ever equal
 * @param current the current version; null if the state was deleted or never written
 * @param lock the lock; null if there is none
 * @param lastVersion the number of the newest version ever; 0 if there never was one
 * @param versionCount how many versions the store keeps the records of
 * @param fence the fence of the newest lock ever; 0 if there never was one
 * @param highestSerial the highest serial that a version of this state ever had; -1 if none had one
 * @param changed when this head was made; of a tombstone when the state was deleted, whatever its lock did since
 * @param former the last locks that ended, as far as known
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
        FormerLocks former) {

    private static final String ADOPTING = "adopting-";

    /** What the id of the commit begins with that took a state away from a name. */
    public static final String MOVED = "moved-";

    /** Of which no former lock is known. */
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
                FormerLocks.NONE);
    }

    /** What a state is before its first commit; never stored. */
    public static StateHead unborn(StateName name, Instant now) {
        return new StateHead(name, "", "", null, null, 0, 0, 0, -1, now);
    }

    /** Whether it is {@link #unborn} still. */
    public boolean isUnborn() {
        return commit.isEmpty();
    }

    /** Whether it was written once and is now deleted. */
    public boolean tombstone() {
        return current == null && lastVersion > 0;
    }

    /** Whether nothing is left of it but its counters: it was deleted, and none of its versions is kept. */
    public boolean purged() {
        return tombstone() && versionCount == 0 && !incomplete();
    }

    /** Whether an import has brought some of its versions and not all of them. */
    public boolean incomplete() {
        return incomplete(commit);
    }

    /** As {@link #incomplete()}, of a head of which only the commit is at hand. */
    public static boolean incomplete(String commit) {
        return commit.startsWith(ADOPTING);
    }

    /** Whether this is no state any more, but the address that one had before it was moved: {@link #movedTo}. */
    public boolean moved() {
        return commit.startsWith(MOVED) && lock != null;
    }

    /** Where the state went that had this address; null if none was moved away. */
    public @Nullable MovedTo movedTo() {
        return moved() && lock != null ? MovedTo.of(lock) : null;
    }

    /** What a name is that a state was moved away from, as far as that tells. */
    public static StateHead moved(StateName name, MovedTo to) {
        return new StateHead(name, "", MOVED, null, to.marker("moved", 1), 0, 0, 1, -1, to.at());
    }

    /** The lock that somebody holds: none at an address that a state was moved away from. */
    public @Nullable Lock held() {
        return moved() ? null : lock;
    }

    /**
     * What is left here of a state that now stands elsewhere. To releases that know of no moves it is a name that is locked
     * until the same time.
     */
    public StateHead movedAway(MovedTo to, String random) {
        Lock marker = to.marker(random, fence + 1);
        FormerLocks ended = former.and(lock, marker);
        return new StateHead(name, "", MOVED + random, null, marker, 0, 0, fence + 1, -1, to.at(), ended);
    }

    /** The same head, made by a commit that lets it be incomplete no longer. */
    public StateHead completed(String id) {
        return withCommit(id);
    }

    /** The same of an address, for whoever may not know where the state went. */
    public StateHead withoutTarget() {
        MovedTo to = movedTo();
        return to == null
                ? this
                : new StateHead(
                        name,
                        revision,
                        commit,
                        current,
                        to.untold().marker("moved", fence),
                        lastVersion,
                        versionCount,
                        fence,
                        highestSerial,
                        changed,
                        former);
    }

    /** The id of a commit that leaves a state incomplete, made from a random one. */
    public static String incompleteId(String random) {
        return ADOPTING + random;
    }

    /** The same head as the store has it. */
    public StateHead withRevision(String stored) {
        return new StateHead(
                name, stored, commit, current, lock, lastVersion, versionCount, fence, highestSerial, changed, former);
    }

    /**
     * The time of the version, or of the deletion, that comes next: later than that of the one before it, whatever the
     * clocks of those who made them say.
     */
    public Instant next(Instant now) {
        Instant last = current != null ? current.created() : changed;
        boolean first = current == null && !tombstone();
        return first || now.isAfter(last) ? now : last.plus(1, ChronoUnit.MICROS);
    }

    /** The head after a change of the lock, made by {@code newCommit}; a lock that ended is remembered. */
    public StateHead withLock(@Nullable Lock newLock, String newCommit, Instant now) {
        long newFence = newLock == null ? fence : Math.max(fence, newLock.fence());
        String id = incomplete() ? ADOPTING + newCommit : newCommit;
        Instant time = tombstone() ? changed : now;
        FormerLocks ended = former.and(lock, newLock);
        return new StateHead(
                name, "", id, current, newLock, lastVersion, versionCount, newFence, highestSerial, time, ended);
    }

    /**
     * The head after a write: {@code version} is current.
     *
     * @param dropped how many records of older versions go with this commit
     */
    public StateHead withVersion(StateVersion version, int dropped, @Nullable Lock newLock) {
        long serial = version.serial() == null ? highestSerial : Math.max(highestSerial, version.serial());
        return new StateHead(
                name,
                "",
                version.id(),
                version,
                newLock,
                version.number(),
                versionCount + 1 - dropped,
                fence,
                serial,
                version.created(),
                former.and(lock, newLock));
    }

    /**
     * The same head, made by another commit, for a store that has to outdate who holds this one; {@link #incomplete} and
     * {@link #moved} stay.
     */
    public StateHead anew(String id) {
        return withCommit((incomplete() ? ADOPTING : moved() ? MOVED : "") + id);
    }

    /** The same head, made by the commit {@code id} as it stands. */
    public StateHead withCommit(String id) {
        return new StateHead(
                name, "", id, current, lock, lastVersion, versionCount, fence, highestSerial, changed, former);
    }

    /** The same head, which keeps so many records less. */
    public StateHead withFewer(int dropped, @Nullable Lock newLock, String newCommit, Instant now) {
        Instant time = tombstone() ? changed : now;
        FormerLocks ended = former.and(lock, newLock);
        return new StateHead(
                name,
                "",
                newCommit,
                current,
                newLock,
                lastVersion,
                versionCount - dropped,
                fence,
                highestSerial,
                time,
                ended);
    }

    /** Of a deleted state: the counters, without which a number could come twice, and nothing else. */
    public StateHead withNothing(@Nullable Lock newLock, String newCommit, Instant now) {
        return new StateHead(
                name, "", newCommit, null, newLock, lastVersion, 0, fence, -1, next(now), FormerLocks.NONE);
    }

    /** The head after the state was deleted: a tombstone. */
    public StateHead withoutVersion(@Nullable Lock newLock, String newCommit, Instant now) {
        FormerLocks ended = former.and(lock, newLock);
        return new StateHead(
                name, "", newCommit, null, newLock, lastVersion, versionCount, fence, highestSerial, next(now), ended);
    }
}
