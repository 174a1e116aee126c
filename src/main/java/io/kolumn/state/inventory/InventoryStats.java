package io.kolumn.state.inventory;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts over the states that a caller may read. Maps have the largest count first; those of sizes and ages the smallest
 * size and age.
 *
 * @param states with a current version that is indexed, or known not to be
 * @param resources of all of them
 * @param bytes of their documents
 * @param notIndexed number of states by why their resources are not known
 * @param types number of resources by type
 * @param providers number of resources by provider
 * @param terraformVersions number of states by the version that wrote them; {@code ""} for an unknown one
 * @param sizes number of states by the size of their documents, such as {@code <100K}
 * @param ages number of states by the age of their current version, such as {@code <30d}
 * @param lag how far the index is behind
 */
public record InventoryStats(
        long states,
        long resources,
        long bytes,
        Map<String, Long> notIndexed,
        Map<String, Long> types,
        Map<String, Long> providers,
        Map<String, Long> terraformVersions,
        Map<String, Long> sizes,
        Map<String, Long> ages,
        IndexLag lag) {

    public InventoryStats {
        notIndexed = kept(notIndexed);
        types = kept(types);
        providers = kept(providers);
        terraformVersions = kept(terraformVersions);
        sizes = kept(sizes);
        ages = kept(ages);
    }

    private static Map<String, Long> kept(Map<String, Long> counts) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(counts));
    }
}
