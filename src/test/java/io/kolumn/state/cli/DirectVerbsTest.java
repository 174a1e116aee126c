package io.kolumn.state.cli;

import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Clock;

/** On a storage. */
class DirectVerbsTest extends VerbsTest {

    private final StateBackend backend =
            new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults());

    @Override
    TestRunner program() {
        return new TestRunner(backend);
    }

    @Override
    String author() {
        return "(who)";
    }
}
