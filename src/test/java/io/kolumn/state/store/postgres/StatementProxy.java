package io.kolumn.state.store.postgres;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before a primary and a standby and gives each statement to one of them, as poolers do that balance reads: what was
 * asked before with the same connection says nothing of the next answer. For statements without names, of roles that need no
 * password.
 */
final class StatementProxy implements AutoCloseable {

    /** Which server a statement goes to. */
    enum Rule {
        PRIMARY,
        STANDBY,
        IN_TURN
    }

    private final ServerSocket listening = open();
    private final int primary;
    private final int standby;
    private final Map<Socket, Boolean> sockets = new ConcurrentHashMap<>();
    private final AtomicInteger primarys = new AtomicInteger();
    private final AtomicInteger standbys = new AtomicInteger();
    private volatile Rule rule = Rule.PRIMARY;

    StatementProxy(int primary, int standby) {
        this.primary = primary;
        this.standby = standby;
        Thread.ofVirtual().start(this::accept);
    }

    private static ServerSocket open() {
        try {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    void rule(Rule now) {
        rule = now;
    }

    /** How many statements the standby was asked. */
    int askedStandby() {
        return standbys.get();
    }

    /** How many statements the primary was asked, first words of new connections aside. */
    int askedPrimary() {
        return primarys.get();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                sockets.put(client, true);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket first = new Socket(InetAddress.getLoopbackAddress(), primary);
                Socket second = new Socket(InetAddress.getLoopbackAddress(), standby)) {
            DataInputStream questions = new DataInputStream(client.getInputStream());
            DataInputStream firstAnswers = new DataInputStream(first.getInputStream());
            DataInputStream secondAnswers = new DataInputStream(second.getInputStream());
            int length = questions.readInt();
            ByteArrayOutputStream start = new ByteArrayOutputStream();
            new DataOutputStream(start).writeInt(length);
            start.write(questions.readNBytes(length - 4));
            first.getOutputStream().write(start.toByteArray());
            second.getOutputStream().write(start.toByteArray());
            answer(secondAnswers, OutputStream.nullOutputStream());
            answer(firstAnswers, client.getOutputStream());
            while (true) {
                byte[] asked = question(questions);
                boolean toStandby = toStandby(new String(asked, StandardCharsets.ISO_8859_1));
                (toStandby ? second : first).getOutputStream().write(asked);
                answer(toStandby ? secondAnswers : firstAnswers, client.getOutputStream());
            }
        } catch (IOException e) {
            // one side is gone, and takes the others with it
        } finally {
            sockets.remove(client);
        }
    }

    private boolean toStandby(String asked) {
        if (asked.contains("pg_postmaster_start_time") || asked.contains("SET application_name")) {
            return false;
        }
        boolean other = rule == Rule.STANDBY || (rule == Rule.IN_TURN && (primarys.get() + standbys.get()) % 2 == 0);
        (other ? standbys : primarys).incrementAndGet();
        return other;
    }

    /** All messages up to the one that asks for an answer: Sync or a simple query. */
    private static byte[] question(DataInputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int type;
        do {
            type = message(in, all);
        } while (type != 'S' && type != 'Q');
        return all.toByteArray();
    }

    /** All messages up to ReadyForQuery. */
    private static void answer(DataInputStream in, OutputStream out) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int type;
        do {
            type = message(in, all);
        } while (type != 'Z');
        out.write(all.toByteArray());
        out.flush();
    }

    private static int message(DataInputStream in, ByteArrayOutputStream out) throws IOException {
        int type = in.readUnsignedByte();
        int length = in.readInt();
        DataOutputStream copy = new DataOutputStream(out);
        copy.writeByte(type);
        copy.writeInt(length);
        copy.write(in.readNBytes(length - 4));
        return type;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets.keySet()) {
            socket.close();
        }
    }
}
