package io.kolumn.state;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The index of one version: what its resources are, or why they are not known.
 *
 * @param summary what is known of the version as a whole
 * @param resources in the order of the document; empty if it is not indexed
 */
public record IndexedVersion(Summary summary, List<IndexedResource> resources) {

    /**
     * What is known of a version without its resources.
     *
     * @param state the name of the state
     * @param number of the version
     * @param id the random id of the version
     * @param serial of the document, or null
     * @param size of the document in bytes
     * @param created the time of the version
     * @param terraformVersion of the program that wrote the document; null if unknown
     * @param notIndexed why its resources are not known, for people, without a dot; null if they are
     * @param resources how many there are
     * @param types how many there are of each type
     * @param providers how many there are of each provider
     */
    public record Summary(
            StateName state,
            long number,
            String id,
            @Nullable Long serial,
            long size,
            Instant created,
            @Nullable String terraformVersion,
            @Nullable String notIndexed,
            int resources,
            Map<String, Integer> types,
            Map<String, Integer> providers) {

        public Summary {
            types = Map.copyOf(types);
            providers = Map.copyOf(providers);
        }

        /** Returns whether this is of exactly this version. */
        public boolean isOf(StateVersion version) {
            return number == version.number() && id.equals(version.id());
        }
    }

    public IndexedVersion {
        resources = List.copyOf(resources);
    }

    /** Returns the index of a version whose resources are these. */
    public static IndexedVersion of(
            StateName state, StateVersion version, @Nullable String terraformVersion, List<IndexedResource> resources) {
        Map<String, Integer> types = new TreeMap<>();
        Map<String, Integer> providers = new TreeMap<>();
        for (IndexedResource resource : resources) {
            types.merge(resource.type(), 1, Integer::sum);
            providers.merge(resource.provider(), 1, Integer::sum);
        }
        Summary summary = summary(state, version, terraformVersion, null, resources.size(), types, providers);
        return new IndexedVersion(summary, resources);
    }

    /**
     * Returns the index of a version whose resources are not known.
     *
     * @param why for people, without a dot and without a value of the document
     */
    public static IndexedVersion notIndexed(StateName state, StateVersion version, String why) {
        return new IndexedVersion(summary(state, version, null, why, 0, Map.of(), Map.of()), List.of());
    }

    private static Summary summary(
            StateName state,
            StateVersion version,
            @Nullable String terraformVersion,
            @Nullable String why,
            int resources,
            Map<String, Integer> types,
            Map<String, Integer> providers) {
        return new Summary(
                state,
                version.number(),
                version.id(),
                version.serial(),
                version.size(),
                version.created(),
                terraformVersion,
                why,
                resources,
                types,
                providers);
    }
}
