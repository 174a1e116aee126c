package io.kolumn.state.ui;

import io.kolumn.state.diff.StateContents;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The resources of a document and what they depend on. Instances of a resource are one node, as are those of a module with
 * {@code count} or {@code for_each}: a document names what its resources depend on without keys.
 */
final class ResourceGraph {

    /**
     * A node: a resource, or everything in a module or of a type.
     *
     * @param id the address without keys; of a module, its path; of a type, the path of its module and the type
     * @param module the path of the module that holds it; empty for the root module
     * @param type of the resources; empty for a module
     * @param name of the resource; empty for a module and for a type
     * @param instances how many there are
     */
    record Node(String id, String module, String type, String name, boolean data, int instances, boolean tainted) {

        boolean isModule() {
            return type.isEmpty();
        }

        boolean isResource() {
            return !name.isEmpty();
        }

        private Node and(Node other) {
            return new Node(id, module, type, name, data, instances + other.instances, tainted || other.tainted);
        }
    }

    private final Map<String, Node> nodes;

    /** For each node, what it depends on. */
    private final Map<String, Set<String>> dependencies;

    private ResourceGraph(Map<String, Node> nodes, Map<String, Set<String>> dependencies) {
        this.nodes = nodes;
        this.dependencies = dependencies;
    }

    static ResourceGraph of(StateContents contents) throws IOException {
        Map<String, Node> nodes = new TreeMap<>();
        Map<String, Set<String>> dependencies = new HashMap<>();
        for (StateContents.Instance instance : contents.instances()) {
            if (instance.type().isEmpty() || instance.name().isEmpty()) {
                continue; // not a resource of Terraform's
            }
            Node node = node(instance);
            nodes.merge(node.id(), node, Node::and);
            dependencies
                    .computeIfAbsent(node.id(), _ -> new LinkedHashSet<>())
                    .addAll(contents.dependencies(instance.address()));
        }
        dependencies.forEach((id, all) -> {
            all.retainAll(nodes.keySet());
            all.remove(id);
        });
        return new ResourceGraph(nodes, dependencies);
    }

    private static Node node(StateContents.Instance instance) {
        String module = withoutKeys(instance.module());
        boolean data = instance.mode().equals("data");
        String id = (module.isEmpty() ? "" : module + ".") + (data ? "data." : "") + instance.type() + "."
                + instance.name();
        return new Node(id, module, instance.type(), instance.name(), data, 1, instance.tainted());
    }

    /** Returns {@code module.a.module.b} of {@code module.a["x"].module.b[0]}. */
    static String withoutKeys(String module) {
        StringBuilder path = new StringBuilder();
        boolean key = false;
        boolean quoted = false;
        for (int i = 0; i < module.length(); i++) {
            char sign = module.charAt(i);
            if (quoted && sign == '\\') {
                i++;
            } else if (key && sign == '"') {
                quoted = !quoted;
            } else if (!key && sign == '[') {
                key = true;
            } else if (key && !quoted && sign == ']') {
                key = false;
            } else if (!key) {
                path.append(sign);
            }
        }
        return path.toString();
    }

    /** Returns all nodes in the order of their ids. */
    Collection<Node> nodes() {
        return nodes.values();
    }

    Set<String> dependencies(Node node) {
        return dependencies(node.id());
    }

    Set<String> dependencies(String id) {
        return dependencies.getOrDefault(id, Set.of());
    }

    boolean has(String id) {
        return nodes.containsKey(id);
    }

    /** Returns whether some resource is in this module, or in one of its modules. */
    boolean hasModule(String path) {
        return nodes.values().stream().anyMatch(node -> modules(node.module()).contains(path));
    }

    private static boolean within(String inner, String outer) {
        return outer.isEmpty() || inner.equals(outer) || inner.startsWith(outer + ".");
    }

    /**
     * Returns the graph of one module: its own resources, one node for each of its modules, and what they are connected with
     * outside.
     *
     * @param path empty for the root module
     */
    ResourceGraph module(String path) {
        Map<String, String> places = new HashMap<>();
        nodes.values().forEach(node -> places.put(node.id(), place(node, path)));
        ResourceGraph folded = folded(places, false);
        Set<String> inside = nodes.values().stream()
                .filter(node -> within(node.module(), path))
                .map(node -> places.get(node.id()))
                .collect(Collectors.toSet());
        return folded.only(folded.around(inside, 1));
    }

