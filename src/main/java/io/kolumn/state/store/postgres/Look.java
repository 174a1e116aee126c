package io.kolumn.state.store.postgres;

import io.kolumn.state.Lock;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateVersion;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * As much of a head's row as tells whether a remembered head still stands. Its commit would do; the version and the lock are
 * compared as well because people mend those by hand.
 *
 * @param commit id of the last commit; null if there is no row
 * @param current number of the current version; null if there is none
 * @param lockId id of the lock that is held; null if there is none
 */
record Look(
        @Nullable String commit,
        @Nullable Long current,
        @Nullable String lockId) {

    /** No row. */
    static final Look NOTHING = new Look(null, null, null);

    /** Reads the columns of a row from this one on. */
    static Look of(ResultSet rows, int column) throws SQLException {
        String commit = rows.getString(column);
        long current = rows.getLong(column + 1);
        Long number = rows.wasNull() ? null : current;
        return new Look(commit, number, rows.getString(column + 2));
    }

    /** Whether this is the row of the head. */
    boolean shows(StateHead head) {
        StateVersion version = head.current();
        Lock lock = head.lock();
        return head.commit().equals(commit)
                && Objects.equals(current, version == null ? null : version.number())
                && Objects.equals(lockId, lock == null ? null : lock.info().id());
    }
}
