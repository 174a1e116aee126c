package io.kolumn.state.http;

import io.quarkus.logging.Log;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What is held for one request: memory, a place in a line, an open body. Each is given back exactly once: when the request
 * has ended, in whatever way, or at once where it had ended before. See ADR 0036.
 */
final class HeldResources {

    private static final String KEY = HeldResources.class.getName();

    /** A read that waits for the client. */
    @FunctionalInterface
    interface Read {
        int read() throws IOException;
    }

    private final Deque<Runnable> releases = new ArrayDeque<>(4);
    private boolean over;
    private boolean stalled;
    private @Nullable Thread reader;
    private boolean interrupted;

    /** Of this request. First asked for on the event loop, before the request can end. */
    static HeldResources of(RoutingContext context) {
        HeldResources known = context.get(KEY);
        if (known != null) {
            return known;
        }
        HeldResources held = new HeldResources();
        context.put(KEY, held);
        context.addEndHandler(ended -> held.end());
        if (context.response().closed()) {
            held.end();
        }
        return held;
    }

    /** What to do when the request has ended; it is done now if that is so. */
    void untilTheEnd(Runnable release) {
        synchronized (this) {
            if (!over) {
                releases.push(release);
                return;
            }
        }
        release(release);
    }

    /** The request has ended: the answer was handed over, or the client has gone. */
    void end() {
        Deque<Runnable> all;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            all = new ArrayDeque<>(releases);
            releases.clear();
            interrupt();
        }
        all.forEach(HeldResources::release);
    }

    synchronized boolean over() {
        return over;
    }

    /** Ends a read that waits for the client, who sends no more; its answer says so. */
    synchronized void stall() {
        stalled = true;
        interrupt();
    }

    /** Whether a thread waits for the client to send more. */
    synchronized boolean reading() {
        return reader != null;
    }

    /**
     * Reads from the client. The end of the request ends it too: over HTTP/2 nobody else would tell the reader in time.
     *
     * @throws StalledBodyException if the body stood still for too long
     * @throws IOException if the client has gone
     */
    int read(Read read) throws IOException {
        enter();
        try {
            return read.read();
        } catch (IOException e) {
            throw stalled() ? new StalledBodyException(e) : e;
        } catch (IllegalStateException e) {
            throw new IOException("The stream was reset while it was read", e);
        } finally {
            leave();
        }
    }

    private synchronized void enter() throws IOException {
        if (over) {
            throw new IOException("The client has disconnected");
        }
        reader = Thread.currentThread();
        interrupted = false;
    }

    /** An interruption was meant for the read alone. */
    private synchronized void leave() {
        reader = null;
        if (interrupted && Thread.interrupted()) {
            Log.debug("A read ended with its request.");
        }
    }

    private synchronized boolean stalled() {
        return stalled;
    }

    private void interrupt() {
        if (reader != null) {
            interrupted = true;
            reader.interrupt();
        }
    }

    /** What goes wrong with one does not keep the others. */
    private static void release(Runnable release) {
        try {
            release.run();
        } catch (RuntimeException e) {
            Log.error("A resource of a request could not be released", e);
        }
    }
}
