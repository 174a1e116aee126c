package io.kolumn.state.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before replicas as a Service of Kubernetes does: a new connection goes to one of those that were ready when they
 * were asked last, each in its turn, and is never moved or tried again.
 */
public final class Balancer implements AutoCloseable {

    private static final int ASKED_EVERY_MILLIS = 200;

    private final ServerSocket listening;
    private final List<URI> replicas = new CopyOnWriteArrayList<>();
    private volatile List<URI> ready = List.of();
    private final AtomicInteger turn = new AtomicInteger();
    private final ScheduledExecutorService asking =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());

    public Balancer() {
        try {
            listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
        asking.scheduleWithFixedDelay(this::ask, 0, ASKED_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    public void add(URI replica) {
        replicas.add(replica);
    }

    public void remove(URI replica) {
        replicas.remove(replica);
    }

    /** Those that were ready when they were asked last. */
    public List<URI> ready() {
        return ready;
    }

    public Wire wire() {
        return Wire.to(URI.create("http://127.0.0.1:" + listening.getLocalPort()));
    }

    private void ask() {
        ready = replicas.stream().filter(Balancer::isReady).toList();
    }

    private static boolean isReady(URI replica) {
        try {
            return Wire.to(replica).get("/q/health/ready").status() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                List<URI> now = ready;
                if (now.isEmpty()) {
                    client.close();
                    continue;
                }
                URI replica = now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
                Socket server = new Socket(replica.getHost(), replica.getPort());
                Thread.ofVirtual().start(() -> pass(client, server));
                Thread.ofVirtual().start(() -> pass(server, client));
            } catch (IOException e) {
                // the client sees that its connection is closed, and the test that a request failed
            }
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // one side is gone, and takes the other with it
        }
    }

    @Override
    public void close() {
        asking.shutdownNow();
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
