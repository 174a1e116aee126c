package io.kolumn.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a state went that had another name. A head keeps it in the place of its lock, so that a release that knows of no
 * moves lets nobody lock or write there.
 *
 * @param name its name since then; null for a caller who may not know it
 * @param at when it was moved
 * @param until when its old address ends to say so
 * @param who moved it, as far as known
 * @param newest the id of its newest version then, by which a second try knows it
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
