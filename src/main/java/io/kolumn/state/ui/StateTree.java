package io.kolumn.state.ui;

import io.kolumn.state.HeadPage;
import io.kolumn.state.LabelSelector;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.StateBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Pages of states out of listings in byte order. Whatever the number of states, a page costs a bounded number of bounded
 * listings: a folder is passed over at once, and how many states it holds is told only as far as they were seen.
 */
final class StateTree {

    /** Lines of a page. */
    static final int ROWS = 50;

    /** Heads of a listing, behind which a folder is passed over. */
    private static final int LOOK_AHEAD = 100;

    /** Listings for one page, behind which the rest is on the next. */
    private static final int MOST_LISTINGS = 25;

    /** States that are looked at for one page of a text that their names may hold anywhere. */
    private static final int SCANNED = ListQuery.MAX_LIMIT;

    /** The last character that a name can have. */
    private static final String LAST = "z";

    /**
     * A state, or a folder of states.
     *
     * @param head the state; null for a folder
     * @param folder the whole prefix of the folder; empty for a state
     * @param seen how many states of the folder were seen
     * @param all whether there are certainly no more of them
     */
    record Entry(@Nullable StateHead head, String folder, int seen, boolean all) {
        private Entry more() {
            return new Entry(head, folder, seen + 1, all);
        }

        private Entry passedOver() {
            return new Entry(head, folder, seen, false);
        }
    }

    /**
     * A page of entries.
     *
     * @param next the name behind which the next page begins; null if there is none
     * @param scanned whether the next page goes on with looking, and not with lines that are known to be there
     */
    record Page(List<Entry> entries, @Nullable StateName next, boolean scanned) {}

    private final StateBackend backend;
    private final LabelSelector labels;
    private final boolean deleted;

    StateTree(StateBackend backend, LabelSelector labels, boolean deleted) {
        this.backend = backend;
        this.labels = labels;
        this.deleted = deleted;
    }

    /** Returns states with this prefix by their whole names. */
    Page flat(String prefix, @Nullable StateName after) {
        HeadPage page = list(prefix, after, ROWS);
        List<Entry> entries = page.heads().stream().map(StateTree::state).toList();
        return new Page(entries, page.more() ? page.heads().getLast().name() : null, false);
    }

    /** Returns states with this prefix whose names hold a text behind it, in any case. */
    Page holding(String prefix, String text, @Nullable StateName after) {
        String wanted = text.toLowerCase(Locale.ROOT);
        List<Entry> entries = new ArrayList<>();
        HeadPage page = list(prefix, after, SCANNED);
        for (StateHead head : page.heads()) {
            String name = head.name().value().substring(prefix.length()).toLowerCase(Locale.ROOT);
            if (name.contains(wanted)) {
                entries.add(state(head));
                if (entries.size() == ROWS) {
                    return new Page(entries, head.name(), true);
                }
            }
        }
        return new Page(entries, page.more() ? page.heads().getLast().name() : null, true);
    }

    /** Returns what is directly below a prefix, which is empty or ends with a slash. */
    Page level(String prefix, @Nullable StateName after) {
        List<Entry> entries = new ArrayList<>();
        StateName last = after;
        for (int listing = 0; listing < MOST_LISTINGS; listing++) {
            HeadPage page = list(prefix, last, LOOK_AHEAD);
            for (StateHead head : page.heads()) {
                if (!add(entries, head, prefix)) {
                    return new Page(entries, end(entries.getLast()), false);
                }
                last = head.name();
            }
            if (!page.more() || entries.isEmpty()) {
                return new Page(entries, null, false);
            }
            Entry passed = entries.getLast();
            if (passed.head() == null) {
                entries.set(entries.size() - 1, passed.passedOver());
            }
            last = end(passed);
        }
        return new Page(entries, last, false);
    }

    /** False if there is no room for it. */
    private static boolean add(List<Entry> entries, StateHead head, String prefix) {
        String name = head.name().value();
        int slash = name.indexOf('/', prefix.length());
        String folder = slash < 0 ? "" : name.substring(0, slash + 1);
        Entry before = entries.isEmpty() ? null : entries.getLast();
        if (before != null && !folder.isEmpty() && before.folder().equals(folder)) {
            entries.set(entries.size() - 1, before.more());
            return true;
        }
        if (entries.size() == ROWS) {
            return false;
        }
        entries.add(folder.isEmpty() ? state(head) : new Entry(null, folder, 1, true));
        return true;
    }

    private static Entry state(StateHead head) {
        return new Entry(head, "", 0, true);
    }

    /** The last name that is in the folder, or the state itself. */
    private static StateName end(Entry entry) {
        StateHead head = entry.head();
        return head != null
                ? head.name()
                : StateName.of(entry.folder()
                        + LAST.repeat(StateName.MAX_LENGTH - entry.folder().length()));
    }

    private HeadPage list(String prefix, @Nullable StateName after, int limit) {
        return backend.list(new ListQuery(prefix, after, limit, deleted, true, labels));
    }
}
