package io.kolumn.state.store.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands before a server and does to its connections what networks do: cuts them, stalls them, loses an answer. */
public final class TcpProxy implements AutoCloseable {

    /** What becomes of the bytes that the server answers. */
    public enum Answers {
        PASSED,
        /** They do not arrive, and nothing tells so. */
        STALLED,
        /** The connection is reset instead. */
        CUT
    }

    private final ServerSocket listening;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Answers answers = Answers.PASSED;
    private volatile boolean refusing;

    /** Once these bytes went to the server, its answers are lost. */
    private volatile String trigger = "";

    private volatile Answers triggered = Answers.PASSED;

    public TcpProxy(int target) {
        this.target = target;
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                if (refusing) {
                    client.close();
                    continue;
                }
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(client);
                open.add(server);
                Thread.ofVirtual().start(() -> pass(client, server, true));
                Thread.ofVirtual().start(() -> pass(server, client, false));
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void pass(Socket from, Socket to, boolean question) {
        byte[] bytes = new byte[64 * 1024];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (question && !trigger.isEmpty() && contains(bytes, read, trigger)) {
                    trigger = "";
                    answers = triggered;
                }
                if (!question && answers == Answers.CUT) {
                    from.setSoLinger(true, 0);
                    to.setSoLinger(true, 0);
                    return;
                }
                if (question || answers == Answers.PASSED) {
                    out.write(bytes, 0, read);
                    out.flush();
                }
            }
        } catch (IOException e) {
            // one side is gone, and takes the other with it
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static boolean contains(byte[] bytes, int length, String text) {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1).contains(text);
    }

    /** What becomes of all answers from now on. */
    public void answers(Answers now) {
        answers = now;
        trigger = "";
    }

    /** What becomes of the answers once the client has sent this text. */
    public void answersAfter(String sent, Answers then) {
        triggered = then;
        trigger = sent;
    }

    /** Whether new connections are closed at once. */
    public void refusing(boolean now) {
        refusing = now;
    }

    /** Cuts every connection there is. */
    public void cut() {
        for (Socket socket : open) {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException e) {
                // it is gone already
            }
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
