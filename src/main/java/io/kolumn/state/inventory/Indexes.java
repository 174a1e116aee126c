package io.kolumn.state.inventory;

import io.kolumn.state.IndexedVersion;
import io.kolumn.state.ResourceCount;
import io.kolumn.state.ResourceQuery;
import io.kolumn.state.ResourceTable.Behind;
import io.kolumn.state.ResourceTable.Rows;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Where the indexes of all states are, and how they are searched. */
interface Indexes {

    /** Replaces the index of a state, unless that version is not current any more. */
    void put(IndexedVersion index);

    /** Looks at a state that was changed; null if there is none. One without a current version has no index from here on. */
    void look(StateName name, @Nullable StateHead head);

    /** Looks at all states for what other processes did. Returns those whose current version is not indexed, up to a limit. */
    List<Behind> scan(int limit);

    /** As far as is known without a look at all states. */
    List<Behind> behind();

    Rows find(ResourceQuery query, Predicate<StateName> readable);

    /** The index of a state, or empty if there is none. */
    Optional<IndexedVersion> of(StateName name);

    /** How many resources states have, from one statement or from memory; a state of which that is not known is missing. */
    Map<StateName, ResourceCount> counts(Collection<StateName> names);

    /** Removes all indexes that the storage keeps, until told to stop. */
    void clean(BooleanSupplier stopped);

    /** In byte order of names. */
    void summaries(String prefix, Predicate<StateName> readable, Consumer<IndexedVersion.Summary> each);
}
