package io.kolumn.state;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What a store does for many states at once for less than for one after the other, as a migration of thousands of small ones
 * wants it. Each state stays a matter of its own: nothing here makes a commit depend on another. Whoever wants what is left
 * out here asks the store itself.
 */
public interface StoreBatch {

    /** How many states at once are worth while; at least 2. More are done as well. */
    int size();

    /**
     * Commits of different states, each by itself all or nothing as by {@link StateStore#commit}.
     *
     * @return for each, in their order, whether it is done and durable; false if its head is another
     * @throws StateException.Unavailable if it failed: each of them may have happened or not, and each may be tried again
     *     with its id
     */
    List<Boolean> commit(List<Transition> transitions);

    /**
     * The kept versions of states with their exact bytes, proven as by {@link StateStore#content}, oldest first, the current
     * one last; as linearizable as {@link StateStore#head}. All are in memory at once: how many bytes that are is for the
     * caller to know.
     *
     * @return without the states that are not there, are deleted, or are on their way ({@link StateHead#incomplete()})
     * @throws StateException.Unavailable if a content is not that of its record (damaged)
     */
    Map<StateName, List<VersionedDocument>> read(Collection<StateName> names);
}
