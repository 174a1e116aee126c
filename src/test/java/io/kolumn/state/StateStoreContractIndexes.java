package io.kolumn.state;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.delete;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.label;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a store does that keeps indexes: as documents beside states, as tables that it searches, or as both. */
final class StateStoreContractIndexes {

    private static final StateName A = StateName.of("a/prod");
    private static final StateName B = StateName.of("b/prod");
    private static final String HOSTILE = "aws_s3_bucket.b[\"it's 100%_\\\\ \\\"ü\\\" 日本\"]";

    private final StateStore store;

    StateStoreContractIndexes(StateStore store) {
        this.store = store;
    }

    private StateHead commit(Transition transition) {
        assertThat(store.commit(transition)).isTrue();
        return store.head(transition.name()).orElseThrow();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    void documentsAreReplacedAndDropped(IndexDocuments documents) {
        StateHead head = commit(create(A, document(1)));
        assertThat(documents.get(A)).isEmpty();
        documents.put(A, bytes("{\"a\": 1}"));
        documents.put(B, bytes("{\"b\": 1}"));
        documents.put(A, bytes("{\"a\": 2}"));
        assertThat(documents.get(A)).hasValue(bytes("{\"a\": 2}"));
        assertThat(documents.get(B)).hasValue(bytes("{\"b\": 1}"));

        assertThat(store.attachments(A)).isEmpty();
        assertThat(store.orphans(A)).isEmpty();
        assertThat(store.count().quarantined()).isZero();
        assertThat(store.list(new ListQuery("", null, 10, true, true)).heads()).containsExactly(head);

        documents.delete(A);
        documents.delete(A);
        assertThat(documents.get(A)).isEmpty();
        documents.put(A, bytes("{\"a\": 3}"));
        store.clear(A, 0);
        assertThat(documents.get(A)).as("after a version was purged").isEmpty();
        assertThat(documents.get(B)).isPresent();
    }

    private static IndexedResource resource(
            String address, String type, @Nullable String id, Map<String, String> attributes) {
        return new IndexedResource(
                address,
                "",
                "managed",
                type,
                "n",
                null,
                null,
                false,
                "registry.terraform.io/hashicorp/aws",
                id,
                attributes);
    }

    private static List<IndexedResource> some() {
        return List.of(
                resource("aws_instance.web[1]", "aws_instance", "i-0abc2", Map.of("arn", "arn:aws:ec2:i-0abc2")),
                resource("aws_instance.web[0]", "aws_instance", "i-0abc1", Map.of("name", "Web_1")),
                new IndexedResource(
                        HOSTILE,
                        "module.m",
                        "data",
                        "aws_s3_bucket",
                        "b",
                        "it's",
                        "0a1b",
                        true,
                        "example.com/x/aws-extra",
                        "100%_\\ ü日本🧀",
                        Map.of("self_link", "https://x/1")),
                resource("null_resource.x", "null_resource", null, Map.of()));
    }

    private static IndexedVersion index(StateHead head, List<IndexedResource> resources) {
        return IndexedVersion.of(head.name(), Objects.requireNonNull(head.current()), "1.11.4", resources);
    }

    private static List<String> found(ResourceTable table, ResourceQuery query) {
        return table.find(query).resources().stream()
                .map(resource -> resource.position().toString())
                .toList();
    }

    void tablesAreSearchedAsQueriesMatch(ResourceTable table) {
        commit(create(StateName.of("c"), document(1)));
        StateHead labelled = commit(label(commit(create(B, document(1))), Labels.of(Map.of("team", "b"))));
        StateHead head = commit(create(A, document(1)));
        assertThat(table.put(index(head, some()))).isTrue();
        assertThat(table.put(index(labelled, some()))).isTrue();

        List<ResourceQuery> queries = new ArrayList<>(List.of(
                ResourceQuery.all(),
                ResourceQuery.all().withPrefix("b/"),
                ResourceQuery.all().withLabels(LabelSelector.parse("team=b"))));
        for (String text : List.of("WEB", "web_1", "%", "_", "\\", "Ü", "ü", "0ABC", "arn:aws", "nothing")) {
            queries.add(ResourceQuery.all().withText(text));
        }
        for (String id : List.of("i-0abc1", "i-0abc*", "i-0", "arn:aws:ec2:i-0abc2", "https://x/*", "100%*", "*")) {
            queries.add(ResourceQuery.all().withId(id));
        }
        for (String type : List.of("aws_instance", "aws_*", "aws")) {
            queries.add(ResourceQuery.all().withType(type));
        }
        for (String provider : List.of("aws", "hashicorp/aws", "registry.terraform.io/hashicorp/aws", "ws", "extra")) {
            queries.add(ResourceQuery.all().withProvider(provider));
        }
        queries.add(ResourceQuery.all().withAddress(HOSTILE));
        queries.add(ResourceQuery.all()
                .withAddress("aws_instance.web*")
                .withText("0abc")
                .withType("aws_*"));
        for (ResourceQuery query : queries) {
            List<FoundResource> expected = new ArrayList<>();
            for (StateHead state : List.of(head, labelled)) {
                if (state.name().value().startsWith(query.prefix())
                        && query.labels().matches(state.labels())) {
                    some().stream()
                            .filter(query::matches)
                            .sorted(Comparator.comparing(IndexedResource::address))
                            .forEach(resource -> expected.add(new FoundResource(state.name(), 1, 1L, resource)));
                }
            }
            assertThat(table.find(query).resources()).as(query.toString()).isEqualTo(expected);
        }
    }

    void tablesArePagedInOrder(ResourceTable table) {
        for (StateName name : List.of(B, A)) {
            table.put(index(commit(create(name, document(1))), some()));
        }
        List<String> all = found(table, ResourceQuery.all());
        assertThat(all).hasSize(8).isSorted();
        List<String> paged = new ArrayList<>();
        ResourceQuery query = ResourceQuery.all().behind(null, 3);
        ResourceTable.Rows page;
        do {
            page = table.find(query);
            page.resources().forEach(resource -> paged.add(resource.position().toString()));
            query = query.behind(page.resources().getLast().position(), 3);
        } while (page.more());
        assertThat(paged).isEqualTo(all);
        assertThat(table.summaries("", null, 1))
                .extracting(IndexedVersion.Summary::state)
                .containsExactly(A);
        assertThat(table.summaries("", A, 9))
                .extracting(IndexedVersion.Summary::state)
                .containsExactly(B);
        assertThat(table.summaries("b", null, 9).getFirst().types()).containsEntry("aws_instance", 2);
    }

    void tablesFollowTheVersionsOfStates(ResourceTable table) {
        StateHead first = commit(create(A, document(1)));
        assertThat(table.behind(9)).extracting(ResourceTable.Behind::state).containsExactly(A);
        IndexedVersion index = index(first, some());
        assertThat(table.put(index)).isTrue();
        assertThat(table.behind(9)).isEmpty();
        assertThat(table.counts(List.of(A, B))).isEqualTo(Map.of(A, new ResourceCount(1, 4, null)));
        assertThat(table.counts(List.of())).isEmpty();
        assertThat(table.get(A).orElseThrow().summary()).isEqualTo(index.summary());
        assertThat(table.get(A).orElseThrow().resources()).containsExactlyInAnyOrderElementsOf(some());

        StateHead second = commit(write(first, document(2)));
        assertThat(table.behind(9).getFirst().version()).isEqualTo(second.current());
        assertThat(table.counts(List.of(A))).containsEntry(A, new ResourceCount(1, 4, null));
        assertThat(table.put(index)).as("of a version that is not current").isFalse();
        assertThat(table.put(index(second, some().subList(1, 3)))).isTrue();
        assertThat(table.find(ResourceQuery.all()).resources())
                .extracting(FoundResource::version)
                .containsExactly(2L, 2L);
        IndexedVersion unknown =
                IndexedVersion.notIndexed(A, Objects.requireNonNull(second.current()), "it is too large");
        assertThat(table.put(unknown)).isTrue();
        assertThat(table.get(A)).contains(unknown);
        assertThat(table.counts(List.of(A))).containsEntry(A, new ResourceCount(2, 0, "it is too large"));
        assertThat(table.put(index(second, some()))).isTrue();

        commit(delete(second));
        assertThat(table.find(ResourceQuery.all()).resources()).isEmpty();
        assertThat(table.get(A)).isEmpty();
        assertThat(table.counts(List.of(A))).isEmpty();
        assertThat(table.summaries("", null, 9)).isEmpty();
        assertThat(table.behind(9)).isEmpty();
        table.sweep();
        table.delete(A);
    }

    /** A state is in one of them, so that no table tells what an encrypted document hides. */
    void aDocumentTakesThePlaceOfRows(ResourceTable table, IndexDocuments documents) {
        StateHead head = commit(create(A, document(1)));
        table.put(index(head, some()));
        documents.put(A, bytes("sealed"));
        assertThat(documents.get(A)).hasValue(bytes("sealed"));
        assertThat(table.find(ResourceQuery.all()).resources()).isEmpty();
        assertThat(table.get(A)).isEmpty();
        assertThat(table.behind(9)).hasSize(1);
        table.put(index(head, some()));
        assertThat(documents.get(A)).isEmpty();
        assertThat(table.get(A)).isPresent();
    }

    void tablesAreCleared(ResourceTable table) {
        for (StateName name : List.of(B, A)) {
            table.put(index(commit(create(name, document(1))), some()));
        }
        store.clear(A, 0);
        assertThat(found(table, ResourceQuery.all())).allMatch(position -> position.startsWith("b/"));
        assertThat(table.behind(9)).hasSize(1);
        table.clear();
        assertThat(table.find(ResourceQuery.all()).resources()).isEmpty();
        assertThat(table.behind(9)).hasSize(2);
    }
}
