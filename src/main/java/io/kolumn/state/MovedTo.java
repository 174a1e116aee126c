package io.kolumn.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The target of a moved state. The head of the old name stores it instead of a lock, so releases without moves cannot
 * lock or write there.
 *
 * @param name the new name; null for a caller who cannot read it
 * @param at the time of the move
 * @param until the end of the redirect
 * @param who the caller who moved it, if known
 * @param newest the id of its newest version then, which a repeated move compares
 */
public record MovedTo(@Nullable StateName name, Instant at, Instant until, String who, String newest) {

    private static final String OPERATION = "moved";

    static MovedTo of(Lock marker) {
        LockInfo info = marker.info();
        Instant until = marker.expires() == null ? Instant.MAX : marker.expires();
        return new MovedTo(
                info.path().isEmpty() ? null : StateName.of(info.path()),
                marker.acquired(),
                until,
                info.who(),
                info.version());
    }

    Lock marker(String id, long fence) {
        String path = name == null ? "" : name.value();
        String text = name == null ? "" : "This state was moved to '" + name + "'.";
        LockInfo info = new LockInfo(id, OPERATION, text, who, newest, at, path, null);
        return new Lock(info, fence, at, until);
    }

    MovedTo untold() {
        return new MovedTo(null, at, until, who, newest);
    }
}
