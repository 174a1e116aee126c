package io.kolumn.state.store.postgres;

import io.kolumn.state.FormerLocks;
import io.kolumn.state.HeadPage;
import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.Labels;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreCount;
import io.kolumn.state.store.LabelsJson;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the columns of a row one after the other, in the order of the lists in {@link PostgresSql}: those behind the first,
 * which says whose answer it is, and is looked at by {@link PostgresPool#read}.
 */
final class Row {

    private final ResultSet rows;
    private int column = 1;

    Row(ResultSet rows) {
        this.rows = rows;
    }

    /** A head with its lock and its current version, of the row that the result is at; null if it has none. */
    static @Nullable StateHead head(ResultSet rows) throws SQLException {
        return new Row(rows).head();
    }

    /** As {@link #head(ResultSet)}, of rows of the same head that have another kept version each behind it, or none. */
    static Optional<HeadWithHistory> indexed(ResultSet rows) throws SQLException {
        StateHead head = null;
        List<StateVersion> kept = new ArrayList<>();
        int behind = 0;
        do {
            Row row = new Row(rows);
            if (behind == 0) {
                head = row.head();
                behind = row.column;
            }
            row.column = behind;
            if (head != null && row.optionalNumber() != null) {
                row.column = behind;
                kept.add(row.version());
            }
        } while (rows.next());
        return Optional.ofNullable(head).map(there -> new HeadWithHistory(there, kept));
    }

    /** The heads of all rows, of which one more was asked for than there may be. */
    static HeadPage page(ResultSet rows, int limit) throws SQLException {
        List<StateHead> heads = new ArrayList<>();
        do {
            StateHead head = head(rows);
            if (head != null) {
                heads.add(head);
            }
        } while (rows.next());
        boolean more = heads.size() > limit;
        return new HeadPage(more ? heads.subList(0, limit) : heads, more);
    }

    static StoreCount count(ResultSet rows) throws SQLException {
        Row row = new Row(rows);
        return new StoreCount(row.number(), row.number(), row.number(), row.optionalTime(), row.number());
    }

    private @Nullable StateHead head() throws SQLException {
        String name = optionalText();
        if (name == null) {
            return null;
        }
        String commit = text();
        boolean current = optionalNumber() != null;
        long versions = number();
        int kept = (int) number();
        long fence = number();
        long highestSerial = number();
        Instant changed = time();
        FormerLocks former = new FormerLocks(text());
        Labels labels = labels(name);
        Lock lock = lock();
        StateVersion version = current ? version() : noVersion();
        return new StateHead(
                StateName.of(name),
                commit,
                commit,
                version,
                lock,
                versions,
                kept,
                fence,
                highestSerial,
                changed,
                former,
                labels);
    }

    private @Nullable Labels labels(String name) throws SQLException {
        String text = optionalText();
        try {
            return text == null ? null : LabelsJson.parse(text);
        } catch (IOException e) {
            throw Unavailable.forEverybody(
                    "The labels of state '" + name + "' are damaged: " + e.getMessage() + ".", e);
        }
    }

    /** The versions of all rows; the one row of an empty answer has none. */
    static List<StateVersion> versions(ResultSet rows) throws SQLException {
        List<StateVersion> versions = new ArrayList<>();
        do {
            if (rows.getString(2) != null) {
                versions.add(new Row(rows).version());
            }
        } while (rows.next());
        return versions;
    }

    /** An owner is one of the lock that it was recorded with: programs of layout 1 leave it where they take another. */
    private @Nullable Lock lock() throws SQLException {
        String id = optionalText();
        if (id == null) {
            column += 12;
            return null;
        }
        String operation = text();
        String info = text();
        String who = text();
        String version = text();
        String created = optionalText();
        String path = text();
        String sent = optionalText();
        LockInfo holder = new LockInfo(
                id, operation, info, who, version, created == null ? null : Instant.parse(created), path, sent);
        long fence = number();
        Instant acquired = time();
        Instant expires = optionalTime();
        String owner = text();
        return new Lock(holder, fence, acquired, expires, number() == fence ? owner : "");
    }

    private @Nullable StateVersion noVersion() {
        column += 12;
        return null;
    }

    StateVersion version() throws SQLException {
        return new StateVersion(
                number(),
                text(),
                StateDocument.Format.valueOf(text()),
                flag(),
                optionalNumber(),
                optionalText(),
                text(),
                number(),
                time(),
                text(),
                text(),
                number());
    }

    byte[] bytes() throws SQLException {
        return Objects.requireNonNull(rows.getBytes(++column));
    }

    String text() throws SQLException {
        return Objects.requireNonNull(optionalText());
    }

    @Nullable
    String optionalText() throws SQLException {
        return rows.getString(++column);
    }

    long number() throws SQLException {
        return rows.getLong(++column);
    }

    @Nullable
    Long optionalNumber() throws SQLException {
        long number = rows.getLong(++column);
        return rows.wasNull() ? null : number;
    }

    boolean flag() throws SQLException {
        return rows.getBoolean(++column);
    }

    Instant time() throws SQLException {
        return Objects.requireNonNull(optionalTime());
    }

    private @Nullable Instant optionalTime() throws SQLException {
        OffsetDateTime time = rows.getObject(++column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
