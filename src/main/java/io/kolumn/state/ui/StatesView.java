package io.kolumn.state.ui;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of states shows.
 *
 * @param prefix below which the states are
 * @param crumbs its folders
 * @param filter what was typed
 * @param flat whether whole names are shown
 * @param deleted whether deleted states are listed
 * @param rows at most {@value StateTree#ROWS}
 * @param columns heads of the columns, which sort where everything is on the page
 * @param next the address of the next page; null if there is none
 * @param nextText what leads there
 * @param first the address of the first page; null if this is it
 * @param tree the address of the same list as a tree
 * @param names the address of the same list with whole names
 * @param seesAll whether the caller can read everything below the prefix
 * @param summary how much is shown
 * @param nothing what to say where there is no state at all, with the address of the service; null if there are some
 */
public record StatesView(
        String prefix,
        List<Links.Crumb> crumbs,
        String filter,
        boolean flat,
        boolean deleted,
        List<StateRow> rows,
        List<Column> columns,
        @Nullable String next,
        String nextText,
        @Nullable String first,
        String tree,
        String names,
        boolean seesAll,
        String summary,
        @Nullable String nothing) {

    /**
     * The head of a column.
     *
     * @param href the address of the list sorted by it; null where it cannot be
     * @param direction {@code ascending} or {@code descending} if the list is sorted by it, else {@code none}
     * @param kind a class for the style sheet
     */
    public record Column(String name, @Nullable String href, String direction, String kind) {}
}
