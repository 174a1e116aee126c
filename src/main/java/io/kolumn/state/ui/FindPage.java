package io.kolumn.state.ui;

import io.kolumn.state.FoundResource;
import io.kolumn.state.IndexedResource;
import io.kolumn.state.LabelSelector;
import io.kolumn.state.ResourceQuery;
import io.kolumn.state.inventory.IndexLag;
import io.kolumn.state.inventory.Inventory;
import io.kolumn.state.inventory.ResourcePage;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /ui/find}: which state has a resource. */
@Path("/ui/find")
@Produces(Pages.HTML)
@RunOnVirtualThread
public final class FindPage {

    private static final int ROWS = 50;

    private final Inventory inventory;
    private final Pages pages;
    private final Clock clock;

    FindPage(Inventory inventory, Pages pages, Clock clock) {
        this.inventory = inventory;
        this.pages = pages;
        this.clock = clock;
    }

    /**
     * A resource that was found.
     *
     * @param id empty if it has none
     * @param name an attribute that says more than the id; empty for none
     * @param mark tainted or deposed; empty for neither
     */
    public record Row(
            String address,
            String href,
            String id,
            String name,
            String provider,
            String mark,
            String state,
            String stateHref) {

        private static Row of(FoundResource found) {
            IndexedResource resource = found.resource();
            String id = resource.id() == null ? "" : resource.id();
            String name = resource.attributes().getOrDefault(IndexedResource.NAME, "");
            return new Row(
                    resource.address(),
                    Links.instance(found.state(), found.version(), resource.address()),
                    id,
                    name.equals(id) ? "" : name,
                    resource.provider().substring(resource.provider().indexOf('/') + 1),
                    resource.deposed() != null ? "deposed" : resource.tainted() ? "tainted" : "",
                    found.state().value(),
                    Links.state(found.state()));
        }
    }

    /**
     * What the page shows.
     *
     * @param off why nothing can be found; empty if it can
     * @param asked whether anything was asked for
     * @param exact whether the text is the id of all that is shown
     * @param behind what the index does not know yet; empty for nothing
     * @param next the address of the next page; null on the last one
     */
    public record View(
            String text,
            String type,
            String prefix,
            String off,
            boolean asked,
            boolean exact,
            List<Row> rows,
            String behind,
            @Nullable String next) {}

    @GET
    @Operation(hidden = true)
    public RestResponse<String> find(
            @RestQuery @DefaultValue("") String q,
            @RestQuery @DefaultValue("") String type,
            @RestQuery @DefaultValue("") String prefix,
            @RestQuery @DefaultValue("") String after) {
        Asked asked = new Asked(q.strip(), type.strip(), prefix.strip(), after);
        return pages.page("Find", "find", frame -> Templates.find(frame, view(asked)));
    }

    private record Asked(String text, String type, String prefix, String after) {

        boolean anything() {
            return !text.isEmpty() || !type.isEmpty() || !prefix.isEmpty();
        }

        /** An id is looked up at once; another text is looked for everywhere. */
        ResourceQuery query(boolean id) {
            return new ResourceQuery(
                    id ? "" : text,
                    type,
                    "",
                    "",
                    id ? text : "",
                    LabelSelector.ALL,
                    prefix,
                    after.isEmpty() ? null : ResourceQuery.Position.parse(after),
                    ROWS);
        }

        String link(ResourceQuery.Position next) {
            Map<String, String> query = new LinkedHashMap<>();
            query.put("q", text);
            query.put("type", type);
            query.put("prefix", prefix);
            query.put("after", next.toString());
            return Links.of("/ui/find", query);
        }
    }

    private View view(Asked asked) {
        String off = inventory.off();
        if (off != null || !asked.anything()) {
            return new View(
                    asked.text(),
                    asked.type(),
                    asked.prefix(),
                    off == null ? "" : off,
                    false,
                    false,
                    List.of(),
                    "",
                    null);
        }
        ResourcePage ids = asked.text().isEmpty() ? null : inventory.find(asked.query(true));
        boolean exact = ids != null && !ids.resources().isEmpty();
        ResourcePage page = ids != null && exact ? ids : inventory.find(asked.query(false));
        return new View(
                asked.text(),
                asked.type(),
                asked.prefix(),
                "",
                true,
                exact,
                page.resources().stream().map(Row::of).toList(),
                behind(page.lag(), clock.instant()),
                page.next() == null ? null : asked.link(page.next()));
    }

    private static String behind(IndexLag lag, Instant now) {
        if (lag.checked() == null) {
            return "The index is being made. Resources may be missing.";
        }
        if (lag.behind() == 0) {
            return "";
        }
        String since = lag.oldest() == null ? "" : " The oldest was written " + Texts.ago(lag.oldest(), now) + ".";
        return "The index does not know the last change of " + Texts.count(lag.behind(), "state") + " yet." + since;
    }
}
