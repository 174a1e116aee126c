package io.kolumn.state.backend;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import java.util.List;
import java.util.stream.Stream;

/** The names below {@link StateName#RESERVED}. They are for documents of the service itself. */
final class ReservedNames {

    private ReservedNames() {}

    /**
     * Checks a name.
     *
     * @throws Invalid if it is reserved
     */
    static void refuse(StateName name) {
        if (name.reserved()) {
            throw new Invalid("The name '" + name + "' is not available for a state: names below '" + StateName.RESERVED
                    + "' are reserved for the service.");
        }
    }

    /** Returns a page of the store's list without reserved names. */
    static HeadPage list(StateStore store, ListQuery query) {
        HeadPage page = store.list(query);
        List<StateHead> shown =
                page.heads().stream().filter(head -> !head.name().reserved()).toList();
        int hidden = page.heads().size() - shown.size();
        if (hidden == 0 || !page.more()) {
            return hidden == 0 ? page : new HeadPage(shown, false);
        }
        HeadPage rest = list(store, query.behind(page.heads().getLast().name(), hidden));
        return new HeadPage(Stream.concat(shown.stream(), rest.heads().stream()).toList(), rest.more());
    }
}
