package io.kolumn.state.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.FoundResource;
import io.kolumn.state.LabelSelector;
import io.kolumn.state.ResourceCount;
import io.kolumn.state.ResourceQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.backend.Purge;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is found, by whom, and how it follows the states; the same on every store. */
public class InventoryTest {

    private static final StateName PROD = StateName.of("team-a/prod");
    private static final StateName TEST = StateName.of("team-a/test");
    private static final StateName OTHER = StateName.of("team-b/prod");
    private static final WriteOptions NONE = WriteOptions.none();

    /** Reads what is below this prefix alone. */
    private record Reader(String prefix) implements Caller {
        @Override
        public String subject() {
            return "user/reader";
        }

        @Override
        public boolean expired() {
            return false;
        }

        @Override
        public boolean may(Permission permission, StateName name) {
            return permission == Permission.READ && name.value().startsWith(prefix);
        }

        @Override
        public boolean mayEverywhere(Permission permission) {
            return false;
        }
    }

    protected StateStore newStore() {
        return new MemoryStore();
    }

    /** Another handle on the storage of {@link #newStore()}; the same where there is only one. */
    protected StateStore another(StateStore first) {
        return first;
    }

    /** All that the storage has beside versions, as text. */
    protected String kept(StateStore opened) {
        return opened.indexes()
                .flatMap(documents -> documents.get(PROD))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
    }

    /** Whether {@link #kept} shows what is indexed. */
    protected boolean readable() {
        return true;
    }

    private final StateStore store = newStore();
    private final ChangedStates changed = new ChangedStates();
    private Caller caller = Caller.TRUSTED;
    private final StateBackend backend =
            new StateBackend(store, Clock.systemUTC(), BackendSettings.defaults(), changed, () -> caller);
    private final Inventory inventory = open(InventorySettings.defaults());

