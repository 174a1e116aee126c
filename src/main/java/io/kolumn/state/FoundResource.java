package io.kolumn.state;

import org.jspecify.annotations.Nullable;

/**
 * A resource with the state that owns it.
 *
 * @param state the name of the state
 * @param version the number of the indexed version
 * @param serial of its document, or null
 */
public record FoundResource(
        StateName state, long version, @Nullable Long serial, IndexedResource resource) {

    /** Returns where it stands in the order of all. */
    public ResourceQuery.Position position() {
        return new ResourceQuery.Position(state, resource.address());
    }
}
