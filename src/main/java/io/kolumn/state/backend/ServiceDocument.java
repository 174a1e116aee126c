package io.kolumn.state.backend;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A document of the service itself, in the same storage as the states. Its name is reserved: no other call of {@link
 * StateBackend} reads, lists, writes or exports it. It changes by compare-and-set and has no history. Where documents
 * are encrypted, one that is not is taken for none. Nobody is asked for a permission here. Safe for use by many threads and replicas.
 */
public final class ServiceDocument {

    /** How often a document that others replace meanwhile is read again. */
    private static final int LOOKS = 64;

    /**
     * A document as it was read.
     *
     * @param version the id of its version, another one after each change
     */
    public record Kept(String version, StateDocument document) {}

    /**
     * What to do with a document.
     *
     * @param next the new document; null to change nothing
     * @param result the result of the call
     */
    public record Change<T>(@Nullable StateDocument next, T result) {}

    /** The content of a head is gone, because the head is not current any more. */
    private static final class Replaced extends RuntimeException {
        Replaced() {
            super("replaced", null, false, false);
        }
    }

    private final StateStore store;
    private final Committer committer;
    private final StateName name;

    ServiceDocument(StateStore store, Committer committer, String name) {
        this.store = store;
        this.committer = committer;
        this.name = StateName.of(StateName.RESERVED + "/" + name);
    }

    /** Returns the name under which it is kept. */
    public StateName name() {
        return name;
    }

    /**
     * Returns the current document, or empty if it was never written. Linearizable.
     *
     * @param known what was read before; returned if it is still current, so that only the head is read
     * @throws Unavailable if the storage is unavailable
     */
    public Optional<Kept> read(@Nullable Kept known) {
        for (int look = 0; look < LOOKS; look++) {
            StateVersion current = store.head(name).map(StateHead::current).orElse(null);
            if (current == null) {
                return Optional.empty();
            }
            if (known != null && known.version().equals(current.id())) {
                return Optional.of(known);
            }
            Optional<StateDocument> content = store.content(name, current);
            if (content.isPresent()) {
                return content.map(document -> new Kept(current.id(), document));
            }
            pause(look);
        }
        throw busy();
    }

    /**
     * Replaces the document by what the function makes of it, atomically.
     *
     * @param change gets the current document, or null if there is none. It is called again if others changed it
     * @throws Unavailable if the storage is unavailable, or the outcome is unknown
     */
    public <T> T change(Function<@Nullable StateDocument, Change<T>> change) {
        for (int look = 0; look < LOOKS; look++) {
            try {
                return committer.change(name, (head, now) -> step(head, now, change));
            } catch (Replaced e) {
                pause(look);
                store.head(name); // so that the next try does not start from the same outdated head
            }
        }
        throw busy();
    }

    /** Lets others finish: who is slower than all of them would lose each race. */
    private static void pause(int look) {
        long most = TimeUnit.MILLISECONDS.toNanos(Math.min(1L << Math.min(look, 5), 20));
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most) + 1);
    }

    private <T> HeadUpdate<T> step(StateHead head, Instant now, Function<@Nullable StateDocument, Change<T>> change) {
        StateVersion current = head.current();
        Change<T> made = change.apply(
                current == null ? null : store.content(name, current).orElseThrow(Replaced::new));
        StateDocument next = made.next();
        if (next == null) {
            return HeadUpdate.stands(made.result());
        }
        StateVersion version =
                StateVersion.of(head.lastVersion() + 1, RandomId.next(), next, head.next(now), "", "service", 0);
        List<StateVersion> dropped = current == null ? List.of() : List.of(current);
        StateHead to = head.withVersion(version, dropped.size(), null);
        return HeadUpdate.commit(head, to, next, dropped, made.result());
    }

    private Unavailable busy() {
        return Unavailable.forEverybody(
                "The document '" + name + "' of the service is being changed by others. Try again.", null);
    }
}
