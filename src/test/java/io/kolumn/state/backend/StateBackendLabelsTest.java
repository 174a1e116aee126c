package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.Documents;
import io.kolumn.state.Labels;
import io.kolumn.state.ListQuery;
import io.kolumn.state.LockInfo;
import io.kolumn.state.LostAnswerStore;
import io.kolumn.state.LostAnswerStore.Fate;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.Moved;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** States that are created without a version, and labels that stay with a state until it is deleted. */
public class StateBackendLabelsTest {

    private static final StateName NAME = StateName.of("app/prod");
    private static final StateName OTHER = StateName.of("app/test");
    private static final WriteOptions NONE = WriteOptions.none();
    private static final Labels TEAM = Labels.of(Map.of("team", "a"));
    private static final LockInfo ADA = LockInfo.of("ada's", "ada", "OperationTypeApply");

    protected StateStore newStore() {
        return new MemoryStore();
    }

    @AfterEach
    void closeTheStore() {
        store.close();
    }

    private final MovableClock clock = new MovableClock();
    private final StateStore store = newStore();
    private final LostAnswerStore lossy = new LostAnswerStore(store);
    private final List<Operation> told = new ArrayList<>();
    private final StateBackend states = new StateBackend(lossy, clock, BackendSettings.defaults(), told::add);

    private StateHead head(StateName name) {
        return states.head(name).orElseThrow();
    }

    private List<String> listed() {
        return states.list(ListQuery.all()).heads().stream()
                .map(head -> head.name().value())
                .toList();
    }

    @Test
    void aStateIsCreatedWithoutAVersion() {
        LabelsResult created = states.create(NAME, TEAM, "ada");

        assertThat(created.changed()).isTrue();
        assertThat(created.labels()).isEqualTo(TEAM);
        assertThat(head(NAME).created()).isTrue();
        assertThat(head(NAME).withRevision("")).isEqualTo(created.head());
        assertThat(states.get(NAME)).isEmpty();
        assertThat(listed()).containsExactly(NAME.value());

        states.put(NAME, Documents.serial(1), NONE);
        assertThat(head(NAME).created()).isFalse();
        assertThat(head(NAME).labels()).isEqualTo(TEAM);
    }

    @Test
    void aRepeatedCreateTakesNothingAway() {
        states.create(NAME, TEAM, "ada");

        assertThat(states.create(NAME, TEAM, "ada").changed()).isFalse();
        LabelsResult again = states.create(NAME, Labels.of(Map.of("team", "b", "env", "prod")), "bob");
        assertThat(again.labels()).isEqualTo(Labels.of(Map.of("team", "a", "env", "prod")));
        assertThat(again.changed()).isTrue();
    }

    @Test
    void whatIsWrittenIsNotCreatedAgain() {
        states.put(NAME, Documents.serial(1), NONE);

        Conflict exists = catchThrowableOfType(Conflict.class, () -> states.create(NAME, TEAM, ""));
        assertThat(exists.reason()).isEqualTo(Conflict.Reason.EXISTS);
        assertThat(head(NAME).labels()).isNull();
    }

    @Test
    void aDeletedStateIsCreatedAnewAndItsCountersGoOn() {
        states.put(NAME, Documents.serial(7), NONE);
        clock.advance(Duration.ofMinutes(1));
        states.delete(NAME, NONE);
        Instant deleted = clock.instant();
        assertThat(listed()).isEmpty();
        clock.advance(Duration.ofMinutes(1));

        states.create(NAME, Labels.NONE, "");

        assertThat(head(NAME).tombstone()).isFalse();
        assertThat(listed()).containsExactly(NAME.value());
        assertThat(states.get(NAME)).isEmpty();
        assertThat(states.at(NAME, deleted.plusSeconds(1)))
                .as("it was deleted then")
                .isEmpty();
        assertThat(states.history(NAME, 9, 9)).hasSize(1);
        assertThat(states.put(NAME, Documents.serial(1), NONE).version().number())
                .isEqualTo(2);
    }

    @Test
    void labelsStayWithTheStateUntilItIsDeleted() {
        states.put(NAME, Documents.serial(1), NONE);
        states.label(NAME, Map.of("team", "a", "env", "prod"), "");
        states.lock(NAME, ADA, LockOptions.none());
        states.put(NAME, Documents.serial(2), NONE.withLock("ada's"));
        states.unlock(NAME, "ada's");
        states.restore(NAME, 1, NONE, size -> {});

        assertThat(states.label(NAME, Collections.singletonMap("env", null), "").labels())
                .isEqualTo(TEAM);
        assertThat(head(NAME).labels()).isEqualTo(TEAM);
        assertThat(states.delete(NAME, NONE)).isTrue();
        assertThat(head(NAME).labels()).isNull();
        assertThatThrownBy(() -> states.label(NAME, Map.of("team", "a"), "")).isInstanceOf(NotFound.class);

        states.create(NAME, TEAM, "");
        assertThat(catchThrowableOfType(Conflict.class, () -> states.purge(NAME, Purge.whole(), NONE))
                        .reason())
                .as("it is not deleted")
                .isEqualTo(Conflict.Reason.CURRENT);
        states.delete(NAME, NONE);
        states.purge(NAME, Purge.whole(), NONE);
        assertThat(head(NAME).labels()).isNull();
        assertThat(listed()).isEmpty();
    }

