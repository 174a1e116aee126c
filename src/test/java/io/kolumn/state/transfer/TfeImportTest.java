package io.kolumn.state.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.http.TestStates;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Histories of workspaces that come from an HCP Terraform, played by a server of this test. */
class TfeImportTest {

    private static final StateName APP = StateName.of("acme/app");

    private final TestTfe there = new TestTfe();
    private final StateBackend here =
            new StateBackend(new MemoryStore(), Clock.systemUTC(), BackendSettings.defaults());
    private final List<Duration> pauses = new ArrayList<>();
    private final List<String> locked = new ArrayList<>();

    @AfterEach
    void close() {
        there.close();
    }

    private TfeConfig config(String... more) {
        Map<String, String> values = new HashMap<>(Map.of("address", there.address() + "/", "token", TestTfe.TOKEN));
        for (int at = 0; at < more.length; at += 2) {
            values.put(more[at], more[at + 1]);
        }
        return TfeConfig.of(values);
    }

    private Report run(String... more) {
        return run(OnConflict.FAIL, () -> false, more);
    }

    private Report run(OnConflict onConflict, BooleanSupplier interrupted, String... more) {
        Report report = new Report();
        TfeConfig config = config(more);
        try (TfeCatalog catalog = config.open(pauses::add)) {
            TfeImport arrival = new TfeImport(catalog, here, onConflict, "run-1", "ops", report, interrupted);
            new TfeRun(catalog, arrival, "", report, interrupted).run(config, false, new TfeRun.Listener() {
                @Override
                public void locked(TfeWorkspace workspace) {
                    locked.add(workspace.place());
                }

                @Override
                public void done(String name, Outcome outcome, long size) {
                    // in the report
                }
            });
        }
        return report;
    }

    private void versions(String workspace, int from, int to) {
        IntStream.rangeClosed(from, to)
                .forEach(serial -> there.version("acme", workspace, serial, TestStates.state(serial)));
    }

    private List<StateVersion> history(StateName name) {
        return here.history(name, Long.MAX_VALUE, 1000).reversed();
    }

    private static List<Long> serials(List<StateVersion> versions) {
        return versions.stream().map(StateVersion::serial).toList();
    }

    private long downloads() {
        return there.asked().stream().filter(one -> one.host().equals("files")).count();
    }

    @Test
    void everyVersionArrivesWithItsBytesTimeAndAuthor() {
        versions("app", 3, 7);
        there.version("acme", "net~eu~prod", 1, TestStates.state(1));
        there.workspace("acme", "empty").lock("acme", "app").organization("other");

        Report report = run();

        assertThat(report.failures()).isEmpty();
        assertThat(report.count(Outcome.Kind.BROUGHT)).isEqualTo(2);
        assertThat(report.versions()).isEqualTo(6);
        assertThat(report.verified()).isEqualTo(6);
        assertThat(report.passed()).containsExactly(new Report.Passed("has no state", 1, "acme/empty"));
        List<StateVersion> versions = history(APP);
        assertThat(versions).extracting(StateVersion::number).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(serials(versions)).containsExactly(3L, 4L, 5L, 6L, 7L);
        assertThat(versions).extracting(StateVersion::author).containsOnly("ada");
        assertThat(versions.getFirst().created()).isEqualTo(Instant.parse("2024-05-01T00:01:00.123Z"));
        assertThat(versions.getLast().created()).isEqualTo(Instant.parse("2024-05-01T00:05:00.123Z"));
        assertThat(here.get(APP, 2).orElseThrow().document()).isEqualTo(StateDocument.parse(TestStates.state(4)));
        assertThat(here.get(StateName.of("acme/net/eu/prod"))).isPresent();
        assertThat(locked).containsExactly("acme/app");
        assertThat(there.asked()).allMatch(one -> one.method().equals("GET"));
    }

    @Test
    void tagsBecomeLabelsAndThoseOfHereWin() {
        there.newer();
        versions("app", 1, 1);
        assertThat(run().failures())
                .extracting(Report.Failure::problem)
                .allMatch(problem -> problem.startsWith("A tag was not imported. "))
                .hasSize(1);
        assertThat(labels()).isEqualTo(Map.of("team", "", "tier", "gold"));
        here.label(APP, Map.of("tier", "silver"), "ops");
        versions("app", 2, 2);

        run();

        assertThat(labels()).isEqualTo(Map.of("team", "", "tier", "silver"));
    }

