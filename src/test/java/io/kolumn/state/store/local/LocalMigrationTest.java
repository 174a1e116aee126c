package io.kolumn.state.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.store.TinyDisk;
import io.kolumn.state.store.memory.MemoryStore;
import io.kolumn.state.transfer.Migration;
import io.kolumn.state.transfer.OnConflict;
import io.kolumn.state.transfer.Outcome;
import io.kolumn.state.transfer.Report;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A migration to a disk without space, or without the right to write: what is there is whole, and it goes on later. */
class LocalMigrationTest {

    private static final int STATES = 20;

    @TempDir
    Path folder;

    private final StateBackend source = backend(new MemoryStore());

    private static StateBackend backend(StateStore store) {
        return new StateBackend(store, Clock.systemUTC(), BackendSettings.defaults());
    }

    private Report migrate(StateBackend target) {
        Report report = new Report();
        Migration migration = new Migration(
                source,
                target,
                new Migration.Settings("run-1", "ada", 2, true, Duration.ZERO, "", OnConflict.FAIL),
                report,
                () -> false);
        migration.run(migration.states());
        return report;
    }

    private static List<StateHead> heads(StateBackend backend) {
        return backend.list(new ListQuery("", null, 1000, true, true)).heads();
    }

    private void fill() {
        for (int number = 0; number < STATES; number++) {
            source.put(
                    StateName.of("s/" + number),
                    StateDocument.parse("{\"version\": 4, \"serial\": 1, \"filler\": \"" + "x".repeat(40_000) + "\"}"),
                    WriteOptions.none());
        }
    }

    @Test
    void aFullDiskStopsItAndMoreSpaceLetsItGoOn() throws Exception {
        fill();
        try (TinyDisk disk = new TinyDisk(folder, 3000)) {
            disk.fill(120);
            try (StateBackend target =
                    backend(new LocalStore(LocalSettings.at(disk.folder().resolve("k.klstate"))))) {
                Report first = migrate(target);

                assertThat(first.errors()).isNotEmpty().allMatch(Unavailable.class::isInstance);
                assertThat(first.count(Outcome.Kind.BROUGHT)).isBetween(1, STATES - 1);
                assertThat(heads(source)).allMatch(head -> head.lock() == null);
                for (StateHead head : heads(target)) {
                    assertThat(target.get(head.name())).isEqualTo(source.get(head.name()));
                }

                disk.free();
                assertThat(migrate(target).failures()).isEmpty();
                assertThat(heads(target)).hasSize(STATES);
            }
        }
    }

    @Test
    void aDiskThatMayOnlyBeReadStopsItSoon() throws Exception {
        fill();
        try (TinyDisk disk = new TinyDisk(folder, 3000)) {
            try (StateBackend target =
                    backend(new LocalStore(LocalSettings.at(disk.folder().resolve("k.klstate"))))) {
                assertThat(heads(target)).isEmpty();
                disk.readOnly(true);

                Report first = migrate(target);

                assertThat(first.stopped().orElseThrow()).contains("did not answer");
                assertThat(first.count(Outcome.Kind.BROUGHT)).isZero();
                assertThat(heads(source)).allMatch(head -> head.lock() == null);

                disk.readOnly(false);
                assertThat(migrate(target).failures()).isEmpty();
            }
        }
    }
}
