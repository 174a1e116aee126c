package io.kolumn.state.ui;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The form of the labels of a state.
 *
 * @param seen the labels as they are, one in a line
 * @param text what the field has: the same, or what was typed before
 * @param refused why it was not done; null before it was tried
 */
public record LabelsView(
        String name,
        String label,
        List<Links.Crumb> crumbs,
        String seen,
        String text,
        @Nullable String refused) {}
