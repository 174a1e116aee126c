package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.store.StoreProvider;
import io.kolumn.state.store.memory.MemoryStore;
import io.kolumn.state.store.postgres.PostgresProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The factory as a program without any container uses it. */
class BackendFactoryTest {

    private static final StateName NAME = StateName.of("team-a/prod");

    private final BackendFactory factory = BackendFactory.withBuiltIns();

    /** A type of the tests' own. */
    private record Drawer(String type, Set<String> aliases) implements StoreProvider {

        @Override
        public String text() {
            return "A drawer.";
        }

        @Override
        public List<ConfigKey> keys() {
            return List.of(
                    ConfigKey.of("label", ConfigKey.Type.TEXT, "What is written on it.")
                            .mandatory(),
                    ConfigKey.integer("depth", 1, 9, "How deep it is.").withDefault("3"),
                    ConfigKey.integer("key_number", 100, 999, "Of its key.").confidential());
        }

        @Override
        public StateStore open(StoreConfig config) {
            return new MemoryStore();
        }
    }

    @Test
    void aBeanTakesThePlaceOfTheRegisteredProviderThatItInheritsFrom() {
        PostgresProvider bean = new PostgresProvider() {};

        BackendFactory container = BackendFactory.withBuiltIns(List.of(bean, new Drawer("drawer", Set.of())));

        assertThat(container.type("postgres")).containsSame(bean);
        assertThat(container.types())
                .extracting(StoreProvider::type)
                .containsExactly("drawer", "local", "memory", "postgres", "s3");
    }

    @Test
    void aBeanThatIsNoSuchProviderDoesNotTakeItsName() {
        assertThatThrownBy(() -> BackendFactory.withBuiltIns(List.of(new Drawer("local", Set.of()))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Two providers of the type 'local'");
    }

    @Test
    void theBuiltInTypesAreThereWithoutAContainer() {
        assertThat(factory.types()).extracting(StoreProvider::type).contains("local", "memory", "postgres");
        assertThat(factory.isAvailable("local")).isTrue();
        assertThat(factory.isAvailable("floppy")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "local, local",
        "'  Local ', local",
        "FILE, local",
        "filesystem, local",
        "PostgreSQL, postgres",
        "pg, postgres",
        "Memory, memory"
    })
    void aTypeIsKnownInAnyCaseAndByItsAliases(String written, String type) {
        assertThat(factory.parseType(written)).isEqualTo(type);
        assertThat(factory.isAvailable(written)).isTrue();
    }

    @Test
    void anUnknownTypeNamesTheKnownOnes() {
        assertThatThrownBy(() -> factory.parseType("floppy"))
                .isInstanceOf(Configuration.class)
                .hasMessageContaining("floppy")
                .hasMessageContaining("local, memory, postgres")
                .hasMessageContaining("filesystem");
    }

    @Test
    void defaultsAndRequiredKeysAreThoseOfTheTable() {
        assertThat(factory.defaults("postgres"))
                .containsEntry("host", "localhost")
                .containsEntry("port", "5432")
                .doesNotContainKeys("database", "password");
        assertThat(factory.required("pg")).containsExactly("database", "username");
        assertThat(factory.required("local")).isEmpty();
    }

    @Test
    void allProblemsAreToldAtOnceAndNothingIsOpened() {
        Map<String, String> config = Map.of("port", "many", "ssl-mode", "maybe", "colour", "red");

        assertThat(factory.validate("postgres", config))
                .extracting(Problem::key)
                .containsExactlyInAnyOrder(
                        "kolumn.state.postgres.colour",
                        "kolumn.state.postgres.port",
                        "kolumn.state.postgres.database",
                        "kolumn.state.postgres.username",
                        "kolumn.state.postgres.ssl-mode");
        assertThat(catchThrowableOfType(Configuration.class, () -> factory.create("postgres", config))
                        .problems())
                .isEqualTo(factory.validate("postgres", config));
    }

    @Test
    void aBackendOfOnesOwnIsReadyAndItsStoreGoesWithIt(@TempDir Path folder) {
        Map<String, String> config = Map.of("path", folder.resolve("a.klstate").toString(), "backup-count", "2");
        StateBackend backend = factory.create("file", config);
        try (backend) {
            LongStream.rangeClosed(1, 5).forEach(serial -> write(backend, serial));

            assertThat(backend.history(NAME, Long.MAX_VALUE, 10))
                    .extracting(StateVersion::number)
                    .containsExactly(5L, 4L);
        }

        assertThatThrownBy(() -> backend.current(NAME)).isInstanceOf(Unavailable.class);
        try (StateBackend again = factory.create("local", config)) {
            assertThat(Objects.requireNonNull(again.current(NAME).orElseThrow().serial()))
                    .isEqualTo(5);
        }
    }

    private static void write(StateBackend backend, long serial) {
        backend.put(
                NAME,
                StateDocument.parse("{\"version\": 4, \"serial\": " + serial + ", \"lineage\": \"5f1c\"}"),
                WriteOptions.none());
    }

    @Test
    void anAddedTypeTakesPartInEverything() {
        factory.register("drawer", new Drawer("drawer", Set.of("box")));

        assertThat(factory.types()).extracting(StoreProvider::type).contains("drawer", "local");
        assertThat(factory.parseType(" BOX ")).isEqualTo("drawer");
        assertThat(factory.defaults("drawer")).containsExactly(Map.entry("depth", "3"));
        assertThat(factory.required("drawer")).containsExactly("label");
        assertThat(factory.validate("drawer", Map.of("label", "A-K", "key-number", "12")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString())
                        .contains("kolumn.state.drawer.key-number=***")
                        .doesNotContain("12"));
        try (StateBackend backend = factory.create("drawer", Map.of("label", "A-K"))) {
            write(backend, 1);
            assertThat(backend.current(NAME)).isPresent();
        }
    }

    @Test
    void aTypeOrAliasOfAnotherIsRefused() {
        assertThatThrownBy(() -> factory.register("local", new Drawer("local", Set.of())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("local");
        assertThatThrownBy(() -> factory.register("drawer", new Drawer("drawer", Set.of("pg"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'pg'");
        assertThatThrownBy(() -> factory.register("file", new Drawer("file", Set.of())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'file'");
        assertThatThrownBy(() -> factory.register("box", new Drawer("drawer", Set.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'box'");
        assertThat(factory.isAvailable("drawer")).isFalse();
    }
}