    private Inventory open(InventorySettings settings) {
        return new Inventory(backend, changed, settings, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        inventory.close();
        backend.close();
    }

    private static StateDocument document(long serial, String... ids) {
        StringBuilder instances = new StringBuilder();
        for (int i = 0; i < ids.length; i++) {
            instances.append(i == 0 ? "" : ",").append("""
                    {"index_key": %d, "attributes": {"id": "%s", "name": "web", "password": "hush-hush"}}""".formatted(i, ids[i]));
        }
        return StateDocument.parse("""
                {"version": 4, "terraform_version": "0.12.31", "serial": %d, "lineage": "l", "outputs": {}, "resources": [
                {"mode": "managed", "type": "aws_instance", "name": "web",
                 "provider": "provider[\\"registry.terraform.io/hashicorp/aws\\"]", "instances": [%s]}]}
                """.formatted(serial, instances));
    }

    private void put(StateName name, long serial, String... ids) {
        backend.put(name, document(serial, ids), NONE);
    }

    private static ResourceQuery id(String id) {
        return ResourceQuery.all().withId(id);
    }

    private List<String> states(ResourceQuery query) {
        return inventory.find(query).resources().stream()
                .map(found -> found.state().value())
                .toList();
    }

    @Test
    void anIdIsFoundInItsState() {
        put(PROD, 1, "i-1", "i-2");
        put(OTHER, 1, "i-3");
        inventory.refresh();

        FoundResource found = inventory.find(id("i-2")).resources().getFirst();
        assertThat(found.state()).isEqualTo(PROD);
        assertThat(found.version()).isEqualTo(1);
        assertThat(found.serial()).isEqualTo(1);
        assertThat(found.resource().address()).isEqualTo("aws_instance.web[1]");
        assertThat(states(id("i-*"))).containsExactly("team-a/prod", "team-a/prod", "team-b/prod");
        assertThat(states(id("i-9"))).isEmpty();
        assertThat(states(ResourceQuery.all().withText("WEB").withPrefix("team-b/")))
                .containsExactly("team-b/prod");
        assertThat(inventory.find(id("i-9")).lag().complete()).isTrue();
        assertThat(inventory.of(PROD).orElseThrow().resources()).hasSize(2);
    }

    @Test
    void itFollowsWritesDeletesAndRestoresInTheBackground() {
        inventory.start();
        put(PROD, 1, "i-1");
        await().untilAsserted(() -> assertThat(states(id("i-1"))).hasSize(1));
        put(PROD, 2, "i-2");
        await().untilAsserted(() -> assertThat(states(id("i-2"))).hasSize(1));
        assertThat(states(id("i-1"))).isEmpty();
        backend.delete(PROD, NONE);
        await().untilAsserted(() -> assertThat(states(ResourceQuery.all())).isEmpty());
        backend.restore(PROD, 1, NONE, size -> {});
        await().untilAsserted(() -> assertThat(states(id("i-1"))).hasSize(1));
        assertThat(inventory.lag().behind()).isZero();
    }

    @Test
    void aStateIsFoundByItsNewNameAlone() {
        put(PROD, 1, "i-1");
        inventory.refresh();
        backend.move(PROD, TEST, NONE);
        inventory.refresh();
        assertThat(states(id("i-1"))).containsExactly("team-a/test");
        backend.copy(TEST, OTHER, NONE);
        inventory.refresh();
        assertThat(states(id("i-1"))).containsExactly("team-a/test", "team-b/prod");
    }

    @Test
    void whatIsNotIndexedYetIsToldAndThenIndexed() {
        put(PROD, 1, "i-1");
        inventory.refresh();
        StateStore second = another(store);
        StateBackend replica = new StateBackend(second, Clock.systemUTC(), BackendSettings.defaults());
        try (Inventory another =
                new Inventory(replica, new ChangedStates(), InventorySettings.defaults(), Clock.systemUTC())) {
            another.refresh();
            put(PROD, 2, "i-2");
            another.refresh();
            assertThat(another.find(id("i-2")).resources()).hasSize(1);
            inventory.refresh();
            assertThat(states(id("i-2"))).containsExactly("team-a/prod");
        } finally {
            if (second != store) {
                replica.close();
            }
        }
    }

    @Test
    void aMissingIndexIsMadeAgain() {
        put(PROD, 1, "i-1");
        inventory.refresh();
        store.clear(PROD, 0);
        Inventory fresh = open(InventorySettings.defaults());
        fresh.refresh();
        assertThat(fresh.find(id("i-1")).resources()).hasSize(1);
    }

    @Test
    void aDamagedIndexIsMadeAgain() {
        put(PROD, 1, "i-1");
        inventory.refresh();
        store.indexes().ifPresent(documents -> {
            for (String damage :
                    List.of("", "{", "[1, 2]", "{\"form\": 1}", "{\"form\": 2, \"state\": \"team-a/prod\"}")) {
                documents.put(PROD, damage.isEmpty() ? new byte[] {0, 1, 2} : damage.getBytes(StandardCharsets.UTF_8));
                Inventory fresh = open(InventorySettings.defaults());
                fresh.refresh();
                assertThat(fresh.find(id("i-1")).resources()).as(damage).hasSize(1);
            }
        });
    }

    @Test
    void whatMayNotBeReadIsNeitherFoundNorCounted() {
        put(PROD, 1, "i-1", "i-2", "i-3");
        put(TEST, 1, "i-4");
        put(OTHER, 1, "i-5");
        inventory.refresh();
        put(OTHER, 2, "i-6");

        caller = new Reader("team-a/");
        assertThat(states(ResourceQuery.all())).doesNotContain("team-b/prod").hasSize(4);
        assertThat(states(id("i-5"))).isEmpty();
        assertThat(inventory.stats("").states()).isEqualTo(2);
        assertThat(inventory.stats("").types()).isEqualTo(Map.of("aws_instance", 4L));
        assertThat(inventory.lag().behind()).isZero();
        assertThatThrownBy(() -> inventory.of(OTHER)).isInstanceOf(Forbidden.class);
        caller = new Reader("team-b/");
        ResourcePage page = inventory.find(ResourceQuery.all().behind(null, 1));
        assertThat(page.resources()).hasSize(1);
        assertThat(page.next()).as("nothing else may be read").isNull();
        caller = new Reader("nothing/");
        assertThat(inventory.find(ResourceQuery.all()).resources()).isEmpty();
        assertThat(inventory.stats("").states()).isZero();
    }

    @Test
    void whatNobodyHasLookedAtYetIsToldAsBehind() {
        changed.begin();
        put(PROD, 1, "i-1");
        assertThat(inventory.find(id("i-1")).resources()).isEmpty();
        assertThat(inventory.lag().behind()).isEqualTo(1);
        assertThat(inventory.lag().complete()).isFalse();
        caller = new Reader("team-b/");
        assertThat(inventory.lag().behind()).isZero();
    }

    @Test
    void pagesHaveEachResourceOnce() {
        put(PROD, 1, "i-1", "i-2", "i-3");
        put(OTHER, 1, "i-4", "i-5");
        inventory.refresh();
        ResourceQuery query = ResourceQuery.all().behind(null, 2);
        StringBuilder found = new StringBuilder();
        ResourcePage page;
        do {
            page = inventory.find(query);
            page.resources().forEach(one -> found.append(one.resource().id()).append(' '));
            query = query.behind(page.next(), 2);
        } while (page.next() != null);
        assertThat(found).hasToString("i-1 i-2 i-3 i-4 i-5 ");
    }

    @Test
    void labelsNarrowTheStates() {
        put(PROD, 1, "i-1");
        put(OTHER, 1, "i-2");
        backend.label(OTHER, Map.of("team", "b"), "");
        inventory.refresh();
        assertThat(states(ResourceQuery.all().withLabels(LabelSelector.parse("team=b"))))
                .containsExactly("team-b/prod");
    }

    @Test
    void noSecretIsInTheStorageBesideTheVersions() {
        put(PROD, 1, "i-1");
        inventory.refresh();
        assertThat(states(id("i-1"))).hasSize(1);
        assertThat(kept(store)).doesNotContain("hush");
        if (readable()) {
            assertThat(kept(store)).contains("i-1");
        } else {
            assertThat(kept(store)).isNotEmpty().doesNotContain("i-1", "aws_instance");
        }
    }

    @Test
    void whatIsPurgedIsGoneFromTheIndexAtOnce() {
        put(PROD, 1, "i-1");
        inventory.refresh();
        put(PROD, 2, "i-2");
        backend.purge(PROD, Purge.version(1), NONE);
        assertThat(kept(store)).doesNotContain("i-1");
        assertThat(open(InventorySettings.defaults()).find(id("i-1")).resources())
                .isEmpty();
        inventory.refresh();
        backend.delete(PROD, NONE);
        backend.purge(PROD, Purge.whole(), NONE);
        assertThat(kept(store)).isEmpty();
    }

    @Test
    void whatCannotBeIndexedSaysWhy() {
        backend.put(
                PROD,
                StateDocument.parse("{\"version\": 3, \"serial\": 1, \"lineage\": \"l\", \"modules\": [{}]}"),
                NONE);
        backend.put(TEST, document(1, "i-1".repeat(100)), NONE);
        Inventory small = open(new InventorySettings(null, 300, 1 << 20, Duration.ofSeconds(30)));
        small.refresh();
        assertThat(small.of(PROD).orElseThrow().summary().notIndexed()).contains("format 3");
        assertThat(small.of(TEST).orElseThrow().summary().notIndexed()).contains("larger than 300 bytes");
        assertThat(small.stats("").notIndexed()).hasSize(2);
        assertThat(small.lag().behind()).isZero();
    }

    @Test
    void countsAreOfWhatIsIndexed() {
        put(PROD, 1, "i-1", "i-2");
        put(OTHER, 1, "i-3");
        inventory.refresh();
        InventoryStats stats = inventory.stats("");
        assertThat(stats.states()).isEqualTo(2);
        assertThat(stats.resources()).isEqualTo(3);
        assertThat(stats.terraformVersions()).isEqualTo(Map.of("0.12.31", 2L));
        assertThat(stats.providers()).isEqualTo(Map.of("registry.terraform.io/hashicorp/aws", 3L));
        assertThat(stats.sizes()).containsEntry("<10K", 2L).containsEntry("<100K", 0L);
        assertThat(stats.ages()).containsEntry("<1d", 2L);
        assertThat(inventory.stats("team-b/").resources()).isEqualTo(1);
    }

    @Test
    void whoOnlyReadsIndexesInMemoryOrTellsWhatIsMissing() {
        put(PROD, 1, "i-1");
        Inventory reading = Inventory.toRead(backend, InventorySettings.defaults(), Clock.systemUTC());
        ResourcePage page = reading.find(id("i-1"));
        assertThat(page.resources().size() + page.lag().behind()).isEqualTo(1);
        assertThat(kept(store)).isEmpty();
    }

    @Test
    void aDisabledInventorySaysSoAndLeavesNothing() {
        put(PROD, 1, "i-1");
        inventory.refresh();
        inventory.close();
        try (Inventory off = open(new InventorySettings("It is off.", 0, 0, Duration.ZERO))) {
            assertThatThrownBy(() -> off.find(ResourceQuery.all()))
                    .isInstanceOf(Invalid.class)
                    .hasMessage("It is off.");
            off.start();
            await().untilAsserted(() -> assertThat(kept(store)).isEmpty());
        }
    }

    @Test
    void resourcesAreCountedForManyStatesAtOnceByWhoMayReadThem() {
        backend.put(PROD, document(1, "i-1", "i-2"), NONE);
        backend.put(OTHER, document(1, "i-3"), NONE);
        backend.put(TEST, StateDocument.parse("{\"version\": 3, \"serial\": 1, \"lineage\": \"l\"}"), NONE);
        inventory.refresh();
        List<StateName> asked = List.of(PROD, TEST, OTHER, StateName.of("none"));

        assertThat(inventory.counts(asked)).containsOnlyKeys(PROD, TEST, OTHER);
        assertThat(inventory.counts(asked)).containsEntry(PROD, new ResourceCount(1, 2, null));
        assertThat(inventory.counts(asked).get(TEST).notIndexed()).isNotBlank();
        caller = new Reader("team-a/");
        assertThat(inventory.counts(asked)).containsOnlyKeys(PROD, TEST);
        caller = Caller.TRUSTED;
        backend.put(PROD, document(2, "i-1"), NONE);
        assertThat(inventory.counts(asked))
                .as("until it is indexed")
                .containsEntry(PROD, new ResourceCount(1, 2, null));
        inventory.refresh();
        assertThat(inventory.counts(asked)).containsEntry(PROD, new ResourceCount(2, 1, null));
        backend.delete(PROD, NONE);
        inventory.refresh();
        assertThat(inventory.counts(asked)).containsOnlyKeys(TEST, OTHER);
    }
}
