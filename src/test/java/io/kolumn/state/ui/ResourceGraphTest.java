package io.kolumn.state.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateDocument;
import io.kolumn.state.diff.StateContents;
import io.kolumn.state.ui.GraphLayout.Place;
import io.kolumn.state.ui.ResourceGraph.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What depends on what in a document, and where it stands in the picture. */
class ResourceGraphTest {

    /** A resource of the type {@code t}. */
    private static String resource(String module, String name, int instances, String... dependencies) {
        String on = String.join(
                ",", List.of(dependencies).stream().map(id -> "\"" + id + "\"").toList());
        return "{\"mode\": \"managed\", \"type\": \"t\", \"name\": \"" + name + "\", "
                + (module.isEmpty() ? "" : "\"module\": \"" + module.replace("\"", "\\\"") + "\", ")
                + "\"instances\": ["
                + IntStream.range(0, instances)
                        .mapToObj(i -> "{\"index_key\": " + i + ", \"attributes\": {}, \"dependencies\": [" + on + "]}")
                        .collect(Collectors.joining(","))
                + "]}";
    }

    private static ResourceGraph graph(List<String> resources) {
        try {
            return ResourceGraph.of(StateContents.of(
                    StateDocument.parse("{\"version\": 4, \"serial\": 1, \"lineage\": \"l\", \"resources\": ["
                            + String.join(",", resources) + "]}")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ResourceGraph graph(String... resources) {
        return graph(List.of(resources));
    }

    private static List<String> ids(ResourceGraph graph) {
        return graph.nodes().stream().map(Node::id).toList();
    }

    private static Node node(ResourceGraph graph, String id) {
        return graph.nodes().stream()
                .filter(node -> node.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void instancesOfAResourceAreOneNode() {
        ResourceGraph graph = graph(resource("", "vpc", 1), resource("", "subnet", 3, "t.vpc", "t.gone", "t.subnet"));

        assertThat(ids(graph)).containsExactly("t.subnet", "t.vpc");
        assertThat(node(graph, "t.subnet").instances()).isEqualTo(3);
        assertThat(graph.dependencies("t.subnet")).containsExactly("t.vpc");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            module.a                                | module.a
            module.a["x"]                           | module.a
            module.a[0].module.b["y"]               | module.a.module.b
            module.a["]\\"["].module.b               | module.a.module.b
            module.a["module.x"].module.b           | module.a.module.b
            """)
    void keysOfModulesAreLeftOut(String module, String path) {
        assertThat(ResourceGraph.withoutKeys(module)).isEqualTo(path);
    }

    @Test
    void aModuleShowsItsOwnAndFoldsTheOthers() {
        ResourceGraph graph = graph(
                resource("", "root", 1),
                resource("", "far", 1),
                resource("module.a[\"x\"]", "own", 1, "t.root", "module.c.t.deep"),
                resource("module.a[\"y\"]", "own", 1, "t.root"),
                resource("module.a.module.b", "inner", 2, "module.a.t.own"),
                resource("module.a.module.b.module.d", "deepest", 1),
                resource("module.c", "deep", 1),
                resource("module.e", "elsewhere", 1));

        ResourceGraph root = graph.module("");
        ResourceGraph module = graph.module("module.a");

        assertThat(ids(root)).containsExactly("module.a", "module.c", "module.e", "t.far", "t.root");
        assertThat(root.dependencies("module.a")).containsExactlyInAnyOrder("t.root", "module.c");
        assertThat(node(root, "module.a").instances()).isEqualTo(5);
        assertThat(node(root, "module.a").isModule()).isTrue();
        assertThat(ids(module)).containsExactly("module.a.module.b", "module.a.t.own", "module.c", "t.root");
        assertThat(node(module, "module.a.module.b").module()).isEqualTo("module.a");
        assertThat(module.dependencies("module.a.module.b")).containsExactly("module.a.t.own");
        assertThat(graph.hasModule("module.a.module.b")).isTrue();
        assertThat(graph.hasModule("module.a.module")).isFalse();
    }

    @Test
    void aModuleThatIsNamedLikeATypeIsAModule() {
        ResourceGraph root =
                graph(resource("module.t", "one", 1), resource("", "two", 1)).module("");

        assertThat(node(root, "module.t").isModule()).isTrue();
        assertThat(ids(root.types())).containsExactly("module.t", "t");
        assertThat(node(root.types(), "t").isResource()).isFalse();
    }

    @Test
    void aNeighbourhoodIsSoManyStepsWide() {
        ResourceGraph graph = graph(
                resource("", "a", 1),
                resource("", "b", 1, "t.a"),
                resource("", "c", 1, "t.b"),
                resource("", "d", 1, "t.c"),
                resource("", "e", 1, "t.d"));

        assertThat(ids(graph.near("t.c", 1, 100))).containsExactly("t.b", "t.c", "t.d");
        assertThat(ids(graph.near("t.c", 2, 100))).containsExactly("t.a", "t.b", "t.c", "t.d", "t.e");
        assertThat(ids(graph.near("t.c", 2, 3))).containsExactly("t.b", "t.c", "t.d");
    }

    @Test
    void eachNodeStandsToTheRightOfWhatItNeedsAndNoTwoAtOnePlace() {
        Random random = new Random(7);
        for (int round = 0; round < 20; round++) {
            List<String> resources = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                int before = i;
                String[] on = i % 4 == 0
                        ? new String[0]
                        : IntStream.range(0, 1 + random.nextInt(3))
                                .mapToObj(_ -> "t.r" + random.nextInt(before))
                                .toArray(String[]::new);
                resources.add(resource("", "r" + i, 1, on));
            }
            ResourceGraph graph = graph(resources);

            GraphLayout layout = GraphLayout.of(graph);

            Set<Place> places = new HashSet<>();
            for (Node node : graph.nodes()) {
                Place place = layout.place(node);
                assertThat(places.add(place)).as(node.id()).isTrue();
                assertThat(place.x()).isBetween(0, layout.width() - GraphLayout.WIDTH);
                assertThat(place.y()).isBetween(0, layout.height() - GraphLayout.HEIGHT);
                for (String on : graph.dependencies(node)) {
                    assertThat(layout.place(node(graph, on)).x()).isLessThan(place.x());
                }
            }
            assertThat(places)
                    .allSatisfy(place -> assertThat(places.stream()
                                    .filter(other -> other.x() == place.x()
                                            && Math.abs(other.y() - place.y()) < GraphLayout.HEIGHT)
                                    .count())
                            .isEqualTo(1));
        }
    }

    @Test
    void aDependencyThatOthersImplyIsNotDrawn() {
        ResourceGraph graph =
                graph(resource("", "a", 1), resource("", "b", 1, "t.a"), resource("", "c", 1, "t.a", "t.b"));

        assertThat(GraphLayout.of(graph).edges()).hasSize(2).allMatch(GraphLayout.Edge::tip);
    }

    @Test
    void aLineOverAColumnPassesBetweenItsNodes() {
        ResourceGraph graph = graph(
                resource("", "a", 1),
                resource("", "b", 1),
                resource("", "c", 1, "t.b"),
                resource("", "d", 1, "t.a", "t.c"));

        List<GraphLayout.Edge> edges = GraphLayout.of(graph).edges();

        assertThat(edges).filteredOn(GraphLayout.Edge::tip).hasSize(3);
        assertThat(edges).filteredOn(edge -> edge.path().contains("H")).hasSize(1);
    }

    @Test
    void modulesThatDependOnEachOtherHavePlacesToo() {
        ResourceGraph graph = graph(
                        resource("module.a", "one", 1, "module.b.t.one"),
                        resource("module.b", "one", 1),
                        resource("module.b", "two", 1, "module.a.t.one"))
                .module("");

        GraphLayout layout = GraphLayout.of(graph);

        assertThat(ids(graph)).containsExactly("module.a", "module.b");
        assertThat(layout.place(node(graph, "module.a"))).isNotEqualTo(layout.place(node(graph, "module.b")));
        assertThat(layout.edges()).hasSize(2);
    }

    @Test
    void nothingHasNoSize() {
        assertThat(GraphLayout.of(graph()).edges()).isEmpty();
    }
}