    /** A module that does not hold {@code path} is one node. */
    private static String place(Node node, String path) {
        return within(path, node.module())
                ? node.id()
                : modules(node.module()).stream()
                        .filter(module -> !within(path, module))
                        .findFirst()
                        .orElse(node.id());
    }

    /** The modules that hold a module, the outermost first, and itself; none for the root module. */
    private static List<String> modules(String module) {
        List<String> modules = new ArrayList<>();
        for (int end = 0; end < module.length(); ) {
            int next = step(module, end == 0 ? 0 : end + 1);
            modules.add(module.substring(0, next));
            end = next;
        }
        return modules;
    }

    /** The end of {@code module.name} that begins at {@code from}. */
    private static int step(String module, int from) {
        int name = module.indexOf('.', from) + 1;
        int end = module.indexOf('.', name);
        return end < 0 ? module.length() : end;
    }

    /** Returns the graph with one node for each type of each module. */
    ResourceGraph types() {
        Map<String, String> places = new HashMap<>();
        nodes.values()
                .forEach(node -> places.put(
                        node.id(),
                        node.isResource()
                                ? (node.module().isEmpty() ? "" : node.module() + ".")
                                        + (node.data() ? "data." : "")
                                        + node.type()
                                : node.id()));
        return folded(places, true);
    }

    private ResourceGraph folded(Map<String, String> places, boolean types) {
        Map<String, Node> merged = new TreeMap<>();
        Map<String, Set<String>> edges = new HashMap<>();
        UnaryOperator<String> place = id -> places.getOrDefault(id, id);
        for (Node node : nodes.values()) {
            String id = place.apply(node.id());
            merged.merge(id, id.equals(node.id()) ? node : folded(node, id, types), Node::and);
            Set<String> all = edges.computeIfAbsent(id, _ -> new LinkedHashSet<>());
            dependencies(node).forEach(on -> all.add(place.apply(on)));
            all.remove(id);
        }
        return new ResourceGraph(merged, edges);
    }

    private static Node folded(Node node, String id, boolean type) {
        return type
                ? new Node(id, node.module(), node.type(), "", node.data(), node.instances(), node.tainted())
                : new Node(id, parent(id), "", "", false, node.instances(), node.tainted());
    }

    private static String parent(String module) {
        int last = module.lastIndexOf(".module.");
        return last < 0 ? "" : module.substring(0, last);
    }

    /**
     * Returns the graph around a node: what it depends on and what depends on it, so many steps far.
     *
     * @param most the most nodes; the nearest stay
     */
    ResourceGraph near(String id, int steps, int most) {
        Set<String> all = new LinkedHashSet<>(around(Set.of(id), steps));
        return only(all.stream().limit(most).collect(Collectors.toSet()));
    }

    /** The nearest first. */
    private Set<String> around(Set<String> middle, int steps) {
        Map<String, Set<String>> dependents = dependents();
        Map<String, Integer> distance = new LinkedHashMap<>();
        middle.forEach(id -> distance.put(id, 0));
        Deque<String> next = new ArrayDeque<>(middle);
        while (!next.isEmpty()) {
            String id = next.remove();
            int step = distance.getOrDefault(id, 0);
            if (step == steps) {
                continue;
            }
            for (Set<String> side :
                    List.of(dependencies.getOrDefault(id, Set.of()), dependents.getOrDefault(id, Set.of()))) {
                side.stream()
                        .filter(other -> distance.putIfAbsent(other, step + 1) == null)
                        .forEach(next::add);
            }
        }
        return distance.keySet();
    }

    private Map<String, Set<String>> dependents() {
        Map<String, Set<String>> dependents = new HashMap<>();
        dependencies.forEach((id, all) -> all.forEach(
                on -> dependents.computeIfAbsent(on, _ -> new LinkedHashSet<>()).add(id)));
        return dependents;
    }

    private ResourceGraph only(Set<String> ids) {
        Map<String, Node> some = new TreeMap<>(nodes);
        some.keySet().retainAll(ids);
        Map<String, Set<String>> edges = new HashMap<>();
        some.keySet()
                .forEach(id -> edges.put(
                        id,
                        dependencies.getOrDefault(id, Set.of()).stream()
                                .filter(some::containsKey)
                                .collect(Collectors.toCollection(LinkedHashSet::new))));
        return new ResourceGraph(some, edges);
    }
}