    @Test
    void aCreatedStateIsDeletedAndItsLockGuardsIt() {
        states.create(NAME, TEAM, "");
        states.lock(NAME, ADA, LockOptions.none());
        assertThat(head(NAME).labels()).isEqualTo(TEAM);

        assertThatThrownBy(() -> states.delete(NAME, NONE)).isInstanceOf(Locked.class);
        assertThat(states.delete(NAME, NONE.withLock("ada's"))).isTrue();
        assertThat(head(NAME).held()).isNotNull();
        states.unlock(NAME, "ada's");
        assertThat(listed()).isEmpty();
        assertThat(states.delete(NAME, NONE)).isFalse();
        assertThat(told.getLast().outcome()).isEqualTo("unchanged");
    }

    @Test
    void labelsNeedNoLockAndALockedNameIsAState() {
        states.lock(NAME, ADA, LockOptions.none());

        assertThat(states.label(NAME, Map.of("team", "a"), "bob").head().held()).isNotNull();
        states.unlock(NAME, "ada's");
        assertThat(head(NAME).labels()).isEqualTo(TEAM);
        assertThat(head(NAME).created()).isTrue();
    }

    @Test
    void labelsAreReadOfWhateverThereIs() {
        assertThat(states.labels(NAME)).isEmpty();
        states.put(NAME, Documents.serial(1), NONE);
        assertThat(states.labels(NAME)).contains(Labels.NONE);
        states.label(NAME, Map.of("team", "a"), "");
        assertThat(states.labels(NAME)).contains(TEAM);
        states.delete(NAME, NONE);
        assertThat(states.labels(NAME)).isEmpty();
        states.lock(NAME, ADA, LockOptions.none());
        assertThat(states.labels(NAME)).contains(Labels.NONE);
        states.create(OTHER, TEAM, "");
        states.move(OTHER, StateName.of("elsewhere"), NONE);
        assertThatThrownBy(() -> states.labels(OTHER)).isInstanceOf(Moved.class);
    }

    @Test
    void aChangeThatChangesNothingIsNoCommit() {
        states.put(NAME, Documents.serial(1), NONE);
        states.label(NAME, Map.of("team", "a"), "");
        String commit = head(NAME).commit();

        assertThat(states.label(NAME, Map.of("team", "a"), "").changed()).isFalse();
        assertThat(states.label(NAME, Collections.singletonMap("other", null), "")
                        .changed())
                .isFalse();
        assertThat(head(NAME).commit()).isEqualTo(commit);
    }

    @Test
    void tooManyLabelsAreRefusedAndNothingChanges() {
        states.create(NAME, TEAM, "");
        Map<String, String> many = new HashMap<>();
        IntStream.range(0, 64).forEach(i -> many.put("k" + i, ""));

        assertThatThrownBy(() -> states.label(NAME, Map.copyOf(many), ""))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("65");
        assertThat(head(NAME).labels()).isEqualTo(TEAM);
        assertThatThrownBy(() -> states.label(NAME, Map.of("a=b", ""), "")).isInstanceOf(Invalid.class);
    }

