package io.kolumn.state.transfer;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.StateSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where whole states are read: a storage of this process, or a running service. Safe for use by many threads. */
public interface WholeStates {

    /** Heads in byte order of their names; of those only the names count. */
    HeadPage list(ListQuery query);

    /** Whether a list of this prefix has every state that there is: a service shows nobody what it may not read. */
    boolean seesAll(String prefix);

    /** As {@link StateBackend#snapshot}; empty if there is nothing of the name. */
    Optional<StateSnapshot> whole(StateName name);

    /** Where contents of a state are that nothing names, as far as that can be seen here. */
    List<String> orphans(StateName name);

    /** Removes the contents of a state that nothing names and that are older. */
    int sweep(StateName name, Duration older);

    static WholeStates of(StateBackend backend) {
        return new OfStorage(backend);
    }

    /** Those of a storage. */
    record OfStorage(StateBackend backend) implements WholeStates {

        @Override
        public HeadPage list(ListQuery query) {
            return backend.list(query);
        }

        @Override
        public boolean seesAll(String prefix) {
            return backend.readsAll(prefix);
        }

        @Override
        public Optional<StateSnapshot> whole(StateName name) {
            return backend.snapshot(name);
        }

        @Override
        public List<String> orphans(StateName name) {
            return backend.orphans(name);
        }

        @Override
        public int sweep(StateName name, Duration older) {
            return backend.sweep(name, older);
        }
    }
}
