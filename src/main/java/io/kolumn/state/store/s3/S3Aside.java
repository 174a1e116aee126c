package io.kolumn.state.store.s3;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreCount;
import io.kolumn.state.store.HeadJson;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Quarantined documents: one object with the bytes, and then one with the record, which alone says that they are
 * there.
 */
final class S3Aside {

    /** No document is between its bytes and its record for so long. */
    private static final Duration UNDER_WAY = Duration.ofMinutes(10);

    /** Listings for one question about many states. */
    private static final int MOST_LISTINGS = 4;

    private static final String COUNTED = "The quarantine cannot be counted";

    private final S3Bucket bucket;
    private final S3Layout layout;
    private final S3Parallel parallel;

    S3Aside(S3Bucket bucket, S3Layout layout, S3Parallel parallel) {
        this.bucket = bucket;
        this.layout = layout;
        this.parallel = parallel;
    }

    void keep(StateName name, StateVersion record, StateDocument document) {
        String what = "The refused document of state '" + name + "' was not quarantined";
        bucket.write(what, layout.asideDocument(name, record), S3Store.body(document), true);
        bucket.write(what, layout.asideRecord(name, record), S3Bucket.Body.json(HeadJson.write(record)), false);
        removeOthers(what, name, record);
    }

    /** The bytes that an earlier record under this id pointed at. */
    private void removeOthers(String what, StateName name, StateVersion record) {
        bucket.listAll(what, layout.asideDocuments(name, record), time -> {}).stream()
                .map(S3Object::key)
                .filter(key -> !key.equals(layout.asideDocument(name, record)))
                .forEach(key -> bucket.remove(what, key));
    }

    List<StateVersion> records(StateName name) {
        String what = "The quarantine of state '" + name + "' cannot be read";
        List<String> keys = bucket.listAll(what, layout.aside(name), time -> {}).stream()
                .map(S3Object::key)
                .filter(S3Layout::isRecord)
                .toList();
        return parallel.map(keys, key -> record(what, key)).stream()
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(StateVersion::created))
                .toList();
    }

    /** How many there are, of all states. */
    long count() {
        return bucket.listAll(COUNTED, layout.asides(), time -> {}).stream()
                .map(S3Object::key)
                .filter(S3Layout::isRecordOfDocument)
                .count();
    }

    /** By few listings of all that is aside. Empty if there is too much between these states for that. */
    Optional<Map<StateName, Integer>> counts(Collection<StateName> names) {
        NavigableMap<String, StateName> asked = new TreeMap<>();
        names.forEach(name -> asked.put(layout.aside(name), name));
        Map<StateName, Integer> counts = new HashMap<>();
        String next = asked.isEmpty() ? null : asked.firstKey();
        String after = null;
        for (int listings = 0; next != null; listings++) {
            if (listings == MOST_LISTINGS) {
                return Optional.empty();
            }
            after = after == null || next.compareTo(after) > 0 ? next : after;
            ListObjectsV2Response page = bucket.list(COUNTED, layout.asides(), after, S3Bucket.MAX_PAGE);
            page.contents().stream()
                    .map(S3Object::key)
                    .filter(S3Layout::isRecordOfDocument)
                    .forEach(key -> {
                        StateName name = asked.get(key.substring(0, key.lastIndexOf('/') + 2));
                        if (name != null) {
                            counts.merge(name, 1, Integer::sum);
                        }
                    });
            boolean more =
                    Boolean.TRUE.equals(page.isTruncated()) && !page.contents().isEmpty();
            after = more ? page.contents().getLast().key() : null;
            next = after == null ? null : next(asked, after);
        }
        return Optional.of(counts);
    }

    /** The first place that may have more behind this key. */
    private static @Nullable String next(NavigableMap<String, StateName> asked, String key) {
        String before = asked.floorKey(key);
        return before != null && key.startsWith(before) ? before : asked.higherKey(key);
    }

    private Optional<StateVersion> record(String what, String key) {
        return bucket.read(what, key, (answer, in) -> {
            byte[] json = in.readAllBytes();
            try {
                return HeadJson.version(json);
            } catch (IOException | RuntimeException e) {
                throw new Unavailable(what + ": " + key + " is damaged: " + e.getMessage(), e);
            }
        });
    }

    /**
     * The bytes of a document go first, so that after a crash its record says that they are to go. Those of a key go behind
     * its record, which must never stand alone.
     */
    void forget(StateName name, StateVersion record) {
        String what = "The quarantine of state '" + name + "' was not deleted";
        boolean key = record.id().startsWith(StoreCount.KEY);
        bucket.remove(what, key ? layout.asideRecord(name, record) : layout.asideDocument(name, record));
        bucket.remove(what, key ? layout.asideDocument(name, record) : layout.asideRecord(name, record));
    }

    /** Bytes that no record names, unless they are so new that a record of theirs may be on its way. */
    void clear(StateName name) {
        String what = "What was purged of state '" + name + "' was not all removed";
        AtomicReference<Instant> now = new AtomicReference<>(Instant.MIN);
        List<S3Object> listed = bucket.listAll(what, layout.aside(name), now::set);
        List<String> records = listed.stream()
                .map(S3Object::key)
                .filter(S3Layout::isRecord)
                .map(key -> key.substring(0, key.length() - S3Layout.RECORD.length()) + "-")
                .toList();
        Instant limit = now.get().equals(Instant.MIN) ? Instant.MIN : now.get().minus(UNDER_WAY);
        listed.stream()
                .filter(object -> !object.lastModified().isAfter(limit))
                .map(S3Object::key)
                .filter(key -> !S3Layout.isRecord(key) && records.stream().noneMatch(key::startsWith))
                .forEach(key -> bucket.remove(what, key));
    }
}
