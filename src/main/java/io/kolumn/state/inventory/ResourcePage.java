package io.kolumn.state.inventory;

import io.kolumn.state.FoundResource;
import io.kolumn.state.ResourceQuery;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of the resources that a caller may read, in byte order of the names of states, then of addresses.
 *
 * @param next the position for {@link ResourceQuery#behind}; null on the last page
 * @param lag how far the index is behind
 */
public record ResourcePage(List<FoundResource> resources, ResourceQuery.@Nullable Position next, IndexLag lag) {

    public ResourcePage {
        resources = List.copyOf(resources);
    }
}
