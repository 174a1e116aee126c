package io.kolumn.state.backend;

import io.kolumn.state.StateException;
import io.kolumn.state.StateName;
import io.kolumn.state.StoreBatch;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.Operation.Kind;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Calls for many small states at once, where a storage does them for less than one after the other: see
 * {@link StateBackend#batch()}. What goes another way than most is left out of the answer, whatever the reason: it is for the
 * call for that one state, which does it or says why not. Safe for use by many threads.
 */
public final class BackendBatch {

    private final StoreBatch batch;
    private final BatchImport adopting;
    private final OperationListener listener;
    private final CallerSource guard;

    BackendBatch(StoreBatch batch, BatchImport adopting, OperationListener listener, CallerSource guard) {
        this.batch = batch;
        this.adopting = adopting;
        this.listener = listener;
        this.guard = guard;
    }

    /** How many states at once are worth while; at least 2. */
    public int size() {
        return batch.size();
    }

    /**
     * Carries states over as {@link StateBackend#importState} does, each by itself. Meant for states of which nothing is here yet
     * and to which no document was quarantined. One content of each is in memory at a time.
     *
     * @return what it came to for those that are here now as a whole; of the others nothing is here, or a part
     */
    public Map<StateName, ImportResult> adopt(Map<StateName, StateSnapshot> states, WriteOptions options) {
        Caller caller = guard.caller();
        Map<StateName, StateSnapshot> allowed = new LinkedHashMap<>(states);
        allowed.keySet().removeIf(name -> !allows(caller, Permission.ADMIN, name));
        listener.before(Kind.ADOPT);
        long start = System.nanoTime();
        Map<StateName, ImportResult> adopted = adopting.adopt(allowed, options, batch);
        allowed.forEach((name, state) -> {
            ImportResult result = adopted.get(name);
            if (result != null) {
                OperationRecorder.of(
                        listener,
                        Kind.ADOPT,
                        name,
                        caller,
                        options.author(),
                        start,
                        seen -> seen.adopted(state, result));
            }
        });
        return adopted;
    }

    /**
     * The kept versions of states with their documents, oldest first, the current one last. All of them are in memory.
     *
     * @return without states that are not there, are deleted, are not there as a whole yet, or are encrypted by a service
     *     whose keys this one was not given
     * @throws StateException.Unavailable if the storage cannot answer, or a content is damaged
     */
    public Map<StateName, List<VersionedDocument>> read(Collection<StateName> names) {
        Caller caller = guard.caller();
        List<StateName> allowed = names.stream()
                .filter(name -> allows(caller, Permission.READ, name))
                .toList();
        long start = System.nanoTime();
        Map<StateName, List<VersionedDocument>> read = new LinkedHashMap<>(batch.read(allowed));
        read.values()
                .removeIf(versions ->
                        versions.stream().anyMatch(stored -> stored.version().sealed()));
        read.forEach((name, versions) -> OperationRecorder.of(
                listener,
                Kind.EXPORT,
                name,
                caller,
                "",
                start,
                seen -> seen.version(versions.getLast().version())));
        return read;
    }

    private static boolean allows(Caller caller, Permission verb, StateName name) {
        return !caller.expired() && caller.may(verb, name);
    }
}
