package io.kolumn.state;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The indexes of all states as tables of a storage that can search them. They are copies that can be made again, and nobody
 * decides anything by them. No method asks for permissions. Methods throw {@link StateException.Unavailable} as those of
 * {@link StateStore} do.
 *
 * <p>What is found is always of a state that has a current version: a deleted, moved or partly imported state has no
 * resources. {@link StateStore#clear} removes the index of a state, too.
 */
public interface ResourceTable {

    /**
     * A state whose current version is not indexed.
     *
     * @param version its current version
     */
    record Behind(StateName state, StateVersion version) {}

    /** A page of resources, in their order; {@code more} tells whether there are others behind them. */
    record Rows(List<FoundResource> resources, boolean more) {
        public Rows {
            resources = List.copyOf(resources);
        }
    }

    /**
     * Atomically replaces the index of a state.
     *
     * @return false if that version is not the current one any more; nothing was changed
     */
    boolean put(IndexedVersion index);

    /** Removes the index of a state. A missing one is not an error. */
    void delete(StateName name);

    /** Returns the index of a state, or empty if there is none or the state has no current version. */
    Optional<IndexedVersion> get(StateName name);

    /** Returns states whose current version is not indexed, oldest version first, at most {@code limit}. */
    List<Behind> behind(int limit);

    /** Removes indexes of states that have no current version any more. */
    void sweep();

    /** Removes all indexes. */
    void clear();

    /**
     * Returns how many resources each of these states has, by one statement. A state without an index, or without a current
     * version, is not in the result.
     *
     * @param names at most {@value ListQuery#MAX_LIMIT}
     */
    Map<StateName, ResourceCount> counts(Collection<StateName> names);

    /** Returns a page of the resources that match. */
    Rows find(ResourceQuery query);

    /**
     * Returns the summaries of indexed states in byte order of their names.
     *
     * @param prefix of the names; empty for all
     * @param after only names after this one; null from the start
     * @param limit the maximum number
     */
    List<IndexedVersion.Summary> summaries(String prefix, @Nullable StateName after, int limit);
}
