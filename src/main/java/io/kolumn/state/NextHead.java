package io.kolumn.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The members of the next head, at first those of this one. */
final class NextHead {
    private final StateHead before;
    String revision;
    String commit;

    @Nullable
    StateVersion current;

    @Nullable
    Lock lock;

    long lastVersion;
    int versionCount;
    long fence;
    long highestSerial;
    Instant changed;
    FormerLocks former;

    @Nullable
    Labels labels;

    NextHead(StateHead before) {
        this.before = before;
        revision = before.revision();
        commit = before.commit();
        current = before.current();
        lock = before.lock();
        lastVersion = before.lastVersion();
        versionCount = before.versionCount();
        fence = before.fence();
        highestSerial = before.highestSerial();
        changed = before.changed();
        former = before.former();
        labels = before.labels();
    }

    /** By a commit, which the store has not stored yet. */
    void commit(String id) {
        commit = id;
        revision = "";
    }

    /** With another lock, or none. One that ended is remembered. */
    void lock(@Nullable Lock next) {
        former = former.and(lock, next);
        lock = next;
    }

    StateHead head() {
        return new StateHead(
                before.name(),
                revision,
                commit,
                current,
                lock,
                lastVersion,
                versionCount,
                fence,
                highestSerial,
                changed,
                former,
                labels);
    }
}
