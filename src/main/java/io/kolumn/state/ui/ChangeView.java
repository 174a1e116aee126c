package io.kolumn.state.ui;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The form of a change that takes something away.
 *
 * @param heading what is asked, such as {@code Delete this state?}
 * @param consequences what it means, the most important first
 * @param button what it is called
 * @param action the address to which the form is sent, which shows the form again
 * @param cancel where one goes who does not want it
 * @param current the number of the current version; 0 for none
 * @param reason what was typed as the reason; null if none is asked for
 * @param refused why it was not done; null before it was tried
 * @param locked who holds the lock, so that it cannot be done; null for nobody
 */
public record ChangeView(
        String name,
        String label,
        List<Links.Crumb> crumbs,
        String heading,
        List<String> consequences,
        String button,
        String action,
        String cancel,
        long current,
        @Nullable String reason,
        @Nullable String refused,
        @Nullable LockBox locked) {}
