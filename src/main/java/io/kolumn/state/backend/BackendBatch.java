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
import java.util.Optional;

/**
 * Calls for many small states that cost less than single calls: see {@link StateBackend#batch()}. States that could
 * not be handled are omitted from the result. Retry them one at a time to get the error. Safe for use by many
 * threads.
 */
public final class BackendBatch {

    private final StoreBatch batch;
    private final BatchImport imports;
    private final Calls calls;

    BackendBatch(StoreBatch batch, BatchImport imports, Calls calls) {
        this.batch = batch;
        this.imports = imports;
        this.calls = calls;
    }

    /** Returns the preferred batch size, at least 2. */
    public int size() {
        return batch.size();
    }

    /**
     * Imports states like {@link StateBackend#importState}, each independently. It is for states that do not exist
     * here and have no quarantined documents. One content of each is in memory at a time.
     *
     * @return the results of completely imported states; the others are missing or incomplete
     */
    public Map<StateName, ImportResult> adopt(Map<StateName, StateSnapshot> states, WriteOptions options) {
        Caller caller = calls.caller();
        Map<StateName, StateSnapshot> allowed = new LinkedHashMap<>(states);
        allowed.keySet().removeIf(name -> !allows(caller, Permission.ADMIN, name));
        calls.before(Kind.ADOPT);
        long start = System.nanoTime();
        Map<StateName, ImportResult> adopted = imports.adopt(allowed, options, batch);
        allowed.forEach((name, state) -> {
            ImportResult result = adopted.get(name);
            if (result != null) {
                calls.since(start, Kind.ADOPT, name, caller, options.author(), call -> call.imported(state, result));
            }
        });
        return adopted;
    }

    /**
     * Returns the kept versions of states with their documents, oldest first, the current one last. All of them are
     * in memory.
     *
     * @return the states, without missing, deleted and incomplete ones, and without those encrypted by keys that this
     *     service does not have
     * @throws StateException.Unavailable if the storage is unavailable, or a content is damaged
     */
    public Map<StateName, List<VersionedDocument>> read(Collection<StateName> names) {
        Caller caller = calls.caller();
        List<StateName> allowed = names.stream()
                .filter(name -> allows(caller, Permission.READ, name))
                .toList();
        long start = System.nanoTime();
        Map<StateName, List<VersionedDocument>> read = new LinkedHashMap<>(batch.read(allowed));
        read.values()
                .removeIf(versions ->
                        versions.stream().anyMatch(stored -> stored.version().sealed()));
        read.forEach((name, versions) -> calls.since(
                start,
                Kind.EXPORT,
                name,
                caller,
                "",
                call -> call.found(Optional.of(versions.getLast().version()))));
        return read;
    }

    private static boolean allows(Caller caller, Permission permission, StateName name) {
        return !name.reserved() && !caller.expired() && caller.may(permission, name);
    }
}
