package io.kolumn.state.store.s3;

import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Removes the orphans of a state: contents whose head never came, or whose removal failed. Their writer may only be slow,
 * and still hold a tag under which its head would be accepted. So the head is committed anew first: after that nobody can
 * point at what was there before, and a writer who slept fails and begins again.
 */
final class S3Sweep {

    private final S3Bucket bucket;
    private final S3Layout layout;
    private final S3Heads heads;
    private final Predicate<Transition> commit;

    S3Sweep(S3Bucket bucket, S3Layout layout, S3Heads heads, Predicate<Transition> commit) {
        this.bucket = bucket;
        this.layout = layout;
        this.heads = heads;
        this.commit = commit;
    }

    /** Their keys, whatever their age. */
    List<String> orphans(StateName name) {
        List<S3Object> listed =
                bucket.listAll("Orphans of state '" + name + "' cannot be listed", layout.versions(name), now -> {});
        Set<String> named = listed.isEmpty() ? Set.of() : named(name, heads.fresh(name));
        return listed.stream()
                .map(S3Object::key)
                .filter(key -> !named.contains(key))
                .toList();
    }

    private Set<String> named(StateName name, Optional<S3Heads.Seen> head) {
        return head.stream()
                .flatMap(seen -> seen.kept().stream())
                .map(version -> layout.version(name, version))
                .collect(Collectors.toSet());
    }

    /** Returns how many were removed; none where the head moved meanwhile, which is for the next time. */
    int run(StateName name, Duration age) {
        String what = "Orphans of state '" + name + "' were not removed";
        AtomicReference<Instant> now = new AtomicReference<>(Instant.MIN);
        List<S3Object> listed = bucket.listAll(what, layout.versions(name), now::set);
        Instant limit = now.get().equals(Instant.MIN) ? Instant.MIN : now.get().minus(age);
        Optional<S3Heads.Seen> head = listed.isEmpty() ? Optional.empty() : heads.fresh(name);
        Set<String> named = named(name, head);
        List<S3Object> orphans = listed.stream()
                .filter(object -> !named.contains(object.key()))
                .filter(object -> !object.lastModified().isAfter(limit))
                .toList();
        if (orphans.isEmpty() || !commit.test(anew(name, head.map(S3Heads.Seen::head), orphans))) {
            return 0;
        }
        orphans.forEach(object -> bucket.remove(what, object.key()));
        return orphans.size();
    }

    /** The same head by another commit; where there is none, one of a state that was never written. */
    private static Transition anew(StateName name, Optional<StateHead> head, List<S3Object> orphans) {
        String id = UUID.randomUUID().toString().replace("-", "");
        StateHead from = head.orElse(null);
        if (from == null) {
            Instant changed = orphans.getLast().lastModified();
            return new Transition(
                    null, new StateHead(name, "", id, null, null, 0, 0, 0, -1, changed), null, List.<StateVersion>of());
        }
        StateHead to = from.anew(id);
        return new Transition(from, to, null, List.of());
    }
}
