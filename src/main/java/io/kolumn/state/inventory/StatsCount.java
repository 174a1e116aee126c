package io.kolumn.state.inventory;

import io.kolumn.state.IndexedVersion.Summary;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Adds up what is known of states. */
final class StatsCount {

    /** A bound of a size or an age, and how it is called; what is below no bound is in the last one. */
    private record Bound(long below, String name) {}

    private static final List<Bound> SIZES = List.of(
            new Bound(10L << 10, "<10K"),
            new Bound(100L << 10, "<100K"),
            new Bound(1L << 20, "<1M"),
            new Bound(10L << 20, "<10M"),
            new Bound(100L << 20, "<100M"),
            new Bound(Long.MAX_VALUE, ">=100M"));

    private static final List<Bound> AGES = List.of(
            new Bound(Duration.ofDays(1).toSeconds(), "<1d"),
            new Bound(Duration.ofDays(7).toSeconds(), "<7d"),
            new Bound(Duration.ofDays(30).toSeconds(), "<30d"),
            new Bound(Duration.ofDays(90).toSeconds(), "<90d"),
            new Bound(Duration.ofDays(365).toSeconds(), "<365d"),
            new Bound(Long.MAX_VALUE, ">=365d"));

    private final Instant now;
    private final Map<String, Long> notIndexed = new TreeMap<>();
    private final Map<String, Long> types = new TreeMap<>();
    private final Map<String, Long> providers = new TreeMap<>();
    private final Map<String, Long> versions = new TreeMap<>();
    private final Map<String, Long> sizes = empty(SIZES);
    private final Map<String, Long> ages = empty(AGES);
    private long states;
    private long resources;
    private long bytes;

    StatsCount(Instant now) {
        this.now = now;
    }

    private static Map<String, Long> empty(List<Bound> bounds) {
        Map<String, Long> counts = new LinkedHashMap<>();
        bounds.forEach(bound -> counts.put(bound.name(), 0L));
        return counts;
    }

    void add(Summary state) {
        states++;
        resources += state.resources();
        bytes += state.size();
        if (state.notIndexed() != null) {
            notIndexed.merge(state.notIndexed(), 1L, Long::sum);
        }
        state.types().forEach((type, count) -> types.merge(type, count.longValue(), Long::sum));
        state.providers().forEach((provider, count) -> providers.merge(provider, count.longValue(), Long::sum));
        versions.merge(state.terraformVersion() == null ? "" : state.terraformVersion(), 1L, Long::sum);
        sizes.merge(name(SIZES, state.size()), 1L, Long::sum);
        ages.merge(name(AGES, Duration.between(state.created(), now).toSeconds()), 1L, Long::sum);
    }

    private static String name(List<Bound> bounds, long value) {
        return bounds.stream()
                .filter(bound -> value < bound.below())
                .findFirst()
                .orElseGet(bounds::getLast)
                .name();
    }

    InventoryStats result(IndexLag lag) {
        return new InventoryStats(
                states,
                resources,
                bytes,
                largestFirst(notIndexed),
                largestFirst(types),
                largestFirst(providers),
                largestFirst(versions),
                sizes,
                ages,
                lag);
    }

    private static Map<String, Long> largestFirst(Map<String, Long> counts) {
        Map<String, Long> sorted = new LinkedHashMap<>();
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }
}
