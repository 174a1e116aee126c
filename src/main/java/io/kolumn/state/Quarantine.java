package io.kolumn.state;

import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Locked;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sets refused documents aside: what a finished apply says of what it did must never be lost. A document that is
 * already there is not kept twice; when the place is full the new one is not kept.
 */
final class Quarantine {

    private static final Logger LOG = Logger.getLogger(Quarantine.class);

    private final StateStore store;
    private final BackendSettings settings;
    private final OperationListener listener;

    Quarantine(StateStore store, BackendSettings settings, OperationListener listener) {
        this.store = store;
        this.settings = settings;
        this.listener = listener;
    }

    /** The refusal to answer with: it names the document if that was set aside. */
    StateException refusal(
            StateException refusal, StateName name, StateDocument document, WriteOptions options, Instant now) {
        if (options.lockId() == null) {
            return refusal;
        }
        return switch (refusal) {
            case Locked locked -> locked.setAside(keep(name, document, options, now, locked.code()));
            case Conflict conflict
            when conflict.reason() != Conflict.Reason.PRECONDITION ->
                conflict.setAside(
                        keep(name, document, options, now, conflict.reason().code()));
            default -> refusal;
        };
    }

    private @Nullable String keep(
            StateName name, StateDocument document, WriteOptions options, Instant now, String reason) {
        StateVersion record =
                StateVersion.of(0, RandomId.next(), document, now, options.author(), "refused: " + reason, 0);
        try {
            List<StateVersion> kept = store.aside(name);
            for (StateVersion there : kept) {
                if (there.describes(document)) {
                    store.confirm(name);
                    return there.id();
                }
            }
            long size = kept.stream().mapToLong(StateVersion::size).sum() + document.size();
            if (kept.size() >= settings.keptAside() || size > settings.keptAsideSize()) {
                LOG.errorf(
                        "A refused document of state '%s' (%d bytes, sha-256 %s, lock '%s') was NOT set aside: there are %d"
                                + " already. Restore or remove some of them; the client has it in errored.tfstate.",
                        name, document.size(), document.sha256(), options.lockId(), kept.size());
                listener.setAside(name, record.id(), false);
                return null;
            }
            store.setAside(name, record, document);
        } catch (StateException.Unavailable e) {
            LOG.errorf(e, "A refused document of state '%s' (sha-256 %s) was NOT set aside.", name, document.sha256());
            listener.setAside(name, record.id(), false);
            return null;
        }
        listener.setAside(name, record.id(), true);
        return record.id();
    }
}
