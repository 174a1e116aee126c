package io.kolumn.state.ui;

import io.kolumn.state.ResourceCount;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.inventory.Inventory;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a list of states shows beside their heads: each is asked once for all rows, and not for each row. */
final class RowFacts {

    private static final String UNKNOWN = "–";

    private final @Nullable String off;
    private final Map<StateName, ResourceCount> resources;
    private final Map<StateName, Integer> quarantined;

    private RowFacts(
            @Nullable String off, Map<StateName, ResourceCount> resources, Map<StateName, Integer> quarantined) {
        this.off = off;
        this.resources = resources;
        this.quarantined = quarantined;
    }

    /** Asks for these states. Where the storage cannot tell for several states at once, none is marked. */
    static RowFacts of(Collection<StateHead> heads, StateBackend backend, Inventory inventory) {
        List<StateName> names = heads.stream().map(StateHead::name).toList();
        List<StateName> written = heads.stream()
                .filter(head -> head.current() != null)
                .map(StateHead::name)
                .toList();
        String off = inventory.off();
        return new RowFacts(
                off,
                off != null || written.isEmpty() ? Map.of() : inventory.counts(written),
                names.isEmpty() ? Map.of() : backend.quarantined(names).orElse(Map.of()));
    }

    /** Returns the number of resources of a state, or why there is none. */
    StateRow.Resources resources(StateHead head) {
        StateVersion current = head.current();
        if (current == null) {
            return StateRow.Resources.NONE;
        }
        ResourceCount count = resources.get(head.name());
        if (off != null) {
            return new StateRow.Resources(UNKNOWN, off);
        }
        if (count == null) {
            return new StateRow.Resources(UNKNOWN, "This state is not indexed yet.");
        }
        if (count.notIndexed() != null) {
            return new StateRow.Resources(UNKNOWN, "This state is not indexed: " + count.notIndexed() + ".");
        }
        String title = count.version() == current.number()
                ? ""
                : "In version " + count.version() + ". Version " + current.number() + " is not indexed yet.";
        return new StateRow.Resources(Integer.toString(count.resources()), title);
    }

    /** Returns the mark of documents in quarantine; null if there are none. */
    StateRow.@Nullable Quarantine quarantine(StateHead head) {
        Integer documents = quarantined.get(head.name());
        return documents == null
                ? null
                : new StateRow.Quarantine(
                        documents + " in quarantine",
                        Links.quarantine(head.name()),
                        "Rejected " + (documents == 1 ? "document" : "documents")
                                + ". Compare with the current version, then restore or purge.");
    }
}
