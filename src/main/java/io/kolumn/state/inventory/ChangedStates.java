package io.kolumn.state.inventory;

import io.kolumn.state.StateName;
import io.kolumn.state.backend.Operation;
import io.kolumn.state.backend.OperationListener;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The states that this process changed and the inventory has not looked at since: a listener of the backend, which does no
 * more for a call than to note a name. Safe for use by many threads.
 */
public final class ChangedStates implements OperationListener {

    /** Beyond it names are forgotten; the next scan finds what they were. */
    private static final int MAX_NAMES = 100_000;

    /** Writes go on if one was so short a time ago. */
    private static final long GOING_ON = Duration.ofSeconds(1).toNanos();

    private final Set<StateName> names = new LinkedHashSet<>();
    private final Set<StateName> taken = new HashSet<>();
    private boolean listening;
    private boolean any;
    private long last;

    @Override
    public void finished(Operation operation) {
        if (!operation.changed()) {
            return;
        }
        switch (operation.kind()) {
            case PUT, CREATE, LABEL, DELETE, RESTORE, ADOPT, MOVE, COPY, MOVE_END, PURGE ->
                note(operation.name(), operation.target());
            case GET, LIST, HISTORY, LOCK, RENEW, UNLOCK, UNLOCK_FORCE, LOCK_OF, DIFF, OUTPUTS, EXPORT -> {
                // no other document than before
            }
        }
    }

    private synchronized void note(@Nullable StateName name, @Nullable StateName target) {
        if (!listening || names.size() >= MAX_NAMES) {
            return;
        }
        boolean first = names.isEmpty();
        if (name != null) {
            names.add(name);
        }
        if (target != null) {
            names.add(target);
        }
        any = true;
        last = System.nanoTime();
        if (first) {
            notifyAll();
        }
    }

    /** Somebody looks at them from here on; until then nothing is noted. */
    synchronized void begin() {
        listening = true;
    }

    /** Whether states were changed just now. */
    synchronized boolean goingOn() {
        return any && System.nanoTime() - last < GOING_ON;
    }

    /** Those that nobody has looked at yet, as far as they are asked for. */
    synchronized Set<StateName> waiting(Predicate<StateName> wanted) {
        Set<StateName> waiting = new HashSet<>();
        Stream.concat(names.stream(), taken.stream()).filter(wanted).forEach(waiting::add);
        return waiting;
    }

    /** One that was taken was looked at, or cannot be. */
    synchronized void done(StateName name) {
        taken.remove(name);
    }

    /** All there are, waiting so long for a first one; empty if none came. */
    synchronized Set<StateName> take(Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        for (long rest = patience.toNanos();
                names.isEmpty() && listening && rest > 0;
                rest = until - System.nanoTime()) {
            wait(Math.max(1, rest / 1_000_000));
        }
        Set<StateName> now = new LinkedHashSet<>(names);
        taken.addAll(now);
        names.clear();
        return now;
    }

    /** Nobody looks at them any more. */
    synchronized void end() {
        listening = false;
        names.clear();
        taken.clear();
        notifyAll();
    }
}
