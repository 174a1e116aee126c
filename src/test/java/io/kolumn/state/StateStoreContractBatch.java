package io.kolumn.state;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.delete;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.record;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.StateException.Unavailable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link StoreBatch} does, as tests, beside {@link StateStoreContract}: for stores that offer one. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class StateStoreContractBatch {

    private static final StateName NAME = StateName.of("team-a/network/prod");
    private static final int ROUNDS = 10;

    private final List<StateStore> handles = new ArrayList<>();
    private StateStore store;
    private StoreBatch batch;

    /** A new handle on the storage of this test, which is empty at first; the contract closes it. */
    protected abstract StateStore open();

    @BeforeEach
    void openTheFirstHandle() {
        store = another();
        batch = store.batch().orElseThrow();
    }

    @AfterEach
    void closeTheHandles() {
        handles.forEach(StateStore::close);
    }

    private StateStore another() {
        StateStore handle = open();
        handles.add(handle);
        return handle;
    }

    private StateHead commit(Transition transition) {
        assertThat(store.commit(transition)).isTrue();
        return head(transition.name());
    }

    private StateHead head(StateName name) {
        return store.head(name).orElseThrow();
    }

    private static List<StateName> names(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> StateName.of("team-" + number % 7 + "/state." + number))
                .toList();
    }

    /** A version with its document, as a transition brings it. */
    private static VersionedDocument brought(Transition transition) {
        return new VersionedDocument(
                Objects.requireNonNull(transition.version()), Objects.requireNonNull(transition.content()));
    }

    @Test
    void itIsForSeveral() {
        assertThat(batch.size()).isGreaterThanOrEqualTo(2);
        assertThat(batch.commit(List.of())).isEmpty();
        assertThat(batch.read(List.of())).isEmpty();
    }

    @Test
    void moreThanASizefulIsCommittedAndRead() {
        List<StateName> names = names(batch.size() * 5 + 1);
        List<Transition> first = names.stream()
                .map(name -> create(name, document(name.value().length())))
                .toList();

        assertThat(batch.commit(first)).hasSameSizeAs(names).containsOnly(true);

        StateStore other = another();
        Map<StateName, List<VersionedDocument>> read =
                other.batch().orElseThrow().read(names);
        assertThat(read.keySet()).containsExactlyInAnyOrderElementsOf(names);
        for (Transition transition : first) {
            StateHead head = other.head(transition.name()).orElseThrow();
            assertThat(head).isEqualTo(transition.to().withRevision(head.revision()));
            assertThat(read.get(transition.name())).containsExactly(brought(transition));
            assertThat(other.content(head.name(), Objects.requireNonNull(head.current())))
                    .contains(Objects.requireNonNull(transition.content()));
        }
    }

    @Test
    void bytesComeBackAsTheyAre() {
        List<String> texts = List.of(
                "{}",
                " {\r\n\t\"version\": 4, \"serial\": 9223372036854775807}\n\n",
                "{\"k\u00e4se\": \"\u65e5\u672c \\u00e9 \ud83e\uddc0 \\u0000\"}",
                "{\"large\": \"" + "x'\u00fc\\\\".repeat(40_000) + "\"}");
        List<Transition> transitions = IntStream.range(0, texts.size())
                .mapToObj(number -> create(StateName.of("text-" + number), StateDocument.parse(texts.get(number))))
                .toList();

        assertThat(batch.commit(transitions)).containsOnly(true);

        Map<StateName, List<VersionedDocument>> read =
                batch.read(transitions.stream().map(Transition::name).toList());
        for (int number = 0; number < texts.size(); number++) {
            assertThat(new String(
                            read.get(StateName.of("text-" + number))
                                    .getFirst()
                                    .document()
                                    .toBytes(),
                            StandardCharsets.UTF_8))
                    .isEqualTo(texts.get(number));
        }
    }

    @Test
    void oneThatIsRefusedIsNothingToTheOthers() {
        StateHead there = commit(create(NAME, document(1)));
        StateName first = StateName.of("a");
        StateName last = StateName.of("z");

        assertThat(batch.commit(
                        List.of(create(last, document(3)), create(NAME, document(2)), create(first, document(4)))))
                .containsExactly(true, false, true);

        assertThat(head(NAME)).isEqualTo(there);
        assertThat(store.history(NAME, Long.MAX_VALUE, 9)).containsExactly(Objects.requireNonNull(there.current()));
        assertThat(head(first).current()).isNotNull();
        assertThat(head(last).current()).isNotNull();
    }

    @Test
    void aHeadThatMovedIsNotMoved() {
        StateHead old = commit(create(NAME, document(1)));
        StateHead now = commit(write(old, document(2)));
        StateName other = StateName.of("other");
        StateHead others = commit(create(other, document(1)));

        assertThat(batch.commit(List.of(write(old, document(3)), write(others, document(2)))))
                .containsExactly(false, true);

        assertThat(head(NAME)).isEqualTo(now);
        assertThat(head(other).lastVersion()).isEqualTo(2);
    }

    @Test
    void theSameAgainIsRefusedAndDamagesNothing() {
        List<Transition> transitions =
                names(3).stream().map(name -> create(name, document(1))).toList();
        assertThat(batch.commit(transitions)).containsOnly(true);
        Map<StateName, List<VersionedDocument>> before = batch.read(names(3));

        assertThat(batch.commit(transitions)).containsOnly(false);

        assertThat(batch.read(names(3))).isEqualTo(before);
    }

    @Test
    void versionsAreReadOldestFirst() {
        Transition one = create(NAME, document(1));
        Transition two = write(commit(one), document(2));
        assertThat(batch.commit(List.of(two))).containsExactly(true);
        Transition three = write(head(NAME), document(3));
        assertThat(batch.commit(List.of(three))).containsExactly(true);

        assertThat(batch.read(List.of(NAME)).get(NAME)).containsExactly(brought(one), brought(two), brought(three));
    }

    @Test
    void everyKindOfCommitIsDone() {
        List<StateName> names = names(6);
        List<StateHead> heads =
                names.stream().map(name -> commit(create(name, document(1)))).toList();
        StateHead locked = commit(lock(heads.get(3), lock("l", 1)));
        StateVersion dropped = Objects.requireNonNull(heads.get(4).current());
        StateName fresh = StateName.of("never/written");
        List<Transition> transitions = List.of(
                write(heads.get(0), document(2)),
                delete(heads.get(1)),
                lock(heads.get(2), lock("m", 1)),
                write(locked, document(2)),
                write(heads.get(4), document(2), dropped),
                lock(fresh, lock("n", 1)));

        assertThat(batch.commit(transitions)).containsOnly(true);

        for (Transition transition : transitions) {
            StateHead head = head(transition.name());
            assertThat(head).isEqualTo(transition.to().withRevision(head.revision()));
        }
        assertThat(store.history(names.get(4), Long.MAX_VALUE, 9)).doesNotContain(dropped);
        assertThat(head(names.get(5))).isEqualTo(heads.get(5));
    }

    @Test
    void whatIsDeletedOrNotThereOrOnItsWayIsLeftOut() {
        StateName deleted = StateName.of("deleted");
        StateName again = StateName.of("again");
        StateName locked = StateName.of("locked");
        StateName half = StateName.of("half");
        commit(delete(commit(create(deleted, document(1)))));
        commit(write(commit(delete(commit(create(again, document(1))))), document(2)));
        commit(lock(locked, lock("l", 1)));
        commit(create(NAME, document(1)));
        StateVersion version = record(1, document(1));
        commit(new Transition(
                null,
                new StateHead(half, "", StateHead.incompleteId("half"), version, null, 1, 1, 0, 1, version.created()),
                document(1),
                List.of()));

        Map<StateName, List<VersionedDocument>> read =
                batch.read(List.of(deleted, NAME, StateName.of("nowhere"), again, locked, half));

        assertThat(read.keySet()).containsExactlyInAnyOrder(NAME, again);
        assertThat(read.get(again)).hasSize(2);
    }

    @Test
    void aNameThatIsAskedForTwiceIsReadOnce() {
        Transition transition = create(NAME, document(1));
        commit(transition);
        assertThat(batch.read(List.of(NAME, NAME)).get(NAME)).containsExactly(brought(transition));
    }

    /** Each of the states is in all of the batches, in another order, and is also written alone. */
    @Test
    void ofRacingBatchesOneWinsEachState() throws Exception {
        int racers = 4;
        List<StateStore> racing = Stream.generate(this::another).limit(racers).toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(racers)) {
            for (int round = 0; round < ROUNDS; round++) {
                String folder = "round-" + round + "/";
                CyclicBarrier start = new CyclicBarrier(racers);
                List<Future<List<Boolean>>> wins = new ArrayList<>();
                for (int racer = 0; racer < racers; racer++) {
                    StateStore handle = racing.get(racer);
                    int shift = racer * 5;
                    boolean alone = racer == 0;
                    Callable<List<Boolean>> race = () -> {
                        List<Transition> transitions = IntStream.range(0, 20)
                                .mapToObj(i -> create(StateName.of(folder + (i + shift) % 20), document(shift)))
                                .toList();
                        start.await();
                        return alone
                                ? transitions.stream().map(handle::commit).toList()
                                : handle.batch().orElseThrow().commit(transitions);
                    };
                    wins.add(threads.submit(race));
                }
                int[] winners = new int[20];
                int[] serials = new int[20];
                for (int racer = 0; racer < racers; racer++) {
                    List<Boolean> won = wins.get(racer).get();
                    for (int i = 0; i < 20; i++) {
                        int place = (i + racer * 5) % 20;
                        winners[place] += won.get(i) ? 1 : 0;
                        serials[place] += won.get(i) ? racer * 5 : 0;
                    }
                }
                assertThat(winners).containsOnly(1);
                for (int place = 0; place < 20; place++) {
                    StateName name = StateName.of(folder + place);
                    assertThat(batch.read(List.of(name)).get(name))
                            .extracting(stored -> stored.document().serial())
                            .containsExactly((long) serials[place]);
                }
            }
        }
    }

    @Test
    void aClosedStoreSaysSo() {
        store.close();
        assertThatThrownBy(() -> batch.commit(List.of(create(NAME, document(1)))))
                .isInstanceOf(Unavailable.class);
        assertThatThrownBy(() -> batch.read(List.of(NAME))).isInstanceOf(Unavailable.class);
    }
}
