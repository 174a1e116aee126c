package io.kolumn.state.store.s3;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.store.HeadJson;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The heads of states with the index of their kept versions, and those of them that were seen lately. What is remembered
 * is a beginning and never an answer: {@link #fresh} asks the store each time, which says in few bytes that nothing moved.
 */
final class S3Heads {

    /** Of the JSON of all remembered heads, in bytes; in memory they take about twice as much. */
    private static final int MAX_BYTES = 8 << 20;

    /**
     * A head as it was read or made.
     *
     * @param head its revision is the ETag of its object
     * @param kept the records of all kept versions, newest first
     * @param size of its JSON
     */
    record Seen(StateHead head, List<StateVersion> kept, int size) {

        static Seen of(HeadWithHistory indexed, String tag, int size) {
            return new Seen(indexed.head().withRevision(tag), indexed.kept(), size);
        }

        String tag() {
            return head.revision();
        }
    }

    private final S3Bucket bucket;
    private final S3Layout layout;
    private final Cache<StateName, Seen> seen = Caffeine.newBuilder()
            .maximumWeight(MAX_BYTES)
            .weigher((StateName name, Seen head) -> head.size() + 256)
            .executor(Runnable::run)
            .build();

    S3Heads(S3Bucket bucket, S3Layout layout) {
        this.bucket = bucket;
        this.layout = layout;
    }

    /** As it is now: one request, whose answer is a few bytes if it is as it was when it was seen last. */
    Optional<Seen> fresh(StateName name) {
        Seen known = seen.getIfPresent(name);
        Optional<S3Bucket.Found<Seen>> found = bucket.readUnless(
                "The head of state '" + name + "' cannot be read",
                layout.head(name),
                known == null ? null : known.tag(),
                (answer, in) -> parsed(name, answer.eTag(), in.readAllBytes()));
        if (found.isEmpty()) {
            seen.invalidate(name);
            return Optional.empty();
        }
        Seen now = found.get().content();
        if (now == null) {
            return Optional.ofNullable(known);
        }
        remember(now);
        return Optional.of(now);
    }

    private static Seen parsed(StateName name, String tag, byte[] json) {
        HeadWithHistory indexed;
        try {
            indexed = HeadJson.indexed(json);
        } catch (IOException | RuntimeException e) {
            throw new Unavailable("The head of state '" + name + "' cannot be read: " + e.getMessage(), e);
        }
        if (tag == null || !indexed.head().name().equals(name)) {
            throw new Unavailable(
                    "The head of state '" + name + "' is damaged in the storage: it belongs to '"
                            + indexed.head().name() + "'" + (tag == null ? " and has no ETag" : "")
                            + ". Restore the object from a backup.",
                    null);
        }
        return Seen.of(indexed, tag, json.length);
    }

    /** As it was seen or made last. */
    Optional<Seen> recent(StateName name) {
        return Optional.ofNullable(seen.getIfPresent(name));
    }

    /** As it was when it had this tag, if nothing newer was seen; without a request. */
    Optional<Seen> recent(StateName name, String tag) {
        return recent(name).filter(known -> known.tag().equals(tag));
    }

    /** Of two that are remembered at the same time either may stay: the older one costs its reader a request. */
    void remember(Seen head) {
        seen.put(head.head().name(), head);
    }

    void drop(StateName name) {
        seen.invalidate(name);
    }
}