    private Map<String, String> labels() {
        return here.head(APP).orElseThrow().labels().values();
    }

    @Test
    void theTokenGoesToNoOtherHost() {
        versions("app", 1, 1);

        run();

        assertThat(there.asked().stream().filter(one -> one.host().equals("api")))
                .isNotEmpty()
                .allMatch(one -> one.authorization().equals("Bearer " + TestTfe.TOKEN));
        assertThat(there.asked().stream().filter(one -> one.host().equals("files")))
                .hasSize(1)
                .allMatch(one -> one.authorization().equals("null"));
    }

    @Test
    void aSecondRunBringsOnlyWhatIsNew() {
        versions("app", 1, 3);
        run();
        there.forget();

        assertThat(run().count(Outcome.Kind.PRESENT)).isEqualTo(1);
        assertThat(downloads()).isZero();
        versions("app", 4, 5);
        Report report = run();

        assertThat(report.versions()).isEqualTo(2);
        assertThat(downloads()).isEqualTo(2);
        assertThat(serials(history(APP))).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void numbersGoOnWhereTheOldestVersionsAreNoLongerListed() {
        versions("app", 1, 3);
        run();
        there.expire("sv-1");
        there.expire("sv-2");
        versions("app", 4, 4);

        Report report = run();

        assertThat(report.failures()).isEmpty();
        assertThat(history(APP)).extracting(StateVersion::number).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void anInterruptedImportGoesOnBehindWhatItKept() {
        versions("app", 1, 150);
        AtomicInteger asked = new AtomicInteger();

        Report first = run(OnConflict.FAIL, () -> asked.incrementAndGet() > 101);

        assertThat(first.stopped()).isPresent();
        assertThat(history(APP)).hasSize(64);
        assertThatThrownBy(() -> here.get(APP)).isInstanceOf(Unavailable.class);
        there.forget();

        Report second = run();

        assertThat(second.failures()).isEmpty();
        assertThat(downloads()).isEqualTo(150 - 64);
        assertThat(serials(history(APP))).hasSize(150).isSorted();
        assertThat(here.get(APP).orElseThrow().version().serial()).isEqualTo(150);
    }

    @Test
    void aVersionThatIsNotKeptThereLeavesAGap() {
        versions("app", 1, 3);
        there.version("acme", "app", 4, "discarded", "never current");
        there.lose("sv-2");

        Report report = run();

        assertThat(report.failures())
                .extracting(Report.Failure::problem)
                .containsExactly("1 of its versions are no longer kept there. Their numbers are missing here.");
        assertThat(report.errors()).isEmpty();
        assertThat(history(APP)).extracting(StateVersion::number).containsExactly(1L, 3L);
        assertThat(run().count(Outcome.Kind.PRESENT)).isEqualTo(1);
    }

    @Test
    void aCurrentVersionThatIsNotKeptThereIsAFailure() {
        versions("app", 1, 2);
        there.lose("sv-2");

        Report report = run();

        assertThat(report.count(Outcome.Kind.FAILED)).isEqualTo(1);
        assertThat(report.failures().getFirst().problem()).contains("sv-2", "cannot be downloaded");
        assertThat(here.head(APP)).isEmpty();
    }

    @Test
    void anAddressThatHasExpiredIsAskedForAgain() {
        versions("app", 1, 2);
        there.stale("sv-1");

        assertThat(run().failures()).isEmpty();
        assertThat(history(APP)).hasSize(2);
    }

    @Test
    void limitsAreWaitedForAndFaultsAreTriedAgain() {
        versions("app", 1, 1);
        there.fault(429, Map.of("X-RateLimit-Reset", "2.5"))
                .fault(500, Map.of())
                .fault(503, Map.of());

        assertThat(run().failures()).isEmpty();
        assertThat(pauses).containsExactly(Duration.ofMillis(2500), Duration.ofMillis(250), Duration.ofMillis(500));
    }

    @Test
    void whatDoesNotPassEndsTheImport() {
        versions("app", 1, 1);
        IntStream.range(0, 5).forEach(_ -> there.fault(502, Map.of()));

        assertThatThrownBy(this::run)
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining(
                        there.address().substring("http://".length()) + " still answers with status 502 after 5 tries");
        assertThat(pauses).hasSize(4);
    }

    @Test
    void aTokenThatIsRefusedIsToldWithoutIt() {
        versions("app", 1, 1);

        assertThatThrownBy(() -> run("token", "wrong-s3cr3t"))
                .isInstanceOf(Unauthenticated.class)
                .hasMessageContaining("does not accept the token")
                .hasMessageNotContaining("s3cr3t");
    }

    @Test
    void onlyWhatIsAskedForArrives() {
        versions("app", 1, 1);
        versions("web", 2, 2);
        there.version("other", "app", 3, TestStates.state(3));

        run("organization", "acme", "search", "we");

        assertThat(here.head(StateName.of("acme/web"))).isPresent();
        assertThat(here.head(APP)).isEmpty();
        assertThat(here.head(StateName.of("other/app"))).isEmpty();
        assertThatThrownBy(() -> run("organization", "none"))
                .isInstanceOf(Configuration.class)
                .hasMessageContaining("--from-set organization=none")
                .hasMessageContaining("is not an organization of 127.0.0.1");
    }

    @Test
    void anotherStateOfTheNameStaysUnlessItIsToBeReplaced() {
        versions("app", 1, 70);
        here.put(APP, StateDocument.parse(TestStates.state(900)), WriteOptions.none());

        Report failed = run();
        assertThat(failed.count(Outcome.Kind.FAILED)).isEqualTo(1);
        assertThat(failed.failures().getFirst().problem()).contains("already exists", "--on-conflict");
        assertThat(downloads()).isZero();
        assertThat(run(OnConflict.SKIP, () -> false).count(Outcome.Kind.SKIPPED))
                .isEqualTo(1);

        Report replaced = run(OnConflict.REPLACE, () -> false);
        assertThat(replaced.errors()).isEmpty();
        assertThat(replaced.count(Outcome.Kind.REPLACED)).isEqualTo(1);
        assertThat(serials(history(APP))).hasSize(70);
        assertThat(here.get(StateName.of("replaced-run-1/acme/app"))
                        .orElseThrow()
                        .version()
                        .serial())
                .isEqualTo(900);
    }

    @Test
    void aStateThatHasGoneOnHereIsNotTouched() {
        versions("app", 1, 2);
        run();
        here.put(APP, StateDocument.parse(TestStates.state(3, TestStates.LINEAGE, "ours")), WriteOptions.none());
        assertThat(run().count(Outcome.Kind.PRESENT)).as("nothing is new there").isEqualTo(1);

        versions("app", 3, 3);
        Report report = run();

        assertThat(report.count(Outcome.Kind.FAILED)).isEqualTo(1);
        assertThat(here.get(APP).orElseThrow().document())
                .isEqualTo(StateDocument.parse(TestStates.state(3, TestStates.LINEAGE, "ours")));
        assertThat(run(OnConflict.SKIP, () -> false).count(Outcome.Kind.SKIPPED))
                .isEqualTo(1);
    }

    @Test
    void aDocumentThatIsNoneNamesItsVersion() {
        versions("app", 1, 1);
        there.version("acme", "app", 2, "<html>");
        versions("web", 1, 1);

        Report report = run();

        assertThat(report.count(Outcome.Kind.FAILED)).isEqualTo(1);
        assertThat(report.failures().getFirst().problem()).contains("version sv-2 of acme/app is not a state");
        assertThat(here.head(StateName.of("acme/web"))).isPresent();
    }

    @Test
    void wrongValuesAreRefusedTogether() {
        assertThatThrownBy(() -> TfeConfig.of(Map.of("adress", "x")))
                .isInstanceOf(Configuration.class)
                .hasMessageContaining("adress")
                .hasMessageContaining("token");
        assertThatThrownBy(() -> TfeConfig.of(Map.of("token", "a", "address", "https://ada:pw@tfe.example.org")))
                .hasMessageContaining("--from-set address")
                .hasMessageNotContaining("pw@");
        assertThatThrownBy(() -> TfeConfig.of(Map.of("token", "s3cr3t\nx"))).hasMessageNotContaining("s3cr3t");
        assertThat(TfeConfig.of(Map.of("token", "s3cr3t")).toString())
                .contains("https://app.terraform.io")
                .doesNotContain("s3cr3t");
    }
}
