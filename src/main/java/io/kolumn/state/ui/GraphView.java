package io.kolumn.state.ui;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of dependencies shows.
 *
 * @param label the last part of the name of the state
 * @param version the version that is shown
 * @param unreadable why its content is not shown; null if it is
 * @param path the modules that lead to the one that is shown
 * @param node the resource whose neighbourhood is shown; empty for a module
 * @param search what was typed
 * @param matches resources whose address has it
 * @param picture null where there is nothing to show
 * @param summary what is shown
 * @param zooms the sizes that can be chosen
 */
public record GraphView(
        String name,
        String label,
        List<Links.Crumb> crumbs,
        long version,
        @Nullable String unreadable,
        List<Links.Crumb> path,
        String node,
        String search,
        List<Links.Crumb> matches,
        @Nullable Picture picture,
        String summary,
        List<Zoom> zooms) {

    /**
     * A picture.
     *
     * @param width on the page, in pixels
     * @param height on the page, in pixels
     * @param box what of the plane is shown, as SVG wants it
     */
    public record Picture(int width, int height, String box, List<GraphLayout.Edge> edges, List<Box> boxes) {}

    /**
     * A node of the picture.
     *
     * @param label the first line
     * @param kind the second line
     * @param title all of it
     * @param href where it leads
     * @param css classes for the style sheet
     */
    public record Box(int x, int y, String label, String kind, String title, String href, String css) {}

    /** A size of the picture; the chosen one has no address. */
    public record Zoom(String label, @Nullable String href) {}
}
