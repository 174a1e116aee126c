package io.kolumn.state.ui;

import io.kolumn.state.ui.ResourceGraph.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the nodes of a graph stand: in columns, each to the right of all that it depends on, and in a column near its
 * neighbours. A line over several columns goes between the nodes of each. What has no neighbour stands below.
 *
 * <p>A dependency that others imply is not drawn: documents name all of them, also the indirect ones.
 */
public final class GraphLayout {

    static final int WIDTH = 208;
    static final int HEIGHT = 40;

    private static final int COLUMN = WIDTH + 72;
    private static final int ROW = HEIGHT + 14;
    private static final int LINE = 16;
    private static final int MARGIN = 16;

    /** More make the order no better. */
    private static final int SWEEPS = 8;

    /** Nodes without neighbours in a row, at least. */
    private static final int ALONE = 4;

    /** The place of a node, by its upper left corner. */
    record Place(int x, int y) {}

    /**
     * A part of a line, in the notation of SVG paths.
     *
     * @param tip whether it ends at a node
     */
    public record Edge(String path, boolean tip) {}

    /** What stands in a column: a node, or a line that passes. */
    private record Item(String id, int column, boolean node) {}

    private final ResourceGraph graph;
    private final Map<String, Integer> columns = new HashMap<>();
    private final List<List<Item>> order = new ArrayList<>();
    private final Map<Item, Set<Item>> left = new HashMap<>();
    private final Map<Item, Set<Item>> right = new LinkedHashMap<>();
    private final List<Item> against = new ArrayList<>();
    private final Map<Item, Place> places = new HashMap<>();
    private int width;
    private int height;

    private GraphLayout(ResourceGraph graph) {
        this.graph = graph;
    }

    static GraphLayout of(ResourceGraph graph) {
        GraphLayout layout = new GraphLayout(graph);
        List<Node> alone = layout.columns();
        layout.connect();
        layout.sort();
        layout.place(alone);
        return layout;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    Place place(Node node) {
        return places.getOrDefault(item(node.id()), new Place(0, 0));
    }

    int column(Node node) {
        return columns.getOrDefault(node.id(), -1);
    }

    private Item item(String id) {
        return new Item(id, columns.getOrDefault(id, -1), true);
    }

    /**
     * Gives each node a column, by the longest way to it, and returns those without neighbours. Modules may depend on each other
     * in a circle, which is then entered where least is open.
     */
    private List<Node> columns() {
        Set<String> needed = new HashSet<>();
        graph.nodes().forEach(node -> needed.addAll(graph.dependencies(node)));
        List<Node> alone = new ArrayList<>();
        Map<String, Node> waiting = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (graph.dependencies(node).isEmpty() && !needed.contains(node.id())) {
                alone.add(node);
            } else {
                waiting.put(node.id(), node);
            }
        }
        while (!waiting.isEmpty()) {
            List<Node> ready = waiting.values().stream()
                    .filter(node -> open(node, waiting) == 0)
                    .toList();
            List<Node> next = ready.isEmpty()
                    ? waiting.values().stream().min(Comparator.comparingLong(node -> open(node, waiting))).stream()
                            .toList()
                    : ready;
            next.forEach(node -> columns.put(node.id(), behind(node)));
            next.forEach(node -> waiting.remove(node.id()));
        }
        return alone;
    }

    private long open(Node node, Map<String, Node> waiting) {
        return graph.dependencies(node).stream().filter(waiting::containsKey).count();
    }

    private int behind(Node node) {
        return graph.dependencies(node).stream()
                .mapToInt(on -> columns.getOrDefault(on, -1) + 1)
                .max()
                .orElse(0);
    }

    private void connect() {
        columns.values().forEach(column -> {
            while (order.size() <= column) {
                order.add(new ArrayList<>());
            }
        });
        for (Node node : graph.nodes()) {
            Item to = item(node.id());
            if (to.column() >= 0) {
                order.get(to.column()).add(to);
            }
        }
        for (Node node : graph.nodes()) {
            for (String on : direct(node)) {
                line(item(on), item(node.id()));
            }
        }
    }

    /** What a node depends on and no other of its dependencies does. */
    private Set<String> direct(Node node) {
        Set<String> direct = new LinkedHashSet<>(graph.dependencies(node));
        for (String on : graph.dependencies(node)) {
            if (forward(on, node.id())) {
                direct.removeAll(before(on));
            }
        }
        return direct;
    }

    private Set<String> before(String id) {
        Set<String> all = new HashSet<>();
        Deque<String> next = new ArrayDeque<>(List.of(id));
        while (!next.isEmpty()) {
            String one = next.remove();
            for (String on : graph.dependencies(one)) {
                if (forward(on, one) && all.add(on)) {
                    next.add(on);
                }
            }
        }
        return all;
    }

