package io.kolumn.state.store.local;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import java.io.IOException;
import java.nio.file.Path;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Remembers that the disk failed to sync a change that others may have seen: what is on the disk is then not known, and
 * nothing is promised any more.
 */
final class FailedSync {

    private static final Logger LOG = Logger.getLogger(FailedSync.class);

    private volatile @Nullable IOException failure;

    /** Whether a sync failed. */
    boolean happened() {
        return failure != null;
    }

    /** Brings a change to the disk. */
    interface Syncing {
        void run() throws IOException;
    }

    /** @throws Unavailable if a sync failed */
    void require() {
        IOException before = failure;
        if (before != null) {
            throw new Unavailable(
                    "The local store stopped because the disk failed to sync: " + LocalStore.reason(before)
                            + ". Check the disk, then restart.",
                    before);
        }
    }

    /** @throws Unavailable with an unknown outcome if it fails */
    void sync(StateName name, Path file, Syncing syncing) {
        try {
            syncing.run();
        } catch (IOException e) {
            failure = e;
            LOG.errorf(
                    e,
                    "The disk failed to sync %s: nothing is read or written any more. Check the disk, restart.",
                    file);
            throw Unavailable.outcomeUnknown(
                    "State '" + name + "' may have changed or not: the disk failed to sync " + file + ": "
                            + LocalStore.reason(e),
                    e);
        }
    }
}
