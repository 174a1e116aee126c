package io.kolumn.state.store.postgres;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.config.IoFault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Enumeration;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads contents of versions and of the quarantine: at once, or large ones piece by piece. */
final class PostgresContents {

    /** A larger content is read in pieces of this size, in bytes, so that the driver never holds it whole. */
    static final int PIECE = 16 << 20;

    private final PostgresSql sql;

    PostgresContents(PostgresSql sql) {
        this.sql = sql;
    }

    Optional<StateDocument> read(PostgresPool pool, StateName name, StateVersion version) {
        try (InputStream in = open(pool, name, version)) {
            return in == null ? Optional.empty() : Optional.of(StateDocument.stored(name, version, in));
        } catch (IOException e) {
            throw new Unavailable(contentOf(name, version) + ": " + IoFault.text(e) + ".", e);
        }
    }

    private @Nullable InputStream open(PostgresPool pool, StateName name, StateVersion version) {
        if (version.size() > PIECE) {
            byte[] first = piece(pool, name, version, 1);
            return first == null ? null : new SequenceInputStream(new Pieces(pool, name, version, first));
        }
        byte[] content = pool.read(
                contentOf(name, version),
                version.number() == 0 ? sql.asideContent : sql.content,
                statement -> which(new StatementParameters(statement), name, version),
                PostgresContents::bytes);
        return content == null ? null : new ByteArrayInputStream(content);
    }

    private static byte @Nullable [] bytes(ResultSet rows) throws SQLException {
        return rows.getBytes(2);
    }

    private static String contentOf(StateName name, StateVersion version) {
        return "Version " + version.number() + " of state '" + name + "' cannot be read";
    }

    /** Fills which content it is, of a kept version or of the quarantine. */
    static void which(StatementParameters parameters, StateName name, StateVersion version) throws SQLException {
        parameters.text(name.value());
        if (version.number() != 0) {
            parameters.number(version.number());
        }
        parameters.text(version.id());
    }

    /** A piece of a large content: its row never changes, it can only go. Empty behind its end, null if it is gone. */
    private byte @Nullable [] piece(PostgresPool pool, StateName name, StateVersion version, long from) {
        return pool.read(
                contentOf(name, version),
                version.number() == 0 ? sql.asideContentPiece : sql.contentPiece,
                statement -> {
                    statement.setInt(1, Math.toIntExact(from));
                    statement.setInt(2, PIECE);
                    which(new StatementParameters(statement).behind(2), name, version);
                },
                PostgresContents::bytes);
    }

    /** Asks for each piece when the one before it was read. */
    @SuppressWarnings("JdkObsolete") // SequenceInputStream takes nothing else
    private final class Pieces implements Enumeration<InputStream> {
        private final PostgresPool pool;
        private final StateName name;
        private final StateVersion version;
        private byte @Nullable [] next;
        private long from = 1;

        Pieces(PostgresPool pool, StateName name, StateVersion version, byte[] first) {
            this.pool = pool;
            this.name = name;
            this.version = version;
            this.next = first;
        }

        @Override
        public boolean hasMoreElements() {
            if (next == null && from <= version.size()) {
                next = piece(pool, name, version, from);
            }
            return next != null && next.length > 0;
        }

        @Override
        public InputStream nextElement() {
            if (!hasMoreElements() || next == null) {
                throw new NoSuchElementException();
            }
            InputStream piece = new ByteArrayInputStream(next);
            from += PIECE;
            next = null;
            return piece;
        }
    }
}
