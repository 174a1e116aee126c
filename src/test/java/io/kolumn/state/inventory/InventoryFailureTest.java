package io.kolumn.state.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kolumn.state.ResourceQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The thread that indexes goes on after what went wrong with one state. */
class InventoryFailureTest {

    private static final StateName NAME = StateName.of("team-a/prod");

    private static final String STATE = """
            {"version": 4, "terraform_version": "1.11.4", "serial": %d, "lineage": "l", "outputs": {}, "resources": [
            {"mode": "managed", "type": "aws_instance", "name": "web",
             "provider": "provider[\\"registry.terraform.io/hashicorp/aws\\"]", "instances": [{"attributes": {"id": "i-1"}}]}]}
            """;

    @Test
    void memoryThatWasShortForAMomentEndsNothing() {
        AtomicInteger failures = new AtomicInteger(1);
        ChangedStates changed = new ChangedStates();
        StateBackend backend = new StateBackend(
                new ForwardingStore(new MemoryStore()) {
                    @Override
                    public Optional<StateDocument> content(StateName name, StateVersion version) {
                        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                            throw new OutOfMemoryError("of this test");
                        }
                        return super.content(name, version);
                    }
                },
                Clock.systemUTC(),
                BackendSettings.defaults(),
                changed,
                () -> Caller.TRUSTED);
        try (Inventory inventory = new Inventory(backend, changed, InventorySettings.defaults(), Clock.systemUTC())) {
            inventory.start();
            backend.put(NAME, StateDocument.parse(STATE.formatted(1)), WriteOptions.none());
            await().until(() -> failures.get() == 0);

            backend.put(NAME, StateDocument.parse(STATE.formatted(2)), WriteOptions.none());

            await().untilAsserted(() ->
                    assertThat(inventory.find(ResourceQuery.all()).resources()).isNotEmpty());
        }
        backend.close();
    }
}
