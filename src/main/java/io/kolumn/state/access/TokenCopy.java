package io.kolumn.state.access;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.backend.ServiceDocument;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The copy in memory of the records of personal tokens, by their ids. Safe for use by many threads. */
final class TokenCopy {

    /**
     * What was read.
     *
     * @param begun when its reading began, in nanoseconds
     */
    private record Copy(long begun, ServiceDocument.@Nullable Kept kept, Map<String, PersonalToken> tokens) {}

    /** A reading that failed: whoever waited for it does not wait for the next one to fail. */
    private record Failure(long begun, Unavailable reason) {}

    private final Supplier<ServiceDocument> document;
    private final LongSupplier nanos;
    private final LongConsumer pause;
    private final ReentrantLock reading = new ReentrantLock(true);
    private volatile @Nullable Copy copy;
    private volatile @Nullable Failure failure;

    /** @param document asked for with the first reading */
    TokenCopy(Supplier<ServiceDocument> document, LongSupplier nanos, LongConsumer pause) {
        this.document = document;
        this.nanos = nanos;
        this.pause = pause;
    }

    /** The present time, in nanoseconds. */
    long now() {
        return nanos.getAsLong();
    }

    /** The records as they are in memory, without blocking; empty if their reading began longer ago than this. */
    Optional<Map<String, PersonalToken>> within(Duration age) {
        Copy present = copy;
        return present != null && now() - present.begun() < age.toNanos()
                ? Optional.of(present.tokens())
                : Optional.empty();
    }

    /**
     * The records by a reading that began later than at this time.
     *
     * @param apart what is left between the beginnings of two readings
     * @throws Unavailable if the storage is unavailable
     */
    Map<String, PersonalToken> since(long time, Duration apart) {
        reading.lock();
        try {
            Copy before = copy;
            if (before != null && before.begun() - time > 0) {
                return before.tokens();
            }
            Failure last = failure;
            if (last != null && last.begun() - time > 0) {
                throw last.reason();
            }
            if (before != null) {
                pause.accept(before.begun() + apart.toNanos() - now());
            }
            return read(now(), before);
        } finally {
            reading.unlock();
        }
    }

    private Map<String, PersonalToken> read(long begun, @Nullable Copy before) {
        try {
            ServiceDocument.Kept old = before == null ? null : before.kept();
            ServiceDocument.Kept kept = document.get().read(old).orElse(null);
            boolean same = before != null && versionOf(kept).equals(versionOf(old));
            Map<String, PersonalToken> tokens = before != null && same ? before.tokens() : byId(kept);
            copy = new Copy(begun, kept, tokens);
            return tokens;
        } catch (Unavailable e) {
            failure = new Failure(begun, e);
            throw e;
        }
    }

    private static String versionOf(ServiceDocument.@Nullable Kept kept) {
        return kept == null ? "" : kept.version();
    }

    private static Map<String, PersonalToken> byId(ServiceDocument.@Nullable Kept kept) {
        Map<String, PersonalToken> tokens = new HashMap<>();
        PersonalTokensJson.read(kept == null ? null : kept.document()).forEach(token -> tokens.put(token.id(), token));
        return tokens;
    }
}
