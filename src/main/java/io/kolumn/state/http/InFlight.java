package io.kolumn.state.http;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.config.ServiceConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory for documents that are being received or sent, in all requests together. Who knows how much it needs waits a
 * little for it; who learns it bit by bit does not, so that no two can wait for each other.
 */
@Singleton
public final class InFlight {

    private static final int UNIT = 1024;
    private static final long PATIENCE_SECONDS = 5;

    private final long size;
    private final Semaphore units;

    @Inject
    InFlight(ServiceConfig config) {
        this(config.maxInFlight());
    }

    private InFlight(long size) {
        this.size = size;
        this.units = new Semaphore(units(size), true);
    }

    /** Memory that is taken until it is closed, by whichever thread; closing again does nothing. */
    public final class Share implements AutoCloseable {
        private int taken;
        private long used;
        private boolean closed;

        private Share() {}

        /**
         * Makes sure of so many further bytes.
         *
         * @throws Unavailable if they are not there in time
         * @throws Invalid if there never is so much
         */
        void reserve(long bytes) {
            if (bytes > size) {
                throw tooLarge();
            }
            int wanted = units(bytes);
            try {
                if (!units.tryAcquire(wanted, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw full();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw full();
            }
            took(wanted);
        }

        /** Takes note of so many bytes that came, reserved or not. */
        void use(long bytes) {
            used += bytes;
            int wanted = units(used) - taken();
            if (wanted <= 0) {
                return;
            }
            if (used > size) {
                throw tooLarge();
            }
            if (!units.tryAcquire(wanted)) {
                throw full();
            }
            took(wanted);
        }

        private synchronized int taken() {
            return taken;
        }

        private synchronized void took(int wanted) {
            if (closed) {
                units.release(wanted);
                throw new Unavailable("The client has gone.", null);
            }
            taken += wanted;
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                units.release(taken);
            }
        }

        private Unavailable full() {
            return Unavailable.forEverybody(
                    "Too many large documents are on their way at once (kolumn.state.max-in-flight is " + size
                            + " bytes); try again.",
                    null);
        }

        private Invalid tooLarge() {
            return new Invalid(
                    Invalid.Fault.TOO_LARGE,
                    "The document is larger than the memory for documents, " + size
                            + " bytes (kolumn.state.max-in-flight, and half of the heap).");
        }
    }

    public Share share() {
        return new Share();
    }

    private static int units(long bytes) {
        return (int) Math.min(Integer.MAX_VALUE, (bytes + UNIT - 1) / UNIT);
    }
}