    @Test
    void labelsOfManyAtOnceAreAllThere() {
        states.create(NAME, Labels.NONE, "");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 12).forEach(i -> threads.submit(() -> states.label(NAME, Map.of("k" + i, "v" + i), "")));
        }
        assertThat(head(NAME).labels().values()).hasSize(12).containsEntry("k7", "v7");
    }

    @Test
    void labelsGoWithAMoveAndACopy() {
        states.put(NAME, Documents.serial(1), NONE);
        states.label(NAME, Map.of("team", "a"), "");
        StateName copy = StateName.of("app/copy");

        states.copy(NAME, copy, NONE);
        assertThat(head(copy).labels()).isEqualTo(TEAM);
        states.label(copy, Map.of("env", "x"), "");
        assertThat(states.copy(NAME, copy, NONE).changed()).isFalse();

        states.move(NAME, OTHER, NONE);
        assertThat(head(OTHER).labels()).isEqualTo(TEAM);
        assertThat(store.head(NAME).orElseThrow().labels()).isNull();
        assertThatThrownBy(() -> states.label(NAME, Map.of("team", "b"), "")).isInstanceOf(Moved.class);
        assertThatThrownBy(() -> states.create(NAME, TEAM, "")).isInstanceOf(Moved.class);
    }

    @Test
    void aCreatedStateIsMovedAndCopied() {
        states.create(NAME, TEAM, "");
        StateName copy = StateName.of("app/copy");

        states.copy(NAME, copy, NONE);
        assertThat(states.copy(NAME, copy, NONE).changed()).isFalse();
        states.move(NAME, OTHER, NONE);

        assertThat(head(copy).created()).isTrue();
        assertThat(head(OTHER).created()).isTrue();
        assertThat(head(OTHER).incomplete()).isFalse();
        assertThat(listed()).containsExactly("app/copy", "app/test");
        assertThatThrownBy(() -> states.get(NAME)).isInstanceOf(Moved.class);
    }

    @Test
    void nothingIsMovedOntoACreatedState() {
        states.put(NAME, Documents.serial(1), NONE);
        states.create(OTHER, TEAM, "");

        for (Runnable call :
                List.<Runnable>of(() -> states.move(NAME, OTHER, NONE), () -> states.copy(NAME, OTHER, NONE))) {
            assertThat(catchThrowableOfType(Conflict.class, call::run).reason()).isEqualTo(Conflict.Reason.EXISTS);
        }
        assertThat(head(OTHER).created()).isTrue();
    }

    @Test
    void labelsGoToAnotherStorageAndFollowTheirSource() {
        states.put(NAME, Documents.serial(1), NONE);
        states.label(NAME, Map.of("team", "a"), "");
        states.create(OTHER, TEAM, "");
        StateBackend target = new StateBackend(new MemoryStore(), clock, BackendSettings.defaults());

        for (StateName name : List.of(NAME, OTHER)) {
            target.importState(name, states.snapshot(name).orElseThrow(), NONE);
            assertThat(target.head(name).orElseThrow().labels()).isEqualTo(TEAM);
        }
        assertThat(target.head(OTHER).orElseThrow().created()).isTrue();

        states.label(NAME, Map.of("team", "b"), "");
        assertThat(target.importState(NAME, states.snapshot(NAME).orElseThrow(), NONE)
                        .changed())
                .isTrue();
        assertThat(target.head(NAME).orElseThrow().labels()).isEqualTo(Labels.of(Map.of("team", "b")));
        states.delete(NAME, NONE);
        target.importState(NAME, states.snapshot(NAME).orElseThrow(), NONE);
        assertThat(target.head(NAME).orElseThrow().tombstone()).isTrue();
    }

    /** An archive of a release without labels takes none away. */
    @Test
    void aSourceWithoutLabelsLeavesThoseThatAreThere() {
        states.put(NAME, Documents.serial(1), NONE);
        StateBackend target = new StateBackend(new MemoryStore(), clock, BackendSettings.defaults());
        target.create(NAME, TEAM, "");

        StateSnapshot without = states.snapshot(NAME).orElseThrow();
        target.importState(NAME, without, NONE);

        assertThat(target.head(NAME).orElseThrow().labels()).isEqualTo(TEAM);
        assertThat(target.importState(NAME, without, NONE).changed()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(value = Fate.class, mode = Mode.EXCLUDE, names = "ANSWERED")
    void aLostAnswerIsHealed(Fate fate) {
        lossy.next(fate);
        tried(() -> states.create(NAME, TEAM, ""));
        assertThat(states.create(NAME, TEAM, "").labels()).isEqualTo(TEAM);
        lossy.next(fate);
        tried(() -> states.label(NAME, Map.of("env", "prod"), ""));
        assertThat(states.label(NAME, Map.of("env", "prod"), "").labels())
                .isEqualTo(Labels.of(Map.of("team", "a", "env", "prod")));
    }

    private static void tried(Runnable call) {
        try {
            call.run();
        } catch (Unavailable e) {
            assertThat(e).hasMessageContaining(NAME.value());
        }
    }

    @Test
    void callsAreTold() {
        states.create(NAME, TEAM, "ada");
        states.create(NAME, TEAM, "ada");
        states.label(NAME, Map.of("team", "b"), "bob");

        assertThat(told)
                .extracting(operation -> operation.kind() + " " + operation.outcome() + " " + operation.changed() + " "
                        + operation.author())
                .containsExactly("CREATE ok true ada", "CREATE unchanged false ada", "LABEL ok true bob");
    }

    @Test
    void labelsNeedThePermissionToWrite() {
        states.create(NAME, TEAM, "");
        Caller reader = new Caller() {
            @Override
            public String subject() {
                return "reader";
            }

            @Override
            public boolean expired() {
                return false;
            }

            @Override
            public boolean may(Permission permission, StateName name) {
                return permission == Permission.READ;
            }

            @Override
            public boolean mayEverywhere(Permission permission) {
                return permission == Permission.READ;
            }
        };
        StateBackend read = new StateBackend(store, clock, BackendSettings.defaults(), told::add, () -> reader);

        assertThatThrownBy(() -> read.label(NAME, Map.of("team", "b"), "")).isInstanceOf(Forbidden.class);
        assertThatThrownBy(() -> read.create(OTHER, TEAM, "")).isInstanceOf(Forbidden.class);
        assertThat(read.head(NAME).orElseThrow().labels()).isEqualTo(TEAM);
        assertThat(store.head(OTHER)).isEmpty();
    }
}
