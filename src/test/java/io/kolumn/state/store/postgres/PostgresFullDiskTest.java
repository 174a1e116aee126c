package io.kolumn.state.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.store.TinyDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server whose tables are on a disk that gets full. */
class PostgresFullDiskTest {

    @TempDir
    Path folder;

    private static final StateName NAME = StateName.of("prod");

    @Test
    void aFullDiskIsNamedAndLosesNothing() throws Exception {
        try (TinyDisk disk = new TinyDisk(folder, 4096);
                TestPostgres server = TestPostgres.embedded()) {
            Path place = Files.createDirectory(disk.folder().resolve("tables"));
            Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
            server.give(place);
            server.execute("CREATE TABLESPACE tiny LOCATION '" + place + "'");
            server.execute("CREATE DATABASE tiny TABLESPACE pg_default");
            server.execute("ALTER DATABASE tiny SET default_tablespace = 'tiny'");
            Map<String, String> config = server.config("public");
            config.put("database", "tiny");
            try (StateBackend backend =
                    new StateBackend(TestPostgres.open(config), Clock.systemUTC(), BackendSettings.defaults())) {
                backend.put(NAME, document(1), WriteOptions.none());
                disk.fill(1);

                assertThatThrownBy(() -> backend.put(NAME, document(2), WriteOptions.none()))
                        .isInstanceOf(Unavailable.class)
                        .hasMessageContaining("disk");
                assertThat(backend.current(NAME).orElseThrow().number()).isEqualTo(1);
                assertThat(backend.get(NAME).orElseThrow().document()).isEqualTo(document(1));

                disk.free();

                assertThat(backend.put(NAME, document(2), WriteOptions.none())
                                .version()
                                .number())
                        .isEqualTo(2);
                assertThat(backend.get(NAME).orElseThrow().document()).isEqualTo(document(2));
            }
        }
    }

    /** Of half a megabyte that no server compresses. */
    private static StateDocument document(long serial) {
        byte[] noise = new byte[400_000];
        new Random(serial).nextBytes(noise);
        return StateDocument.parse(
                TestStates.state(serial, TestStates.LINEAGE, Base64.getEncoder().encodeToString(noise)));
    }
}
