package io.kolumn.state.store.postgres;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.store.postgres.Shares.Use;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Asks whether remembered heads still stand: alone while few do so at the same time, many by one statement beyond. */
final class PostgresLooks {

    /**
     * Statements under way at the same time. A reader beyond them waits until one of them is over, which is an eighth of a round
     * trip where they are spread evenly.
     */
    private static final int AT_ONCE = 8;

    private final Supplier<PostgresPool> pool;
    private final PostgresSql sql;
    private final PostgresErrors errors;
    private final PostgresSettings settings;
    private final JoinedReads<StateName, Look> reads;

    /**
     * @param most how many reads can be under way at the same time
     * @param pool when its tables are there
     */
    PostgresLooks(
            int most, Supplier<PostgresPool> pool, PostgresSql sql, PostgresErrors errors, PostgresSettings settings) {
        this.pool = pool;
        this.sql = sql;
        this.errors = errors;
        this.settings = settings;
        this.reads = new JoinedReads<>(
                Math.min(AT_ONCE, most), PostgresSql.MOST_LOOKS, this::one, this::many, PostgresLooks::again);
    }

    /** Returns the row of a head as it is after this call began. */
    Look of(StateName name) {
        try {
            return reads.read(name, Deadline.ofCall(settings.requestTimeout()));
        } catch (TimeoutException e) {
            throw errors.late(headOf(name), Use.READ, false, pool.get().hanging());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable(headOf(name) + ": the wait for PostgreSQL was interrupted.", e);
        }
    }

    static String headOf(StateName name) {
        return "The head of state '" + name + "' cannot be read";
    }

    /** Makes an exception of its own for each reader, since what a call adds to one is about that call. */
    private static RuntimeException again(RuntimeException failure) {
        return failure instanceof Unavailable known ? Unavailable.again(known) : failure;
    }

    private Look one(StateName name) {
        return pool.get()
                .read(
                        headOf(name),
                        sql.look,
                        statement -> statement.setString(1, name.value()),
                        rows -> Look.of(rows, 2));
    }

    private Map<StateName, Look> many(Set<StateName> names) {
        return pool.get()
                .read(
                        "The heads of " + names.size() + " states cannot be read",
                        sql.looks,
                        statement -> fill(statement, names),
                        rows -> looks(rows, names));
    }

    private static void fill(PreparedStatement statement, Set<StateName> names) throws SQLException {
        int index = 0;
        for (StateName name : names) {
            statement.setString(++index, name.value());
        }
        while (index < PostgresSql.MOST_LOOKS) {
            statement.setString(++index, null);
        }
    }

    private static Map<StateName, Look> looks(ResultSet rows, Set<StateName> names) throws SQLException {
        Map<StateName, Look> looks = new HashMap<>();
        for (StateName name : names) {
            looks.put(name, Look.NOTHING);
        }
        do {
            String name = rows.getString(2);
            if (name != null) {
                looks.put(StateName.of(name), Look.of(rows, 3));
            }
        } while (rows.next());
        return looks;
    }
}
