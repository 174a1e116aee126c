package io.kolumn.state.ui;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.inventory.Inventory;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code /ui}: the states, as a tree or by their whole names. */
@Path("/ui")
@Produces(Pages.HTML)
@RunOnVirtualThread
final class StatesPage {

    private static final String TEXT_AFTER = "Next " + StateTree.ROWS;

    private final StateBackend backend;
    private final Inventory inventory;
    private final Pages pages;
    private final Address address;
    private final Clock clock;

    StatesPage(StateBackend backend, Inventory inventory, Pages pages, Address address, Clock clock) {
        this.backend = backend;
        this.inventory = inventory;
        this.pages = pages;
        this.address = address;
        this.clock = clock;
    }

    /** What is asked for. */
    private record Asked(String prefix, String filter, boolean flat, boolean deleted, String sort, String after) {

        Asked {
            if (!prefix.isEmpty() && (!prefix.endsWith("/") || !StateName.mayStartWith(prefix))) {
                throw new Invalid("The folder is not the start of a state name that ends with '/'.");
            }
        }

        String link(String wantedSort, String wantedAfter) {
            return link(flat, wantedSort, wantedAfter);
        }

        String link(boolean wantedFlat, String wantedSort, String wantedAfter) {
            Map<String, String> query = new LinkedHashMap<>();
            put(query, "prefix", prefix);
            put(query, "filter", filter);
            put(query, "view", wantedFlat ? "flat" : "");
            put(query, "deleted", deleted ? "true" : "");
            put(query, "sort", wantedSort);
            put(query, "after", wantedAfter);
            return Links.of("/ui/states", query);
        }

        private static void put(Map<String, String> query, String name, String value) {
            if (!value.isEmpty()) {
                query.put(name, value);
            }
        }
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<String> start() {
        return list("", "", "", "", "", "");
    }

    @GET
    @Path("/states")
    @Operation(hidden = true)
    public RestResponse<String> list(
            @RestQuery @DefaultValue("") String prefix,
            @RestQuery @DefaultValue("") String filter,
            @RestQuery @DefaultValue("") String view,
            @RestQuery @DefaultValue("") String deleted,
            @RestQuery @DefaultValue("") String sort,
            @RestQuery @DefaultValue("") String after) {
        Asked asked = new Asked(prefix, filter.strip(), view.equals("flat"), deleted.equals("true"), sort, after);
        String title = prefix.isEmpty() ? "States" : prefix;
        return pages.page(title, "states", frame -> Templates.states(frame, view(asked)));
    }

    private StatesView view(Asked asked) {
        StateFilter filter = StateFilter.of(asked.filter());
        StateTree tree = new StateTree(backend, filter.labels(), asked.deleted());
        StateName after = asked.after().isEmpty() ? null : StateName.of(asked.after());
        boolean whole = asked.flat() || !filter.isEmpty();
        StateTree.Page page = !filter.text().isEmpty()
                ? tree.holding(asked.prefix(), filter.text(), after)
                : whole ? tree.flat(asked.prefix(), after) : tree.level(asked.prefix(), after);
        boolean sortable =
                after == null && page.next() == null && page.entries().size() > 1;
        List<StateTree.Entry> entries = sortable ? Sorting.sorted(page.entries(), asked.sort()) : page.entries();
        Instant now = clock.instant();
        List<StateHead> heads = entries.stream()
                .map(StateTree.Entry::head)
                .filter(Objects::nonNull)
                .toList();
        RowFacts facts = RowFacts.of(heads, backend, inventory);
        List<StateRow> rows = entries.stream()
                .map(entry -> row(entry, asked.prefix(), facts, now))
                .toList();
        StateName next = page.next();
        boolean start = asked.prefix().isEmpty() && asked.filter().isEmpty() && after == null;
        return new StatesView(
                asked.prefix(),
                Links.crumbs(asked.prefix()),
                asked.filter(),
                whole,
                asked.deleted(),
                rows,
                columns(asked, sortable),
                next == null ? null : asked.link("", next.value()),
                page.scanned() ? "Look further" : TEXT_AFTER,
                after == null ? null : asked.link("", ""),
                asked.link(false, "", ""),
                asked.link(true, "", ""),
                backend.readsAll(asked.prefix()),
                summary(page, rows.size(), after != null),
                start && rows.isEmpty() ? address.ofService() : null);
    }

    private static StateRow row(StateTree.Entry entry, String prefix, RowFacts facts, Instant now) {
        if (entry.head() == null) {
            String label = entry.folder().substring(prefix.length());
            String states = entry.all() ? Texts.count(entry.seen(), "state") : entry.seen() + "+ states";
            return StateRow.folder(label, Links.states(entry.folder()), states);
        }
        return StateRow.of(entry.head(), entry.head().name().value().substring(prefix.length()), facts, now);
    }

    private static List<StatesView.Column> columns(Asked asked, boolean sortable) {
        List<StatesView.Column> columns = new ArrayList<>();
        for (Sorting sorting : Sorting.values()) {
            boolean chosen = sortable && sorting.chosenBy(asked.sort());
            String href = sortable && sorting.sorts() ? asked.link(sorting.next(asked.sort()), "") : null;
            columns.add(new StatesView.Column(
                    sorting.label(), href, chosen ? sorting.direction(asked.sort()) : "none", sorting.kind()));
        }
        return columns;
    }

    private static String summary(StateTree.Page page, int rows, boolean further) {
        if (page.scanned() && page.next() != null && rows < StateTree.ROWS) {
            return (rows == 1 ? "1 match" : rows + " matches") + " among the " + (further ? "next" : "first")
                    + " 1,000 states.";
        }
        boolean folders = page.entries().stream().anyMatch(entry -> entry.head() == null);
        String count = rows + (folders ? rows == 1 ? " entry" : " entries" : rows == 1 ? " state" : " states");
        return page.next() == null && !further ? count + "." : count + " on this page.";
    }
}
