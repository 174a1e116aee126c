package io.kolumn.state.telemetry;

import io.kolumn.state.Lock;
import io.kolumn.state.Operation;
import io.kolumn.state.OperationListener;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.quarkus.logging.Log;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.regex.Pattern;

/** One line for each change: who, what, state, version, serial, lock, milliseconds. Reads and refusals are for debug. */
@Singleton
final class ChangeLog implements OperationListener {

    private static final Pattern PLAIN = Pattern.compile("[\\w.@:+/-]+");
    private static final Pattern HARMFUL = Pattern.compile("[\\p{Cntrl}\"\\\\]");

    private final Clock clock;

    ChangeLog(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void finished(Operation operation) {
        if (operation.changed()) {
            Log.info(line(operation));
        } else if (Log.isDebugEnabled()) {
            Log.debug(line(operation) + " outcome=" + operation.outcome());
        }
    }

    @Override
    public void setAside(StateName name, String id, boolean kept) {
        if (kept) {
            Log.infof("set-aside state=%s quarantined=%s", name, id);
        }
    }

    private String line(Operation operation) {
        StateVersion version = operation.version();
        return operation.kind().label()
                + " state=" + operation.name()
                + " who=" + (operation.author().isEmpty() ? "-" : quoted(operation.author()))
                + " version=" + (version == null ? "-" : version.number())
                + " serial=" + (version == null || version.serial() == null ? "-" : version.serial())
                + " lock="
                + (operation.lock() == null ? "-" : quoted(operation.lock().id()))
                + " ms=" + operation.took().toMillis()
                + broken(operation);
    }

    /** Who had the lock that was broken: proven, as it said of itself, and for how long. */
    private String broken(Operation operation) {
        Lock lock = operation.lock();
        if (operation.kind() != Operation.Kind.UNLOCK_FORCE || lock == null) {
            return "";
        }
        return " holder=" + (lock.owner().isEmpty() ? "-" : quoted(lock.owner()))
                + " holder-who="
                + (lock.info().who().isEmpty() ? "-" : quoted(lock.info().who()))
                + " held=" + lock.age(clock.instant()).toSeconds() + "s";
    }

    /** What a client wrote, so that it cannot look like another line or another field. */
    private static String quoted(String text) {
        if (PLAIN.matcher(text).matches()) {
            return text;
        }
        String harmless = HARMFUL.matcher(text).replaceAll("?");
        return '"' + harmless + '"';
    }
}
