package io.kolumn.state.store.postgres;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Who may use how many of the connections: changes, which can hang together when a standby is away, leave some to reads;
 * reads and changes leave one to checks. Of one connection all are used in turn, of two one is kept from changes.
 */
final class Shares {

    /** What a connection is wanted for. */
    enum Use {
        READ,
        CHANGE,
        CHECK
    }

    private final int connections;
    private final int calls;
    private final int changes;
    private final Semaphore forChanges;
    private final Semaphore forCalls;
    private final Semaphore forChecks;

    Shares(int connections) {
        this.connections = connections;
        this.calls = connections < 3 ? connections : connections - 1;
        this.changes = calls == 1 ? 1 : calls - Math.max(1, calls / 4);
        this.forChanges = new Semaphore(changes, true);
        this.forCalls = new Semaphore(calls, true);
        this.forChecks = connections < 3 ? forCalls : new Semaphore(1, true);
    }

    int connections() {
        return connections;
    }

    /** Whether a check finds a connection while all others hang. */
    boolean keepsOneForChecks() {
        return connections >= 3;
    }

    /** How many reads can be under way. */
    int reads() {
        return calls;
    }

    /** How many changes can be under way. */
    int changes() {
        return changes;
    }

    /** Whether there is one for this use before the deadline; it has to be given back. */
    boolean take(Use use, Deadline deadline) throws InterruptedException {
        if (use != Use.CHANGE) {
            return taken(use == Use.READ ? forCalls : forChecks, deadline);
        }
        if (!taken(forChanges, deadline)) {
            return false;
        }
        boolean both = false;
        try {
            both = taken(forCalls, deadline);
        } finally {
            if (!both) {
                forChanges.release();
            }
        }
        return both;
    }

    private static boolean taken(Semaphore some, Deadline deadline) throws InterruptedException {
        return some.tryAcquire() || some.tryAcquire(deadline.remaining(), TimeUnit.NANOSECONDS);
    }

    void giveBack(Use use) {
        switch (use) {
            case READ -> forCalls.release();
            case CHECK -> forChecks.release();
            case CHANGE -> {
                forCalls.release();
                forChanges.release();
            }
        }
    }
}