    private boolean forward(String from, String to) {
        return columns.getOrDefault(from, -1) < columns.getOrDefault(to, -1);
    }

    /** Lines from one node share their way as far as it is the same. */
    private void line(Item from, Item to) {
        if (from.column() >= to.column()) {
            against.add(from);
            against.add(to);
            return;
        }
        Item last = from;
        for (int column = from.column() + 1; column < to.column(); column++) {
            Item passing = new Item(from.id(), column, false);
            if (!left.containsKey(passing)) {
                order.get(column).add(passing);
            }
            link(last, passing);
            last = passing;
        }
        link(last, to);
    }

    private void link(Item from, Item to) {
        right.computeIfAbsent(from, _ -> new LinkedHashSet<>()).add(to);
        left.computeIfAbsent(to, _ -> new LinkedHashSet<>()).add(from);
    }

    /** Each goes to the middle of its neighbours, some times of those on the left and some times of those on the right. */
    private void sort() {
        Map<Item, Double> heights = new HashMap<>();
        order.forEach(column -> spread(column, heights));
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            boolean forth = sweep % 2 == 0;
            for (List<Item> column : forth ? order : order.reversed()) {
                Map<Item, Double> wanted = new HashMap<>();
                column.forEach(item -> wanted.put(item, middle(item, forth ? left : right, heights)));
                column.sort(Comparator.comparingDouble((Item item) -> wanted.getOrDefault(item, 0.0)));
                spread(column, heights);
            }
        }
    }

    private static int rows(Item item) {
        return item.node() ? ROW : LINE;
    }

    private static int rows(List<Item> column) {
        return column.stream().mapToInt(GraphLayout::rows).sum();
    }

    private static void spread(List<Item> column, Map<Item, Double> heights) {
        double top = -rows(column) / 2.0;
        for (Item item : column) {
            heights.put(item, top + rows(item) / 2.0);
            top += rows(item);
        }
    }

    private static double middle(Item item, Map<Item, Set<Item>> side, Map<Item, Double> heights) {
        double here = heights.getOrDefault(item, 0.0);
        return side.getOrDefault(item, Set.of()).stream()
                .mapToDouble(other -> heights.getOrDefault(other, 0.0))
                .average()
                .orElse(here);
    }

    private void place(List<Node> alone) {
        int rows = order.stream().mapToInt(GraphLayout::rows).max().orElse(0);
        for (int column = 0; column < order.size(); column++) {
            int top = MARGIN + (rows - rows(order.get(column))) / 2;
            for (Item item : order.get(column)) {
                places.put(item, new Place(MARGIN + column * COLUMN, top));
                top += rows(item);
            }
        }
        int wide = Math.max(ALONE, order.size());
        int top = MARGIN + rows + (rows == 0 ? 0 : ROW / 2);
        for (int i = 0; i < alone.size(); i++) {
            places.put(item(alone.get(i).id()), new Place(MARGIN + i % wide * COLUMN, top + i / wide * ROW));
        }
        int used = Math.max(order.size(), Math.min(wide, alone.size()));
        int bottom = alone.isEmpty() ? MARGIN + rows : top + (alone.size() + wide - 1) / wide * ROW;
        width = 2 * MARGIN + used * COLUMN - (COLUMN - WIDTH);
        height = bottom - (ROW - HEIGHT) + MARGIN;
    }

    /** Returns all lines. */
    List<Edge> edges() {
        List<Edge> edges = new ArrayList<>();
        right.forEach((from, all) -> {
            if (!from.node()) {
                int x = places.getOrDefault(from, new Place(0, 0)).x();
                edges.add(new Edge("M" + x + " " + middle(from) + "H" + (x + WIDTH), false));
            }
            all.forEach(to -> edges.add(new Edge(curve(from, to), to.node())));
        });
        for (int i = 0; i < against.size(); i += 2) {
            edges.add(new Edge(curve(against.get(i), against.get(i + 1)), true));
        }
        return edges;
    }

    private int middle(Item item) {
        return places.getOrDefault(item, new Place(0, 0)).y() + (item.node() ? HEIGHT : LINE) / 2;
    }

    /** From the right side of what is depended on. */
    private String curve(Item from, Item to) {
        int x1 = places.getOrDefault(from, new Place(0, 0)).x() + WIDTH;
        int x2 = places.getOrDefault(to, new Place(0, 0)).x();
        int bend = Math.max(36, Math.abs(x2 - x1) / 2);
        return "M" + x1 + " " + middle(from) + "C" + (x1 + bend) + " " + middle(from) + " " + (x2 - bend) + " "
                + middle(to) + " " + x2 + " " + middle(to);
    }
}
