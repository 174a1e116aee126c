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
 * commit id, whatever happens to it meanwhile: {@link #adopting()}.
 *
 * @param name whose head it is
 * @param revision opaque; made and compared by the store alone; empty in a head that was not stored yet
 * @param commit the random id of the commit that made this head, so that no two heads are ever equal
 * @param current the current version; null if the state was deleted or never written
 * @param lock the lock; null if there is none
 * @param versions the number of the newest version ever; 0 if there never was one
 * @param kept how many versions the store keeps the records of
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
        long versions,
        int kept,
        long fence,
        long highestSerial,
        Instant changed,
        FormerLocks former) {

    private static final String ADOPTING = "adopting-";

    /** Of which no former lock is known. */
    public StateHead(
            StateName name,
            String revision,
            String commit,
            @Nullable StateVersion current,
            @Nullable Lock lock,
            long versions,
            int kept,
            long fence,
            long highestSerial,
            Instant changed) {
        this(name, revision, commit, current, lock, versions, kept, fence, highestSerial, changed, FormerLocks.NONE);
    }

    /** What a state is before its first commit; never stored. */
    static StateHead unborn(StateName name, Instant now) {
        return new StateHead(name, "", "", null, null, 0, 0, 0, -1, now);
    }

    boolean isUnborn() {
        return commit.isEmpty();
    }

    /** Whether it was written once and is now deleted. */
    public boolean tombstone() {
        return current == null && versions > 0;
    }

    /** Whether nothing is left of it but its counters: it was deleted, and none of its versions is kept. */
    public boolean purged() {
        return tombstone() && kept == 0 && !adopting();
    }

    /** Whether {@link StateBackend#adopt} has brought some of its versions and not all of them. */
    public boolean adopting() {
        return adopting(commit);
    }

    /** As {@link #adopting()}, of a head of which only the commit is at hand. */
    public static boolean adopting(String commit) {
        return commit.startsWith(ADOPTING);
    }

    /** A new id of a commit that leaves a state incomplete. */
    static String adoptingId() {
        return ADOPTING + RandomId.next();
    }

    /** The same head as the store has it. */
    public StateHead withRevision(String stored) {
        return new StateHead(
                name, stored, commit, current, lock, versions, kept, fence, highestSerial, changed, former);
    }

    /**
     * The time of the version, or of the deletion, that comes next: later than that of the one before it, whatever the
     * clocks of those who made them say.
     */
    Instant next(Instant now) {
        Instant last = current != null ? current.created() : changed;
        boolean first = current == null && !tombstone();
        return first || now.isAfter(last) ? now : last.plus(1, ChronoUnit.MICROS);
    }

    StateHead withLock(@Nullable Lock newLock, String newCommit, Instant now) {
        long newFence = newLock == null ? fence : Math.max(fence, newLock.fence());
        String id = adopting() ? ADOPTING + newCommit : newCommit;
        Instant time = tombstone() ? changed : now;
        FormerLocks ended = former.and(lock, newLock);
        return new StateHead(name, "", id, current, newLock, versions, kept, newFence, highestSerial, time, ended);
    }

    StateHead withVersion(StateVersion version, int dropped, @Nullable Lock newLock) {
        long serial = version.serial() == null ? highestSerial : Math.max(highestSerial, version.serial());
        return new StateHead(
                name,
                "",
                version.id(),
                version,
                newLock,
                version.number(),
                kept + 1 - dropped,
                fence,
                serial,
                version.created(),
                former.and(lock, newLock));
    }

    /** The same head, made by another commit, for a store that has to outdate who holds this one; {@link #adopting} stays. */
    public StateHead anew(String id) {
        return withCommit(adopting() ? ADOPTING + id : id);
    }

    StateHead withCommit(String id) {
        return new StateHead(name, "", id, current, lock, versions, kept, fence, highestSerial, changed, former);
    }

    /** The same head, which keeps so many records less. */
    StateHead withFewer(int dropped, @Nullable Lock newLock, String newCommit, Instant now) {
        Instant time = tombstone() ? changed : now;
        FormerLocks ended = former.and(lock, newLock);
        return new StateHead(
                name, "", newCommit, current, newLock, versions, kept - dropped, fence, highestSerial, time, ended);
    }

    /** Of a deleted state: the counters, without which a number could come twice, and nothing else. */
    StateHead withNothing(@Nullable Lock newLock, String newCommit, Instant now) {
        return new StateHead(name, "", newCommit, null, newLock, versions, 0, fence, -1, next(now), FormerLocks.NONE);
    }

    StateHead withoutVersion(@Nullable Lock newLock, String newCommit, Instant now) {
        FormerLocks ended = former.and(lock, newLock);
        return new StateHead(
                name, "", newCommit, null, newLock, versions, kept, fence, highestSerial, next(now), ended);
    }
}
