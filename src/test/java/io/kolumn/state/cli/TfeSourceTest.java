package io.kolumn.state.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.cli.TestRunner.Ended;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.store.memory.MemoryStore;
import io.kolumn.state.transfer.OnConflict;
import io.kolumn.state.transfer.Outcome;
import io.kolumn.state.transfer.Report;
import io.kolumn.state.transfer.TestTfe;
import io.kolumn.state.transfer.TfeCatalog;
import io.kolumn.state.transfer.TfeConfig;
import io.kolumn.state.transfer.TfeRun;
import io.kolumn.state.transfer.TfeWorkspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code import --from tfe}, on a storage, and by the writes that a service takes. */
class TfeSourceTest {

    private static final StateName APP = StateName.of("acme/app");

    @TempDir
    Path folder;

    private final TestTfe there = new TestTfe();
    private final StateBackend backend =
            new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults());

    @BeforeEach
    void fill() {
        for (int serial = 1; serial <= 3; serial++) {
            there.version("acme", "app", serial, TestStates.state(serial));
        }
        there.version("acme", "web", 1, TestStates.state(1));
        there.lock("acme", "web");
    }

    @AfterEach
    void close() {
        there.close();
    }

    private Ended run(String... more) throws IOException {
        Path token = Files.writeString(folder.resolve("token"), TestTfe.TOKEN + "\n");
        List<String> arguments = new ArrayList<>(List.of(
                "import",
                "--from",
                "tfe",
                "--from-set",
                "address=" + there.address(),
                "--from-set-file",
                "token=" + token));
        arguments.addAll(List.of(more));
        return new TestRunner(backend).run(arguments.toArray(String[]::new));
    }

    @Test
    void thePlanIsShownAndThenDone() throws IOException {
        Ended dry = run("--dry-run", "--name-prefix=old/");

        assertThat(dry.code()).as(dry.err()).isZero();
        assertThat(dry.out()).startsWith("""
                NAME          WOULD BE          SIZE
                old/acme/app  new, 3 versions  624 B
                old/acme/web  new, 1 versions  208 B
                """);
        assertThat(dry.err())
                .contains("The workspace acme/web is locked there. If it changes, run the import again.")
                .doesNotContain(TestTfe.TOKEN);
        assertThat(backend.head(StateName.of("old/acme/app"))).isEmpty();

        Ended real = run();
        assertThat(real.code()).as(real.err()).isZero();
        assertThat(real.out()).containsPattern("brought +2\n").containsPattern("versions +4\n");
        assertThat(backend.history(APP, Long.MAX_VALUE, 10)).hasSize(3);
    }

    @Test
    void whatIsWrongIsTold() throws IOException {
        assertThat(run("somewhere").err()).contains("--from=tfe takes no PATH");
        Ended unknown = run("--from-set", "organisation=acme");
        assertThat(unknown.code()).isNotZero();
        assertThat(unknown.err()).contains("--from-set organisation", "organization");
        Ended none = run("--from-set", "search=nothing");
        assertThat(none.code()).isEqualTo(3);
        assertThat(none.err()).contains("No state was found.");
        Ended missing = new TestRunner(backend).run("import", "--from", "tfe");
        assertThat(missing.code()).isNotZero();
        assertThat(missing.err()).contains("--from-set token: is required");
    }

    private Report puts(OnConflict onConflict, BooleanSupplier interrupted) {
        Report report = new Report();
        TfeConfig config = TfeConfig.of(
                Map.of("address", there.address(), "token", TestTfe.TOKEN, "organization", "acme", "search", "app"));
        try (TfeCatalog catalog = config.open()) {
            TfePuts arrival = new TfePuts(catalog, new BackendStates(backend), onConflict, report, interrupted);
            new TfeRun(catalog, arrival, "", report, () -> false).run(config, false, new TfeRun.Listener() {
                @Override
                public void locked(TfeWorkspace workspace) {
                    // none is
                }

                @Override
                public void done(String name, Outcome outcome, long size) {
                    // in the report
                }
            });
        }
        return report;
    }

    private List<Long> serials() {
        return backend.history(APP, Long.MAX_VALUE, 100).reversed().stream()
                .map(StateVersion::serial)
                .toList();
    }

    @Test
    void writesOfAnInterruptedImportGoOnBehindTheCurrentOne() {
        AtomicInteger asked = new AtomicInteger();

        assertThat(puts(OnConflict.FAIL, () -> asked.incrementAndGet() > 2).stopped())
                .isPresent();
        assertThat(serials()).containsExactly(1L, 2L);
        Report second = puts(OnConflict.FAIL, () -> false);

        assertThat(second.failures()).isEmpty();
        assertThat(second.versions()).isEqualTo(1);
        assertThat(serials()).containsExactly(1L, 2L, 3L);
        assertThat(puts(OnConflict.FAIL, () -> false).count(Outcome.Kind.PRESENT))
                .isEqualTo(1);
    }

    @Test
    void writesOverAnotherDocumentAreAskedFor() {
        backend.put(APP, StateDocument.parse(TestStates.state(900)), WriteOptions.none());

        Report failed = puts(OnConflict.FAIL, () -> false);
        assertThat(failed.failures().getFirst().problem()).contains("is not of this workspace");
        assertThat(puts(OnConflict.SKIP, () -> false).count(Outcome.Kind.SKIPPED))
                .isEqualTo(1);
        assertThat(serials()).containsExactly(900L);

        assertThat(puts(OnConflict.REPLACE, () -> false).count(Outcome.Kind.REPLACED))
                .isEqualTo(1);
        assertThat(serials()).containsExactly(900L, 1L, 2L, 3L);
    }
}
