package io.kolumn.state.ui;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The preview of a restore.
 *
 * @param what is restored, such as {@code version 3}
 * @param current the number of the current version; 0 for none
 * @param action the address to which the form is sent, which shows the form again
 * @param refused why it was not done; null before it was tried
 * @param locked who holds the lock, so that it cannot be done; null for nobody
 * @param diff what would change; null where that cannot be told
 * @param untold why it cannot be told; null if it can
 */
public record RestoreView(
        String name,
        String label,
        List<Links.Crumb> crumbs,
        String what,
        long current,
        String action,
        String download,
        @Nullable String refused,
        @Nullable LockBox locked,
        @Nullable DiffView diff,
        @Nullable String untold) {}
