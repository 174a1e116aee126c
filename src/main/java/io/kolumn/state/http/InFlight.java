package io.kolumn.state.http;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.server.ServiceConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The memory for documents that are being received or sent, in all requests together, of which no caller has more than a
 * share. Who needs more than there is waits a little for it.
 */
@Singleton
public final class InFlight {

    private static final int UNIT = 1024;
    private static final long TIMEOUT_SECONDS = 5;

    private final long size;
    private final long callersSize;
    private final long timeout;
    private final Semaphore units;
    private final ConcurrentHashMap<String, Caller> callers = new ConcurrentHashMap<>();
    private final AtomicInteger waiters = new AtomicInteger();

    @Inject
    InFlight(ServiceConfig config) {
        this(config.maxInFlight(), config.maxInFlightShare(), TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS));
    }

    /** {@code percent}: what one caller may have. {@code timeout}: in nanoseconds. */
    InFlight(long size, int percent, long timeout) {
        this.size = size;
        this.callersSize = size * percent / 100;
        this.timeout = timeout;
        this.units = new Semaphore(units(size), true);
    }

    /** What one caller has, from its first reservation to the end of its last. */
    private final class Caller {
        private final Semaphore units = new Semaphore(units(callersSize), true);
        private int reservations;
    }

    /** Of a caller, by its identity or its address. */
    public Reservation reservation(String caller) {
        Caller known = callers.compute(caller, (name, there) -> {
            Caller found = there == null ? new Caller() : there;
            found.reservations++;
            return found;
        });
        return new Reservation(caller, known);
    }

    /** The bytes that are taken, in units of 1 KiB. */
    public long taken() {
        return (long) UNIT * (units(size) - units.availablePermits());
    }

    /** How many requests wait for memory. */
    public int waiters() {
        return waiters.get();
    }

    /** Memory that is taken until it is closed, by whichever thread; closing again does nothing. */
    public final class Reservation implements AutoCloseable {
        private final String name;
        private final Caller caller;
        private int taken;
        private long used;
        private long reserved;
        private int ahead;
        private long rest;
        private boolean closed;

        private Reservation(String name, Caller caller) {
            this.name = name;
            this.caller = caller;
        }

        /**
         * Makes sure of so many bytes in all.
         *
         * @throws Unavailable if they are not there in time
         * @throws Invalid if there never is so much
         */
        public void reserve(long bytes) {
            checkSize(bytes);
            int wanted = missing(bytes);
            if (wanted > 0) {
                waitFor(wanted);
                took(wanted, bytes);
            }
        }

        /** Takes note that so many bytes came in all, reserved or not. */
        void use(long bytes) {
            long needed = came(bytes);
            int wanted = missing(needed);
            if (wanted <= 0) {
                return;
            }
            checkSize(bytes);
            if (!tryTake(wanted)) {
                waitFor(wanted);
            }
            took(wanted, needed);
        }

        /** Whether there is memory for so many bytes beside those that came, as long as {@code further} are to come. */
        synchronized boolean ahead(int bytes, long further) {
            int wanted = units(used + bytes) - taken;
            if (closed || (wanted > 0 && !tryTake(wanted))) {
                return false;
            }
            taken += Math.max(0, wanted);
            ahead = bytes;
            rest = further;
            return true;
        }

        /** Gives back what is not used yet, but for what the client may send without asking. */
        synchronized void slow() {
            int needed = units(used + Math.min(ahead, rest));
            if (!closed && taken > needed) {
                give(taken - needed);
                taken = needed;
                reserved = 0;
            }
        }

        private synchronized long came(long bytes) {
            rest = Math.max(0, rest - (bytes - used));
            used = bytes;
            return Math.max(reserved, used + Math.min(ahead, rest));
        }

        private synchronized int missing(long bytes) {
            return units(bytes) - taken;
        }

        private synchronized void took(int wanted, long bytes) {
            if (closed) {
                give(wanted);
                throw Unavailable.forEverybody("The client has disconnected.", null);
            }
            taken += wanted;
            reserved = bytes;
        }

        private boolean tryTake(int wanted) {
            if (!caller.units.tryAcquire(wanted)) {
                return false;
            }
            if (!units.tryAcquire(wanted)) {
                caller.units.release(wanted);
                return false;
            }
            return true;
        }

        private void waitFor(int wanted) {
            waiters.incrementAndGet();
            try {
                if (!caller.units.tryAcquire(wanted, timeout, TimeUnit.NANOSECONDS)) {
                    throw full("of one caller (kolumn.state.max-in-flight-share leaves it " + callersSize);
                }
                boolean got = false;
                try {
                    got = units.tryAcquire(wanted, timeout, TimeUnit.NANOSECONDS);
                } finally {
                    if (!got) {
                        caller.units.release(wanted);
                    }
                }
                if (!got) {
                    throw full("(kolumn.state.max-in-flight is " + size);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw full("(kolumn.state.max-in-flight is " + size);
            } finally {
                waiters.decrementAndGet();
            }
        }

        private void give(int number) {
            units.release(number);
            caller.units.release(number);
        }

        @Override
        public void close() {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
                give(taken);
            }
            callers.computeIfPresent(name, (key, there) -> --there.reservations == 0 ? null : there);
        }

        private static Unavailable full(String limit) {
            return Unavailable.forEverybody(
                    "Too many large documents " + limit + " bytes) are in transfer. Try again.", null);
        }

        private void checkSize(long bytes) {
            if (bytes > callersSize) {
                throw new Invalid(
                        Invalid.Fault.TOO_LARGE,
                        "The document exceeds the memory for documents of one caller, " + callersSize
                                + " bytes (kolumn.state.max-in-flight-share of kolumn.state.max-in-flight, which is at"
                                + " most half of the heap). Raise one of them, or give the service more memory.");
            }
        }
    }

    private static int units(long bytes) {
        return (int) Math.min(Integer.MAX_VALUE, (bytes + UNIT - 1) / UNIT);
    }
}
