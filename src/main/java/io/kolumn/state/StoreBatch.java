package io.kolumn.state;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Calls for many states that cost less than single calls, for migrations of many small states. States stay
 * independent: no commit depends on another. For omitted states, use the store itself.
 */
public interface StoreBatch {

    /** Returns the preferred batch size, at least 2. Larger batches are accepted. */
    int size();

    /**
     * Commits transitions of different states, each atomically as in {@link StateStore#commit}.
     *
     * @return for each in order, whether it is done and durable; false if its head is a different one
     * @throws StateException.Unavailable if it failed. Each of them may have happened, and can be retried with its id
     */
    List<Boolean> commit(List<Transition> transitions);

    /**
     * Returns the kept versions of states with their exact bytes, verified as in {@link StateStore#content}: oldest
     * first, the current one last. Linearizable like {@link StateStore#head}. All of them are in memory at once, so
     * the caller limits the number of bytes.
     *
     * @return the states, without missing, deleted and incomplete ones ({@link StateHead#incomplete()})
     * @throws StateException.Unavailable if a content does not match its record (damaged)
     */
    Map<StateName, List<VersionedDocument>> read(Collection<StateName> names);
}
