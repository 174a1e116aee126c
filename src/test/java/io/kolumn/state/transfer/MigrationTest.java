package io.kolumn.state.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.HeadPage;
import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.ListQuery;
import io.kolumn.state.LockInfo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreBatch;
import io.kolumn.state.Transition;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.BackendFactory;
import io.kolumn.state.backend.BackendSettings;
import io.kolumn.state.backend.LockOptions;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.StateSnapshot;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.store.ForwardingStore;
import io.kolumn.state.store.memory.MemoryStore;
import io.kolumn.state.store.postgres.PostgresStore;
import io.kolumn.state.store.postgres.TestPostgres;
import io.kolumn.state.store.s3.TestS3;
import io.kolumn.state.transfer.Outcome.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every state of one storage into another, in every pair of types. */
class MigrationTest {

    private static final int VERSIONS = 5;
    private static final AtomicInteger PLACES = new AtomicInteger();

    @TempDir
    static Path folder;

    private final BackendFactory factory = BackendFactory.withBuiltIns();
    private final List<StateBackend> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(StateBackend::close);
    }

    private StateBackend open(String type) {
        int place = PLACES.incrementAndGet();
        Supplier<Map<String, String>> config = switch (type) {
            case "local" ->
                () -> Map.of("path", folder.resolve(place + "/kolumn.klstate").toString(), "backup_count", "100");
            case "postgres" -> () -> TestPostgres.shared().config(TestPostgres.newSchema());
            case "s3" -> () -> TestS3.shared().config(TestS3.shared().provenBucket());
            default -> Map::of;
        };
        StateBackend backend = factory.create(type, config.get());
        opened.add(backend);
        return backend;
    }

    static Stream<Arguments> pairs() {
        List<String> types = List.of("memory", "local", "postgres", "s3");
        return types.stream()
                .flatMap(from -> types.stream().map(to -> Arguments.of(from, to, from.equals("memory") ? 200 : 25)));
    }

    private static StateDocument document(long serial, String content) {
        return StateDocument.parse("{\"version\": 4, \"serial\": " + serial
                + ", \"lineage\": \"5f1c\", \"outputs\": {\"" + content + "\": {\"value\": \"käse 日本 🧀 \\u00e9 "
                + content + "\", \"type\": \"string\"}}, \"resources\": []}\n");
    }

    private static StateName name(int number) {
        return StateName.of("team-" + number % 7 + "/" + (number % 3 == 0 ? "deep/er/" : "") + "state." + number);
    }

    /** States with five versions each; some are deleted, some locked, some have quarantined documents. */
    private static void fill(StateBackend backend, int states) {
        for (int number = 0; number < states; number++) {
            StateName name = name(number);
            for (int version = 1; version <= VERSIONS; version++) {
                backend.put(name, document(version, "v" + version + "-" + number), WriteOptions.by("ada"));
            }
            if (number % 10 == 3) {
                backend.delete(name, WriteOptions.by("ada"));
            }
            if (number % 10 == 4) {
                try {
                    backend.put(
                            name, document(9, "lost"), WriteOptions.by("bob").withLock("gone"));
                } catch (Conflict expected) {
                    assertThat(expected.quarantined()).isNotNull();
                }
            }
            if (number % 10 == 5) {
                backend.lock(name, LockInfo.of("l-" + number, "ada", "test"), LockOptions.none());
                backend.unlock(name, "l-" + number);
            }
        }
    }

    private static Report migrate(StateBackend from, StateBackend to, Migration.Settings settings) {
        return migrate(from, to, settings, () -> false);
    }

    private static Report migrate(
            StateBackend from, StateBackend to, Migration.Settings settings, BooleanSupplier interrupted) {
        Report report = new Report();
        Migration migration = new Migration(from, to, settings, report, interrupted);
        migration.run(migration.states());
        return report;
    }

    private static Migration.Settings settings() {
        return new Migration.Settings("run-1", "ada@test", 4, true, Duration.ZERO, "", OnConflict.FAIL);
    }

    private static Migration.Settings reading() {
        return new Migration.Settings("run-1", "ada@test", 4, false, Duration.ZERO, "", OnConflict.FAIL);
    }

    private static Migration.Settings on(OnConflict policy) {
        return new Migration.Settings("run-1", "ada@test", 4, true, Duration.ZERO, "", policy);
    }

    private static List<StateHead> heads(StateBackend backend) {
        List<StateHead> heads = new ArrayList<>();
        ListQuery query = new ListQuery("", null, ListQuery.MAX_LIMIT, true, true);
        HeadPage page;
        do {
            page = backend.list(query);
            heads.addAll(page.heads());
            query = new ListQuery("", heads.isEmpty() ? null : heads.getLast().name(), ListQuery.MAX_LIMIT, true, true);
        } while (page.more());
        return heads;
    }

    /** Everything but revisions and commits, which are each storage's own. */
    private static void assertSame(StateBackend from, StateBackend to) {
        List<StateHead> expected = heads(from);
        List<StateHead> actual = heads(to);
        assertThat(actual.stream().map(StateHead::name))
                .isEqualTo(expected.stream().map(StateHead::name).toList());
        for (StateHead head : expected) {
            StateSnapshot there = from.snapshot(head.name()).orElseThrow();
            StateSnapshot here = to.snapshot(head.name()).orElseThrow();
            assertThat(here.versions()).isEqualTo(there.versions());
            assertThat(here.quarantined()).isEqualTo(there.quarantined());
            assertThat(here.head().current()).isEqualTo(there.head().current());
            assertThat(here.head().tombstone()).isEqualTo(there.head().tombstone());
            assertThat(here.head().lastVersion()).isEqualTo(there.head().lastVersion());
            assertThat(here.head().fence()).isEqualTo(there.head().fence());
            assertThat(here.head().highestSerial()).isEqualTo(there.head().highestSerial());
            assertThat(here.head().lock()).isNull();
            for (StateVersion version : there.versions()) {
                assertThat(here.contents().of(version).toBytes())
                        .isEqualTo(there.contents().of(version).toBytes());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void everythingArrives(String from, String to, int states) {
        StateBackend source = open(from);
        StateBackend target = open(to);
        fill(source, states);

        Report first = migrate(source, target, settings());

        assertThat(first.failures()).isEmpty();
        assertThat(first.count(Kind.BROUGHT)).isEqualTo(states);
        assertThat(first.versions()).isEqualTo((long) states * VERSIONS);
        assertThat(first.verified()).isEqualTo(first.versions() + first.quarantined());
        assertThat(first.quarantined()).isPositive();
        assertSame(source, target);
        assertThat(heads(source)).allMatch(head -> head.lock() == null);

        Report second = migrate(source, target, settings());
        assertThat(second.count(Kind.PRESENT)).isEqualTo(states);
        assertThat(second.bytes()).isZero();
        assertThat(second.verified()).isEqualTo(first.verified());
    }

    /** The time of a file has more digits than a database keeps. */
    @ParameterizedTest
    @ValueSource(strings = {"local", "postgres", "s3"})
    void adoptedPlainFilesArrive(String to) throws IOException {
        Path place = Files.createDirectories(folder.resolve("plain-" + to));
        for (int number = 0; number < 3; number++) {
            Path file = Files.write(
                    place.resolve("state-" + number + ".klstate"),
                    document(1, "plain-" + number).toBytes());
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-28T22:17:54.159865915Z")));
        }
        StateBackend target = open(to);
        try (StateBackend source = factory.create(
                "local", Map.of("path", place.resolve("k.klstate").toString()))) {

            Report all = migrate(source, target, settings());

            assertThat(all.failures()).isEmpty();
            assertThat(all.count(Kind.BROUGHT)).isEqualTo(3);
            assertSame(source, target);
            assertThat(target.current(StateName.of("state-0")).orElseThrow().created())
                    .isEqualTo("2026-11-28T22:17:54.159865Z");
            assertThat(migrate(source, target, settings()).count(Kind.PRESENT)).isEqualTo(3);
        }
    }

    @Test
    void aThousandStatesArrive() {
        StateBackend source = open("memory");
        StateBackend target = open("postgres");
        fill(source, 1000);

        Report all = migrate(source, target, settings());

        assertThat(all.failures()).isEmpty();
        assertThat(all.versions()).isEqualTo(5000);
        assertSame(source, target);
    }

    @Test
    void whereAStateWasMovedIsCountedAndNotCarriedOver() {
        StateBackend from = open("memory");
        StateBackend to = open("memory");
        StateName old = StateName.of("old/prod");
        StateName fresh = StateName.of("new/prod");
        from.put(old, document(1, "one"), WriteOptions.by("ada"));
        from.move(old, fresh, WriteOptions.by("ada"));
        assertThatThrownBy(() -> from.put(
                        old, document(9, "late"), WriteOptions.by("bob").withLock("gone")))
                .isInstanceOf(StateException.class);

        Report report = migrate(from, to, settings());

        assertThat(report.failures()).isEmpty();
        assertThat(report.passed())
                .singleElement()
                .satisfies(passed -> assertThat(passed.example()).isEqualTo("old/prod"));
        assertThat(to.get(fresh).orElseThrow().document()).isEqualTo(document(1, "one"));
        assertThat(to.get(old)).isEmpty();
        assertThat(to.quarantine(old)).as("a refused document is lost nowhere").hasSize(1);
        assertThat(migrate(from, to, settings()).count(Kind.FAILED)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "postgres"})
    void whatChangedSinceIsFollowed(String to) {
        StateBackend source = open("memory");
        StateBackend target = open(to);
        fill(source, 10);
        migrate(source, target, settings());

        source.put(name(0), document(6, "later"), WriteOptions.by("bob"));
        source.delete(name(1), WriteOptions.by("bob"));
        Report second = migrate(source, target, settings());

        assertThat(second.failures()).isEmpty();
        assertThat(second.count(Kind.BROUGHT)).isEqualTo(2);
        assertThat(second.versions()).isEqualTo(1);
        assertSame(source, target);
    }

    @Test
    void anInterruptedRunGoesOnWhereItWas() {
        StateBackend source = open("memory");
        StateBackend target = open("local");
        fill(source, 30);
        AtomicInteger begun = new AtomicInteger();

        Report first = migrate(source, target, settings(), () -> begun.incrementAndGet() > 12);
        assertThat(first.stopped()).isPresent();
        assertThat(first.count(Kind.BROUGHT)).isEqualTo(12);
        assertThat(heads(source)).allMatch(head -> head.lock() == null);

        Report second = migrate(source, target, settings());
        assertThat(second.stopped()).isEmpty();
        assertThat(second.count(Kind.PRESENT)).isEqualTo(12);
        assertThat(second.count(Kind.BROUGHT)).isEqualTo(18);
        assertSame(source, target);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "postgres"})
    void aStateThatArrivedInPartIsFinished(String to) {
        StateBackend source = open("memory");
        StateBackend target = open(to);
        fill(source, 3);
        StateSnapshot whole = source.snapshot(name(1)).orElseThrow();
        AtomicInteger given = new AtomicInteger();
        StateSnapshot torn = new StateSnapshot(whole.head(), whole.versions(), whole.quarantined(), version -> {
            if (given.incrementAndGet() > 3) {
                throw new StateException.Unavailable("The process ends here.", null);
            }
            return whole.contents().of(version);
        });
        assertThatThrownBy(() -> target.importState(name(1), torn, WriteOptions.none()))
                .isInstanceOf(StateException.Unavailable.class);
        assertThat(heads(target)).anyMatch(StateHead::incomplete);

        assertThat(migrate(source, target, settings()).failures()).isEmpty();
        assertSame(source, target);
    }

    /** A process that was killed between the content and the head leaves the content under the name that it will have. */
    @Test
    void aContentThatAKilledRunLeftIsNotInTheWay() throws IOException {
        StateBackend source = open("memory");
        fill(source, 1);
        StateVersion first = source.snapshot(name(0)).orElseThrow().versions().getFirst();
        Path place = folder.resolve("killed");
        Path left = place.resolve(".k.klstate.d/" + name(0) + "/+1-" + first.id());
        Files.createDirectories(left.getParent());
        Files.writeString(left, "{\"half\": ");
        try (StateBackend target = factory.create(
                "local", Map.of("path", place.resolve("k.klstate").toString()))) {

            assertThat(migrate(source, target, settings()).failures()).isEmpty();
            assertSame(source, target);
        }
    }

    @Test
    void aTargetWithoutRightsIsTold() {
        StateBackend source = open("memory");
        fill(source, 20);
        TestPostgres server = TestPostgres.shared();
        server.execute("CREATE ROLE powerless LOGIN");
        Map<String, String> config = new HashMap<>(server.config("forbidden"));
        config.put("username", "powerless");
        try (StateBackend target = factory.create("postgres", config)) {
            assertThatThrownBy(() -> migrate(source, target, settings()))
                    .isInstanceOf(StateException.Unavailable.class)
                    .hasMessageContaining("forbidden");
            assertThat(heads(source)).allMatch(head -> head.lock() == null);
        } finally {
            server.execute("DROP ROLE powerless");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "postgres"})
    void aLockedStateFailsAndTheOthersArrive(String to) {
        StateBackend source = open("memory");
        StateBackend target = open(to);
        fill(source, 5);
        source.lock(name(2), LockInfo.of("mine", "ada", "apply"), LockOptions.none());

        Report all = migrate(source, target, settings());

        assertThat(all.count(Kind.BROUGHT)).isEqualTo(4);
        assertThat(all.errors()).singleElement().isInstanceOf(Locked.class);
        assertThat(target.snapshot(name(2))).isEmpty();
        assertThat(source.lockOf(name(2)).orElseThrow().id()).isEqualTo("mine");
        assertThat(migrate(source, target, reading()).failures()).isEmpty();
        assertThat(target.current(name(2))).isEqualTo(source.current(name(2)));
    }

    /** It was killed after it had copied the state, and before it gave the lock back. */
    @Test
    void theLockThatAKilledRunLeftOnAnArrivedStateIsGivenBack() {
        StateBackend from = open("memory");
        StateBackend to = open("memory");
        from.put(name(1), document(1, "a"), WriteOptions.none());
        from.lock(name(1), LockInfo.of(settings().run(), "somebody", ""), LockOptions.none());
        to.importState(name(1), from.snapshot(name(1)).orElseThrow(), WriteOptions.none());

        assertThat(migrate(from, to, settings()).failures()).isEmpty();

        assertThat(from.lockOf(name(1))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "postgres"})
    void aReadOnlySourceIsOnlyRead(String to) {
        StateBackend source = open("memory");
        StateBackend target = open(to);
        fill(source, 5);
        List<StateHead> before = heads(source);

        assertThat(migrate(source, target, reading()).failures()).isEmpty();

        assertThat(heads(source)).isEqualTo(before);
        assertSame(source, target);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "postgres"})
    void anotherStateOfTheNameIsLeftAloneUnlessItIsToBeReplaced(String to) {
        StateBackend source = open("memory");
        StateBackend target = open(to);
        fill(source, 3);
        target.put(name(1), document(77, "precious"), WriteOptions.by("eve"));
        StateVersion precious = target.current(name(1)).orElseThrow();

        Report failed = migrate(source, target, settings());
        assertThat(failed.errors()).singleElement().isInstanceOf(Conflict.class);
        assertThat(failed.count(Kind.BROUGHT)).isEqualTo(2);
        assertThat(target.current(name(1))).contains(precious);

        Report skipped = migrate(source, target, on(OnConflict.SKIP));
        assertThat(skipped.errors()).isEmpty();
        assertThat(skipped.count(Kind.SKIPPED)).isEqualTo(1);
        assertThat(target.current(name(1))).contains(precious);

        Report replaced = migrate(source, target, on(OnConflict.REPLACE));
        assertThat(replaced.errors()).isEmpty();
        assertThat(replaced.count(Kind.REPLACED)).isEqualTo(1);
        assertThat(target.current(name(1))).isEqualTo(source.current(name(1)));
        StateName kept = StateName.of("replaced-run-1/" + name(1));
        assertThat(target.get(kept).orElseThrow().document()).isEqualTo(document(77, "precious"));
    }

    @Test
    void aTargetThatIsAwayChangesNothing() {
        StateBackend source = open("memory");
        StateBackend target = open("memory");
        fill(source, 5);
        List<StateHead> before = heads(source);
        target.close();

        assertThatThrownBy(() -> migrate(source, target, settings())).isInstanceOf(StateException.Unavailable.class);
        assertThat(heads(source)).isEqualTo(before);
    }

    @Test
    void aTargetThatGoesAwayStopsTheRunSoon() {
        StateBackend source = open("memory");
        StateBackend target = open("memory");
        fill(source, 50);
        AtomicInteger begun = new AtomicInteger();

        Report all = migrate(source, target, settings(), () -> {
            if (begun.incrementAndGet() == 10) {
                target.close();
            }
            return false;
        });

        assertThat(all.stopped().orElseThrow()).contains("did not answer");
        assertThat(all.states()).isLessThan(40);
        assertThat(all.errors()).isNotEmpty().allMatch(error -> error instanceof StateException.Unavailable);
        assertThat(heads(source)).allMatch(head -> head.lock() == null);
    }

    /** A source, to some of whose states something happens once while their content is read. */
    private StateBackend happening(MemoryStore states, Consumer<StateName> what) {
        Set<StateName> happened = ConcurrentHashMap.newKeySet();
        StateStore store = new ForwardingStore(states) {
            @Override
            public Optional<StateDocument> content(StateName name, StateVersion version) {
                if (name.hashCode() % 2 == 0 && happened.add(name)) {
                    what.accept(name);
                }
                return super.content(name, version);
            }
        };
        StateBackend source = new StateBackend(store, Clock.systemUTC(), BackendSettings.defaults());
        opened.add(source);
        return source;
    }

    private static void fillSmall(StateBackend source, int states) {
        for (int number = 0; number < states; number++) {
            source.put(name(number), document(1, "v1-" + number), WriteOptions.by("ada"));
        }
    }

    /** A PostgreSQL at which something happens before states that were brought together are read back. */
    private StateBackend reading(PostgresStore below, Consumer<Collection<StateName>> before, LongConsumer after) {
        StateStore store = new ForwardingStore(below) {
            @Override
            public Optional<StoreBatch> batch() {
                StoreBatch batch = below.batch().orElseThrow();
                return Optional.of(new StoreBatch() {
                    @Override
                    public int size() {
                        return batch.size();
                    }

                    @Override
                    public List<Boolean> commit(List<Transition> transitions) {
                        return batch.commit(transitions);
                    }

                    @Override
                    public Map<StateName, List<VersionedDocument>> read(Collection<StateName> names) {
                        before.accept(names);
                        Map<StateName, List<VersionedDocument>> read = batch.read(names);
                        after.accept(read.values().stream()
                                .flatMap(List::stream)
                                .mapToLong(stored -> stored.version().size())
                                .sum());
                        return read;
                    }
                });
            }
        };
        StateBackend target = new StateBackend(store, Clock.systemUTC(), BackendSettings.defaults());
        opened.add(target);
        return target;
    }

    /** The first of the target's own writers are there before all was read back. */
    @ParameterizedTest
    @EnumSource(OnConflict.class)
    void aTargetThatHasGoneOnIsNoOtherState(OnConflict policy) {
        StateBackend source = open("memory");
        fillSmall(source, 20);
        PostgresStore store = TestPostgres.shared().open(TestPostgres.newSchema());
        StateBackend writers = new StateBackend(store, Clock.systemUTC(), BackendSettings.defaults());
        AtomicBoolean once = new AtomicBoolean();
        StateBackend target = reading(
                store,
                names -> {
                    if (names.contains(name(1)) && names.contains(name(8)) && once.compareAndSet(false, true)) {
                        writers.put(name(1), document(2, "gone on"), WriteOptions.by("bob"));
                        writers.delete(name(8), WriteOptions.by("bob"));
                    }
                },
                bytes -> {});

        Report all = migrate(
                source, target, new Migration.Settings("run-1", "ada@test", 1, true, Duration.ZERO, "", policy));

        assertThat(once).isTrue();
        assertThat(all.failures()).isEmpty();
        assertThat(all.count(Kind.BROUGHT)).isEqualTo(18);
        assertThat(all.count(Kind.PRESENT)).isEqualTo(2);
        assertThat(all.verified()).isEqualTo(20);
        assertThat(target.get(name(1)).orElseThrow().document()).isEqualTo(document(2, "gone on"));
        assertThat(target.head(name(8)).orElseThrow().tombstone()).isTrue();
        assertThat(heads(target)).hasSize(20);
    }

    @Test
    void anotherStateThatWasMadeMeanwhileIsAConflict() {
        StateBackend source = open("memory");
        fillSmall(source, 4);
        StateBackend target = open("memory");
        AtomicBoolean once = new AtomicBoolean();

        Report all = migrate(source, target, settings(), () -> {
            if (once.compareAndSet(false, true)) {
                target.put(name(0), document(9, "another"), WriteOptions.by("bob"));
                target.put(name(1), document(9, "another"), WriteOptions.by("bob"));
            }
            return false;
        });

        assertThat(all.errors()).hasSize(2).allMatch(Conflict.class::isInstance);
        assertThat(target.get(name(1)).orElseThrow().document()).isEqualTo(document(9, "another"));
    }

    @Test
    void noMoreIsReadBackAtOnceThanThereIsRoomFor() {
        StateBackend source = open("memory");
        for (int number = 0; number < 30; number++) {
            source.put(name(number), filled(1, 900_000), WriteOptions.by("ada"));
            source.put(name(number), document(2, "small"), WriteOptions.by("ada"));
        }
        AtomicLong most = new AtomicLong();
        StateBackend target = reading(
                TestPostgres.shared().open(TestPostgres.newSchema()),
                names -> {},
                bytes -> most.accumulateAndGet(bytes, Math::max));

        Report all = migrate(
                source,
                target,
                new Migration.Settings("run-1", "ada@test", 1, true, Duration.ZERO, "", OnConflict.FAIL));

        assertThat(all.failures()).isEmpty();
        assertThat(most).hasPositiveValue().hasValueLessThanOrEqualTo(4 << 20);
        assertSame(source, target);
    }

    @Test
    void aFewThatFailAmongManyStopNothing() {
        MemoryStore states = new MemoryStore();
        StateBackend others = new StateBackend(states, Clock.systemUTC(), BackendSettings.defaults());
        fillSmall(others, 400);
        List<StateName> names = heads(others).stream().map(StateHead::name).toList();
        Set<StateName> failing = IntStream.range(0, 6)
                .mapToObj(number -> names.get(30 + 65 * number))
                .collect(Collectors.toSet());
        StateStore damaged = new ForwardingStore(states) {
            @Override
            public Optional<StateDocument> content(StateName name, StateVersion version) {
                if (failing.contains(name)) {
                    throw new StateException.Unavailable("Damaged, by the test.", null);
                }
                return super.content(name, version);
            }
        };
        StateBackend source = new StateBackend(damaged, Clock.systemUTC(), BackendSettings.defaults());

        Report all = migrate(
                source,
                open("postgres"),
                new Migration.Settings("run-1", "ada@test", 1, true, Duration.ZERO, "", OnConflict.FAIL));

        assertThat(all.stopped()).isEmpty();
        assertThat(all.count(Kind.FAILED)).isEqualTo(6);
        assertThat(all.count(Kind.BROUGHT)).isEqualTo(394);
        assertThat(heads(others)).allMatch(head -> head.lock() == null);
    }

    /** What nobody expected of one state is said of it, and costs the others nothing. */
    @Test
    void aBugInOneStateIsReported() {
        MemoryStore states = new MemoryStore();
        StateBackend others = new StateBackend(states, Clock.systemUTC(), BackendSettings.defaults());
        fillSmall(others, 40);
        StateStore broken = new ForwardingStore(states) {
            @Override
            public Optional<HeadWithHistory> headWithHistory(StateName name) {
                if (name.equals(name(11))) {
                    throw new IllegalStateException("A bug, by the test.");
                }
                return super.headWithHistory(name);
            }
        };
        for (String to : List.of("postgres", "memory")) {
            StateBackend target = open(to);
            Report all = migrate(
                    new StateBackend(broken, Clock.systemUTC(), BackendSettings.defaults()), target, settings());

            assertThat(all.failures()).singleElement().satisfies(failure -> {
                assertThat(failure.name()).isEqualTo(name(11).value());
                assertThat(failure.problem()).contains("IllegalStateException");
            });
            assertThat(all.count(Kind.FAILED)).isEqualTo(1);
            assertThat(all.count(Kind.BROUGHT)).isEqualTo(39);
            assertThat(heads(others)).allMatch(head -> head.lock() == null);
        }
    }

    /** Nothing can be said of its states then; a second run can. */
    @Test
    void anErrorOutsideOfAnyStateStopsTheRun() {
        StateBackend source = open("memory");
        fillSmall(source, 200);
        AtomicBoolean once = new AtomicBoolean();
        StateBackend target = reading(
                TestPostgres.shared().open(TestPostgres.newSchema()),
                names -> {
                    if (once.compareAndSet(false, true)) {
                        throw new LinkageError("by the test");
                    }
                },
                bytes -> {});

        Report first = migrate(
                source,
                target,
                new Migration.Settings("run-1", "ada@test", 1, true, Duration.ZERO, "", OnConflict.FAIL));

        assertThat(first.stopped().orElseThrow()).contains("LinkageError");
        assertThat(first.states()).isLessThan(200);
        assertThat(heads(source)).allMatch(head -> head.lock() == null);
        assertThat(migrate(source, target, settings()).failures()).isEmpty();
        assertSame(source, target);
    }

    private static StateDocument filled(long serial, int size) {
        return StateDocument.parse("{\"version\": 4, \"serial\": " + serial + ", \"lineage\": \"5f1c\", \"filler\": \""
                + "x".repeat(size) + "\"}");
    }

    @Test
    void statesThatChangeWhileManyGoTogetherAreFollowed() {
        MemoryStore states = new MemoryStore();
        StateBackend others = new StateBackend(states, Clock.systemUTC(), BackendSettings.defaults());
        fillSmall(others, 40);
        StateBackend source = happening(states, name -> others.put(name, document(2, "later"), WriteOptions.by("bob")));
        StateBackend target = open("postgres");

        Report all = migrate(source, target, reading());

        assertThat(all.failures()).isEmpty();
        assertThat(all.states()).isEqualTo(40);
        assertThat(heads(others)).anyMatch(head -> head.lastVersion() == 2).anyMatch(head -> head.lastVersion() == 1);
        assertSame(others, target);
    }

    @Test
    void locksThatAreBrokenWhileManyGoTogetherAreNoticed() {
        MemoryStore states = new MemoryStore();
        StateBackend others = new StateBackend(states, Clock.systemUTC(), BackendSettings.defaults());
        fillSmall(others, 40);
        AtomicInteger broken = new AtomicInteger();
        StateBackend source = happening(states, name -> {
            if (others.forceUnlock(name, "bob")) {
                broken.incrementAndGet();
                others.put(name, document(2, "later"), WriteOptions.by("bob"));
            }
        });
        StateBackend target = open("postgres");

        Report all = migrate(source, target, settings());

        assertThat(all.failures()).isEmpty();
        assertThat(broken).hasPositiveValue();
        assertThat(heads(others)).allMatch(head -> head.lock() == null);
        assertSame(others, target);
    }

    @Test
    void nobodyWaitsForAStateThatWaits() throws Exception {
        StateBackend source = open("memory");
        StateBackend target = open("postgres");
        fillSmall(source, 12);
        source.lock(name(5), LockInfo.of("mine", "ada", "apply"), LockOptions.none());
        Report report = new Report();
        Migration.Settings settings =
                new Migration.Settings("run-1", "ada@test", 1, true, Duration.ofMinutes(1), "", OnConflict.FAIL);
        Thread run = Thread.ofPlatform().start(() -> {
            Migration migration = new Migration(source, target, settings, report, () -> false);
            migration.run(migration.states());
        });

        Awaitility.await()
                .untilAsserted(() -> assertThat(report.count(Kind.BROUGHT)).isEqualTo(11));
        assertThat(heads(source))
                .allMatch(head -> head.lock() == null || head.lock().id().equals("mine"));
        source.unlock(name(5), "mine");
        run.join();

        assertThat(report.failures()).isEmpty();
        assertSame(source, target);
    }

    @Test
    void aTargetThatGoesAwayWhileManyGoTogetherStopsTheRun() {
        MemoryStore states = new MemoryStore();
        StateBackend others = new StateBackend(states, Clock.systemUTC(), BackendSettings.defaults());
        fillSmall(others, 400);
        StateBackend target = open("postgres");
        AtomicInteger read = new AtomicInteger();
        StateBackend source = happening(states, name -> {
            if (read.incrementAndGet() == 100) {
                target.close();
            }
        });

        Report all = migrate(source, target, settings());

        assertThat(all.stopped().orElseThrow()).contains("did not answer");
        assertThat(all.count(Kind.FAILED)).isLessThan(50);
        assertThat(all.count(Kind.BROUGHT)).isLessThan(400);
        assertThat(heads(others)).allMatch(head -> head.lock() == null);
    }

    /** The list tells how large a state is now; its older versions can be far larger. */
    @Test
    void statesWithLargeHistoriesArrive() {
        StateBackend source = open("memory");
        StateBackend target = open("postgres");
        fillSmall(source, 10);
        for (int number = 0; number < 10; number += 3) {
            source.put(name(number), filled(2, 3_000_000), WriteOptions.by("ada"));
            source.put(name(number), document(3, "small again"), WriteOptions.by("ada"));
        }

        Report all = migrate(source, target, settings());

        assertThat(all.failures()).isEmpty();
        assertThat(all.count(Kind.BROUGHT)).isEqualTo(10);
        assertSame(source, target);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "postgres"})
    void aSourceThatChangesAllTheTimeLosesNothing(String to) throws Exception {
        StateBackend source = open("memory");
        StateBackend target = open(to);
        fill(source, 8);
        AtomicInteger serial = new AtomicInteger(100);
        Thread writer = Thread.ofVirtual().start(() -> {
            while (!Thread.currentThread().isInterrupted() && serial.get() < 300) { // within what is kept
                int next = serial.incrementAndGet();
                try {
                    source.put(name(next % 3), document(next, "busy"), WriteOptions.by("bob"));
                } catch (Locked copying) {
                    Thread.onSpinWait();
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            }
        });
        try {
            migrate(source, target, settings());
            migrate(source, target, reading());
        } finally {
            writer.interrupt();
            writer.join();
        }

        for (StateHead head : heads(target)) {
            StateSnapshot there = source.snapshot(head.name()).orElseThrow();
            StateSnapshot here = target.snapshot(head.name()).orElseThrow();
            assertThat(there.versions()).containsAll(here.versions());
            assertThat(here.head().incomplete()).isFalse();
            assertThat(Objects.requireNonNullElse(
                            here.head().current(), here.versions().getLast()))
                    .isEqualTo(here.versions().getLast());
        }
        assertThat(migrate(source, target, settings()).failures()).isEmpty();
        assertSame(source, target);
    }
}
