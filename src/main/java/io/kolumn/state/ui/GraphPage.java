package io.kolumn.state.ui;

import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.QueryParameters;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code /ui/graph/{name}}: what the resources of a state depend on, as a picture of one module or around one resource. */
@Path("/ui/graph/{name:.+}")
@Produces(Pages.HTML)
@RunOnVirtualThread
final class GraphPage {

    /** A graph of so many nodes is shown without folding its modules. */
    private static final int SMALL = 40;

    /** A picture of more says nothing. */
    private static final int MAX_NODES = 150;

    private static final int STEPS = 2;
    private static final int MATCHES = 20;
    private static final List<Integer> ZOOMS = List.of(50, 75, 100, 150);

    private final StateBackend backend;
    private final Pages pages;
    private final Exchange exchange;

    GraphPage(StateBackend backend, Pages pages, Exchange exchange) {
        this.backend = backend;
        this.pages = pages;
        this.exchange = exchange;
    }

    /** What is asked for. */
    private record Asked(StateName name, long version, String module, String node, String search, int zoom) {

        String link(String wantedModule, String wantedNode, int wantedZoom) {
            Map<String, String> query = new LinkedHashMap<>();
            query.put("version", Long.toString(version));
            put(query, "module", wantedModule);
            put(query, "node", wantedNode);
            put(query, "zoom", wantedZoom == 100 ? "" : Integer.toString(wantedZoom));
            return Links.of(Links.graph(name), query);
        }

        private static void put(Map<String, String> query, String name, String value) {
            if (!value.isEmpty()) {
                query.put(name, value);
            }
        }
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<String> show(
            @RestPath String name,
            @RestQuery @DefaultValue("") String version,
            @RestQuery @DefaultValue("") String module,
            @RestQuery @DefaultValue("") String node,
            @RestQuery @DefaultValue("") String q,
            @RestQuery @DefaultValue("100") String zoom)
            throws IOException {
        StateName state = StateName.of(name);
        StateVersion record = record(state, version);
        int size = QueryParameters.number("zoom", zoom);
        Asked asked = new Asked(state, record.number(), module, node, q.strip(), ZOOMS.contains(size) ? size : 100);
        Contents contents = Contents.of(backend, state, record, exchange::reserve);
        ResourceGraph graph = contents.read() == null ? null : ResourceGraph.of(contents.read());
        GraphView view = graph == null ? unreadable(asked, contents) : view(asked, graph);
        return pages.page(name, "states", frame -> Templates.graph(frame, view));
    }

    private StateVersion record(StateName name, String version) {
        return (version.isEmpty() ? backend.current(name) : backend.version(name, QueryParameters.version(version)))
                .orElseThrow(() -> new NotFound(
                        name,
                        version.isEmpty()
                                ? "State '" + name + "' has no current document."
                                : "State '" + name + "' has no version " + QueryParameters.shown(version) + "."));
    }

    private static GraphView unreadable(Asked asked, Contents contents) {
        StateName name = asked.name();
        return new GraphView(
                name.value(),
                name.segments().getLast(),
                Links.crumbs(name.value()),
                asked.version(),
                contents.why(),
                List.of(),
                "",
                asked.search(),
                List.of(),
                null,
                "",
                List.of());
    }

    private static GraphView view(Asked asked, ResourceGraph whole) {
        StateName name = asked.name();
        if (!asked.node().isEmpty() && !whole.has(asked.node())) {
            throw missing(asked, "resource " + QueryParameters.shown(asked.node()));
        }
        if (!asked.module().isEmpty() && !whole.hasModule(asked.module())) {
            throw missing(asked, "module " + QueryParameters.shown(asked.module()));
        }
        ResourceGraph graph = chosen(asked, whole);
        boolean empty = graph.nodes().isEmpty();
        return new GraphView(
                name.value(),
                name.segments().getLast(),
                Links.crumbs(name.value()),
                asked.version(),
                null,
                path(asked),
                asked.node(),
                asked.search(),
                matches(asked, whole),
                empty ? null : picture(asked, graph),
                empty ? "" : summary(graph, whole),
                empty ? List.of() : zooms(asked));
    }

    private static NotFound missing(Asked asked, String what) {
        return new NotFound(
                asked.name(), "Version " + asked.version() + " of state '" + asked.name() + "' has no " + what + ".");
    }

