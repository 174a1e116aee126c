package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.StateName;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.encryption.keys.EncryptionConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration of a backend as a program without any container writes it. */
class BackendConfigTest {

    private static final StateName NAME = StateName.of("team-a/prod");

    private static BackendConfig read(Map<String, String> config) {
        return BackendConfig.of(BackendFactory.withBuiltIns(), config);
    }

    private static List<String> problems(Map<String, String> config) {
        return catchThrowableOfType(Configuration.class, () -> read(config)).problems().stream()
                .map(Problem::key)
                .toList();
    }

    @Test
    void withoutAnyKeyItIsWhatTheServiceDoesByDefault() {
        BackendConfig config = read(Map.of());

        assertThat(config.provider().type()).isEqualTo("local");
        assertThat(config.settings()).isEqualTo(BackendSettings.defaults().keeping(10, null));
        assertThat(config.cacheSize()).isPositive();
        assertThat(config.encryption().on()).isFalse();
    }

    @Test
    void keysAreReadInEverySpellingAndByOlderNames() {
        BackendSettings settings = read(Map.of(
                        "backend", "Memory",
                        "retention.versions", "7",
                        "RETENTION.AGE", "2d",
                        "lock.max-clock-skew", "1s",
                        "lock.force_unlock", "false",
                        "quarantine.max_documents", "3",
                        "moved.keep", "5d"))
                .settings();

        assertThat(settings)
                .isEqualTo(new BackendSettings(
                        7, Duration.ofDays(2), Duration.ofSeconds(1), 3, 64L << 20, false, Duration.ofDays(5)));
    }

    @Test
    void theStoragesOwnCountOfSessionsWinsWhereItIsGiven() {
        assertThat(read(Map.of("retention.sessions", "7")).settings().retainedSessions())
                .isEqualTo(7);
        assertThat(read(Map.of("retention.sessions", "7", "local.backup_count", "8"))
                        .settings()
                        .retainedSessions())
                .isEqualTo(8);
    }

    @Test
    void everyProblemIsToldAtOnce() {
        assertThat(problems(Map.of(
                        "backend", "memory",
                        "retention.sessions", "none",
                        "encryption.keys", "local",
                        "local.pth", "x",
                        "access.file", "users")))
                .containsExactlyInAnyOrder(
                        "kolumn.state.retention.sessions",
                        "kolumn.state.encryption.local.file",
                        "kolumn.state.local.pth",
                        "kolumn.state.access.file");
    }

    @Test
    void aTypeThatIsNotThereIsNamedWithThoseThatAre() {
        Configuration error = catchThrowableOfType(Configuration.class, () -> read(Map.of("backend", "etcd")));

        assertThat(error).hasMessageContaining("kolumn.state.backend").hasMessageContaining("local, memory");
    }

    @Test
    void aKeyInTwoSpellingsWithTwoValuesIsAProblem() {
        Map<String, String> config = new HashMap<>(Map.of("backend", "memory", "moved.keep", "5d", "moved_keep", "6d"));
        config.put("MOVED.KEEP", "6d");

        assertThat(problems(config)).isNotEmpty();
    }

    @Test
    void whatIsOpenedEncryptsAsConfigured(@TempDir Path folder) throws Exception {
        Map<String, String> config = Map.of(
                "local.path", folder.resolve("states.klstate").toString(),
                "encryption.keys", "local",
                "encryption.local.keys", EncryptionConfig.newLocalKey("mine"));
        StateDocument document = StateDocument.parse("{\"version\": 4, \"serial\": 1, \"word\": \"secret\"}");

        try (StateBackend states = read(config).open()) {
            states.put(NAME, document, WriteOptions.none());
            assertThat(states.get(NAME))
                    .get()
                    .extracting(VersionedDocument::document)
                    .isEqualTo(document);
        }

        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .doesNotContain("secret"));
        }
    }
}
