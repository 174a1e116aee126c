package io.kolumn.state.store.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.store.StoreProvider;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A type of one's own is served because the configuration names it; nothing else was edited. */
@QuarkusTest
@TestProfile(CustomStoreTest.Journal.class)
class CustomStoreTest {

    private static final Path FILE =
            Path.of("target", "custom-store-" + ProcessHandle.current().pid() + ".journal");

    /** Picks it. */
    public static final class Journal implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("kolumn.state.backend", "journal", "kolumn.state.journal.file", FILE.toString());
        }
    }

    @Inject
    StateBackend served;

    @Inject
    BackendFactory factory;

    @Test
    void whatIsServedIsInTheFile() {
        StateName name = StateName.of("team-a/prod");
        served.put(name, StateDocument.parse("{\"version\": 4, \"serial\": 1}"), WriteOptions.none());

        try (StateBackend other = factory.create("journal", Map.of("file", FILE.toString()))) {
            assertThat(other.current(name)).isPresent().isEqualTo(served.current(name));
        }
    }

    @Test
    void theFactoryOfTheContainerKnowsItBesideTheBuiltInOnes() {
        assertThat(factory.types()).extracting(StoreProvider::type).contains("journal");
        assertThat(factory.types())
                .extracting(StoreProvider::type)
                .containsAll(BackendFactory.withBuiltIns().types().stream()
                        .map(StoreProvider::type)
                        .toList());
        assertThat(factory.required("journal")).containsExactly("file");
    }
}