    private static ResourceGraph chosen(Asked asked, ResourceGraph whole) {
        if (!asked.node().isEmpty()) {
            return whole.near(asked.node(), STEPS, MAX_NODES);
        }
        if (asked.module().isEmpty() && whole.nodes().size() <= SMALL) {
            return whole;
        }
        ResourceGraph module = whole.module(asked.module());
        return module.nodes().size() <= MAX_NODES ? module : module.types();
    }

    private static List<Links.Crumb> path(Asked asked) {
        List<Links.Crumb> path = new ArrayList<>();
        path.add(new Links.Crumb("Root module", asked.link("", "", asked.zoom())));
        String module = asked.module();
        int from = 0;
        while (from < module.length()) {
            int next = module.indexOf(".module.", from);
            int end = next < 0 ? module.length() : next;
            path.add(new Links.Crumb(
                    module.substring(from, end), asked.link(module.substring(0, end), "", asked.zoom())));
            from = end + 1;
        }
        return path;
    }

    private static List<Links.Crumb> matches(Asked asked, ResourceGraph whole) {
        String wanted = asked.search().toLowerCase(Locale.ROOT);
        if (wanted.isEmpty()) {
            return List.of();
        }
        return whole.nodes().stream()
                .map(ResourceGraph.Node::id)
                .filter(id -> id.toLowerCase(Locale.ROOT).contains(wanted))
                .limit(MATCHES)
                .map(id -> new Links.Crumb(id, asked.link("", id, asked.zoom())))
                .toList();
    }

    private static String summary(ResourceGraph graph, ResourceGraph whole) {
        String nodes = graph.nodes().size() == whole.nodes().size()
                ? Texts.count(whole.nodes().size(), "resource")
                : Texts.count(graph.nodes().size(), "node") + ", of "
                        + Texts.count(whole.nodes().size(), "resource");
        return nodes + ". Arrows lead from what is needed to what needs it.";
    }

    private static List<GraphView.Zoom> zooms(Asked asked) {
        return ZOOMS.stream()
                .map(zoom -> new GraphView.Zoom(
                        zoom + " %", zoom == asked.zoom() ? null : asked.link(asked.module(), asked.node(), zoom)))
                .toList();
    }

    private static GraphView.Picture picture(Asked asked, ResourceGraph graph) {
        GraphLayout layout = GraphLayout.of(graph);
        List<GraphView.Box> boxes = graph.nodes().stream()
                .map(node -> box(asked, node, layout.place(node)))
                .toList();
        return new GraphView.Picture(
                layout.width() * asked.zoom() / 100,
                layout.height() * asked.zoom() / 100,
                "0 0 " + layout.width() + " " + layout.height(),
                layout.edges(),
                boxes);
    }

    private static GraphView.Box box(Asked asked, ResourceGraph.Node node, GraphLayout.Place place) {
        boolean chosen = node.id().equals(asked.node());
        String css = (node.isModule() ? "module-node" : "resource-node")
                + (node.data() ? " data-node" : "")
                + (node.tainted() ? " tainted-node" : "")
                + (chosen ? " chosen" : "");
        String href = node.isModule()
                ? asked.link(node.id(), "", asked.zoom())
                : node.isResource() && !chosen
                        ? asked.link("", node.id(), asked.zoom())
                        : Links.of(
                                Links.state(asked.name()),
                                Map.of("version", Long.toString(asked.version()), "filter", node.id()));
        return new GraphView.Box(
                place.x(), place.y(), cut(label(node), 26), cut(kind(asked, node), 29), title(node), href, css);
    }

    private static String label(ResourceGraph.Node node) {
        if (node.isModule()) {
            return node.id()
                    .substring(node.module().isEmpty() ? 0 : node.module().length() + 1);
        }
        return node.isResource() ? node.name() : "all " + node.type();
    }

    private static String kind(Asked asked, ResourceGraph.Node node) {
        String count = node.instances() == 1 ? "" : " × " + node.instances();
        if (node.isModule()) {
            return Texts.count(node.instances(), "instance");
        }
        String where = node.module().equals(asked.module()) || node.module().isEmpty() ? "" : " in " + node.module();
        return (node.data() ? "data " : "") + (node.isResource() ? node.type() : "") + count + where;
    }

    private static String title(ResourceGraph.Node node) {
        return node.id()
                + (node.instances() == 1 ? "" : ", " + node.instances() + " instances")
                + (node.tainted() ? ", tainted" : "");
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }
}
