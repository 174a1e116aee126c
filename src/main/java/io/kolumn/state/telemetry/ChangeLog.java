package io.kolumn.state.telemetry;

import io.kolumn.state.Lock;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.Operation;
import io.kolumn.state.backend.OperationListener;
import io.quarkus.logging.Log;
import jakarta.inject.Singleton;
import java.time.Clock;

/** One line for each change: who, what, state, version, serial, lock, milliseconds. Reads and refusals are for debug. */
@Singleton
final class ChangeLog implements OperationListener {

    private final Clock clock;

    ChangeLog(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void finished(Operation operation) {
        if (operation.changed()) {
            line(operation).info(text -> Log.info(text));
        } else if (Log.isDebugEnabled()) {
            Log.debug(line(operation) + " outcome=" + operation.outcome());
        }
    }

    @Override
    public void quarantined(StateName name, String id, boolean kept) {
        if (kept) {
            new LogLine("quarantined").with("state", name).with("id", id).info(text -> Log.info(text));
        }
    }

    private LogLine line(Operation operation) {
        StateVersion version = operation.version();
        LogLine line = new LogLine(operation.kind().label())
                .dashed("state", operation.name())
                .dashed("who", operation.author())
                .dashed("version", version == null ? null : version.number())
                .dashed("serial", version == null ? null : version.serial())
                .dashed(
                        "lock",
                        operation.lock() == null ? null : operation.lock().id())
                .with("ms", operation.took().toMillis());
        if (operation.target() != null) {
            line.with("target", operation.target());
        }
        if (operation.purged() != null) {
            line.with("purged", operation.purged().asked().label())
                    .dashed("versions", operation.purged().numbers())
                    .dashed("quarantined", operation.purged().ids());
        }
        Lock lock = operation.lock();
        return operation.kind() == Operation.Kind.UNLOCK_FORCE && lock != null ? broken(line, lock) : line;
    }

    /** Who had the lock that was broken: proven, as it said of itself, and for how long. */
    private LogLine broken(LogLine line, Lock lock) {
        return line.dashed("holder", lock.owner())
                .dashed("holder-who", lock.info().who())
                .with("held", lock.age(clock.instant()).toSeconds() + "s");
    }
}
