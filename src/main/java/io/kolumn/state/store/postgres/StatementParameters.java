package io.kolumn.state.store.postgres;

import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fills the parameters of a statement one after the other, in the order of the lists in {@link PostgresSql}. */
final class StatementParameters {

    private final PreparedStatement statement;
    private int index;

    StatementParameters(PreparedStatement statement) {
        this.statement = statement;
    }

    /** Goes on behind parameters that were filled without it. */
    StatementParameters behind(int filled) {
        index = filled;
        return this;
    }

    /** The head without its name. */
    StatementParameters head(StateHead head) throws SQLException {
        StateVersion current = head.current();
        return text(head.commit())
                .number(current == null ? null : current.number())
                .number(head.lastVersion())
                .number((long) head.versionCount())
                .number(head.fence())
                .number(head.highestSerial())
                .time(head.changed())
                .text(head.former().text());
    }

    /** The lock without the name of its state. */
    StatementParameters lock(Lock lock) throws SQLException {
        LockInfo info = lock.info();
        return text(info.id())
                .text(info.operation())
                .text(info.info())
                .text(info.who())
                .text(info.version())
                .text(info.created() == null ? null : info.created().toString())
                .text(info.path())
                .text(info.sent())
                .number(lock.fence())
                .time(lock.acquired())
                .time(lock.expires())
                .text(lock.owner())
                .number(lock.fence());
    }

    /** The version without the name of its state, and its content. */
    StatementParameters version(StateVersion version, StateDocument content) throws SQLException {
        number(version.number())
                .text(version.id())
                .text(version.format().name())
                .flag(version.empty())
                .number(version.serial())
                .text(version.lineage())
                .text(version.sha256())
                .number(version.size())
                .time(version.created())
                .text(version.author())
                .text(version.operation())
                .number(version.fence());
        statement.setBinaryStream(++index, content.open(), Math.toIntExact(content.size()));
        return this;
    }

    StatementParameters numbers(List<StateVersion> versions) throws SQLException {
        Object[] numbers = versions.stream().map(StateVersion::number).toArray();
        statement.setArray(++index, statement.getConnection().createArrayOf("bigint", numbers));
        return this;
    }

    StatementParameters texts(@Nullable String[] values) throws SQLException {
        statement.setArray(++index, statement.getConnection().createArrayOf("text", values));
        return this;
    }

    StatementParameters names(Collection<StateName> names) throws SQLException {
        return texts(names.stream().map(StateName::value).toArray(String[]::new));
    }

    StatementParameters flags(Boolean[] values) throws SQLException {
        statement.setArray(++index, statement.getConnection().createArrayOf("boolean", values));
        return this;
    }

    StatementParameters text(@Nullable String value) throws SQLException {
        statement.setString(++index, value);
        return this;
    }

    StatementParameters number(@Nullable Long value) throws SQLException {
        if (value == null) {
            statement.setNull(++index, Types.BIGINT);
        } else {
            statement.setLong(++index, value);
        }
        return this;
    }

    StatementParameters flag(boolean value) throws SQLException {
        statement.setBoolean(++index, value);
        return this;
    }

    private StatementParameters time(@Nullable Instant value) throws SQLException {
        if (value == null) {
            statement.setNull(++index, Types.TIMESTAMP_WITH_TIMEZONE);
        } else {
            statement.setObject(++index, value.atOffset(ZoneOffset.UTC));
        }
        return this;
    }
}
