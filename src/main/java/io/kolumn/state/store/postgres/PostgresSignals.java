package io.kolumn.state.store.postgres;

import io.kolumn.state.StateException;
import io.kolumn.state.StoreSignals;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Messages by {@code NOTIFY}. A listener has a connection beside those of the pool's calls, and believes in it as long as
 * messages of its own arrive. Behind a pooler, which may give each statement another server, it listens to nothing.
 */
final class PostgresSignals implements StoreSignals {

    private static final Logger LOG = Logger.getLogger(PostgresSignals.class);

    private static final String SEND = "SELECT count(pg_notify(?, message)) FROM unnest(?) AS message";

    /** A message that a listener sends to itself; all others begin otherwise. */
    private static final String PROBE = "probe ";

    /** How long a listener waits for a message of its own. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How often it sends one. */
    private static final Duration PROBED = Duration.ofSeconds(30);

    /** How often a listener looks whether it was closed. */
    private static final int LOOK = 500;

    private static final Duration RETRY = Duration.ofSeconds(5);

    private static final Duration RETRY_BEHIND_POOLER = Duration.ofMinutes(1);

    private final Supplier<PostgresPool> pool;
    private final String channel;
    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();

    PostgresSignals(Supplier<PostgresPool> pool, PostgresSettings settings) {
        this.pool = pool;
        this.channel = channel(settings);
    }

    /** Channels are of the database; services on other tables of it have others. */
    static String channel(PostgresSettings settings) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(settings.heads().getBytes(StandardCharsets.UTF_8));
            return "kolumn_state_" + HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    @Override
    public void send(List<String> messages) {
        for (String message : messages) {
            int size = message.getBytes(StandardCharsets.UTF_8).length;
            if (size > MAX_SIZE) {
                throw new IllegalArgumentException("A message has " + size + " bytes, more than " + MAX_SIZE);
            }
        }
        pool.get().change("Messages to other replicas were not sent", SEND, statement -> {
            statement.setString(1, channel);
            statement.setArray(2, statement.getConnection().createArrayOf("text", messages.toArray()));
        });
    }

    @Override
    public Listening listen(Consumer<String> messages) {
        Listener listener = new Listener(messages);
        listeners.add(listener);
        Thread.ofVirtual().name("signals").start(listener);
        return listener;
    }

    void close() {
        listeners.forEach(Listener::close);
    }

    private final class Listener implements Listening, Runnable {

        private final Consumer<String> messages;
        private volatile boolean closed;
        private volatile boolean arriving;
        private volatile long losses;
        private String probe = "";
        private long sent;

        Listener(Consumer<String> messages) {
            this.messages = messages;
        }

        @Override
        public boolean arriving() {
            return arriving;
        }

        @Override
        public long losses() {
            return losses;
        }

        @Override
        public void close() {
            closed = true;
            listeners.remove(this);
        }

        @Override
        public void run() {
            try {
                while (!closed) {
                    Duration pause = RETRY;
                    try {
                        pause = pool.get().apart(this::listen) ? RETRY : RETRY_BEHIND_POOLER;
                    } catch (SQLException | StateException e) {
                        LOG.debugf("Messages of other replicas are not received now: %s", e.getMessage());
                    } finally {
                        lost();
                    }
                    for (long left = pause.toMillis(); left > 0 && !closed; left -= LOOK) {
                        Thread.sleep(LOOK);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | OutOfMemoryError e) {
                LOG.error("Messages of other replicas are no longer received.", e);
            }
        }

        private void lost() {
            if (arriving) {
                arriving = false;
                long count = losses + 1;
                losses = count;
            }
        }

        /** Until it fails or is closed; false if messages never arrive this way. */
        private boolean listen(Connection connection, boolean pooled) throws SQLException {
            if (pooled) {
                return false;
            }
            execute(connection, "LISTEN " + channel);
            try {
                probe();
                return receive(connection.unwrap(PGConnection.class));
            } finally {
                execute(connection, "UNLISTEN *");
            }
        }

        private boolean receive(PGConnection driver) throws SQLException {
            while (!closed) {
                PGNotification[] received = driver.getNotifications(LOOK);
                for (PGNotification message : received == null ? new PGNotification[0] : received) {
                    take(message.getParameter());
                }
                long age = System.nanoTime() - sent;
                if (!probe.isEmpty() && age > PATIENCE.toNanos()) {
                    return false;
                }
                if (age > PROBED.toNanos()) {
                    probe();
                }
            }
            return true;
        }

        private void take(String message) {
            if (message.equals(probe)) {
                probe = "";
                arriving = true;
            } else if (!message.startsWith(PROBE)) {
                messages.accept(message);
            }
        }

        private void probe() {
            probe = PROBE + UUID.randomUUID();
            sent = System.nanoTime();
            send(List.of(probe));
        }

        private static void execute(Connection connection, String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }
    }
}
