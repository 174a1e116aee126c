package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kolumn.state.Documents;
import io.kolumn.state.ListQuery;
import io.kolumn.state.LockInfo;
import io.kolumn.state.MovableClock;
import io.kolumn.state.MovedTo;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Moved;
import io.kolumn.state.StateName;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may move and copy what, who learns of it, and what is told of it. */
class StateBackendMoveAccessTest {

    private static final StateName OLD = StateName.of("old/prod");
    private static final StateName NEW = StateName.of("new/prod");

    /** Somebody with these verbs at the old name, and at the new one. */
    private record Person(String subject, Set<Permission> old, Set<Permission> fresh) implements Caller {

        @Override
        public boolean expired() {
            return false;
        }

        @Override
        public boolean may(Permission verb, StateName name) {
            return (name.equals(OLD) ? old : fresh).contains(verb);
        }

        @Override
        public boolean mayEverywhere(Permission verb) {
            return false;
        }
    }

    private final MemoryStore store = new MemoryStore();
    private final MovableClock clock = new MovableClock();
    private final List<Operation> told = new ArrayList<>();
    private final StateBackend open = new StateBackend(store, clock, BackendSettings.defaults());
    private Caller caller = Caller.TRUSTED;
    private final StateBackend states =
            new StateBackend(store, clock, BackendSettings.defaults(), told::add, () -> caller);

    @BeforeEach
    void write() {
        open.put(OLD, Documents.serial(1), WriteOptions.by("before"));
        assertThatThrownBy(() -> open.put(
                        OLD, Documents.serial(5, "aside"), WriteOptions.none().withLock("lost")))
                .isInstanceOf(StateException.class);
    }

    private static Set<Permission> verbs(String... labels) {
        Set<Permission> verbs = EnumSet.noneOf(Permission.class);
        for (String label : labels) {
            verbs.add(Permission.of(label).orElseThrow());
        }
        return verbs;
    }

    private void is(Set<Permission> old, Set<Permission> fresh) {
        caller = new Person("user/ada", old, fresh);
    }

    @Test
    void aMoveTakesReadWriteAndDeleteOfTheOneAndWriteOfTheOther() {
        is(verbs("read", "write", "delete"), verbs("write"));

        states.move(OLD, NEW, WriteOptions.by("eve"));

        Operation move = told.getLast();
        assertThat(move.kind().label()).isEqualTo("move");
        assertThat(move.name()).isEqualTo(OLD);
        assertThat(move.target()).isEqualTo(NEW);
        assertThat(move.changed()).isTrue();
        assertThat(move.author()).isEqualTo("user/ada");
        assertThat(store.head(OLD).orElseThrow().movedTo())
                .extracting(MovedTo::who)
                .isEqualTo("user/ada");
        assertThat(told).as("one record").hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"READ, true", "WRITE, true", "DELETE, true", "WRITE, false"})
    void aMoveThatLacksOneIsRefused(Permission lacking, boolean old) {
        Set<Permission> all = EnumSet.allOf(Permission.class);
        Set<Permission> without = EnumSet.complementOf(EnumSet.of(lacking));
        is(old ? without : all, old ? all : without);

        Forbidden refused = catchThrowableOfType(Forbidden.class, () -> states.move(OLD, NEW, WriteOptions.none()));

        assertThat(refused.permission()).isEqualTo(lacking.label());
        assertThat(store.head(NEW)).isEmpty();
        assertThat(store.head(OLD).orElseThrow().lock()).isNull();
        assertThat(told.getLast().outcome()).isEqualTo("forbidden");
    }

    @Test
    void aCopyTakesReadOfTheOneAndWriteOfTheOther() {
        is(verbs("read"), verbs("write"));

        MoveResult copied = states.copy(OLD, NEW, WriteOptions.none());

        assertThat(copied.versions()).isEqualTo(1);
        assertThat(copied.quarantined())
                .as("the quarantine is for whoever may write the state")
                .isZero();
        assertThat(told.getLast().kind().label()).isEqualTo("copy");
        is(verbs("read"), verbs("read"));
        assertThatThrownBy(() -> states.copy(OLD, NEW, WriteOptions.none())).isInstanceOf(Forbidden.class);
        is(verbs("write"), verbs("write"));
        assertThatThrownBy(() -> states.copy(OLD, NEW, WriteOptions.none())).isInstanceOf(Forbidden.class);
    }

    @Test
    void whoMayNotReadTheNewNameDoesNotLearnIt() {
        open.move(OLD, NEW, WriteOptions.by("boss"));
        is(EnumSet.allOf(Permission.class), EnumSet.complementOf(EnumSet.of(Permission.READ)));

        List<Runnable> calls = List.of(
                () -> states.get(OLD),
                () -> states.history(OLD, 100, 100),
                () -> states.lock(OLD, LockInfo.of("id", "ada", ""), LockOptions.none()),
                () -> states.unlock(OLD, "id"),
                () -> states.put(OLD, Documents.serial(2), WriteOptions.none()),
                () -> states.expect(OLD, 5_000_000, WriteOptions.none()),
                () -> states.move(OLD, StateName.of("new/other"), WriteOptions.none()));
        for (Runnable call : calls) {
            Moved moved = catchThrowableOfType(Moved.class, call::run);
            assertThat(moved.to()).isNull();
            assertThat(moved).hasMessageContaining(OLD.value()).hasMessageNotContaining(NEW.value());
        }
        assertThat(states.list(new ListQuery("", null, 9, true, true)).toString())
                .contains(OLD.value())
                .doesNotContain(NEW.value());
        assertThat(states.head(OLD).toString()).doesNotContain(NEW.value());
    }

    @Test
    void whoMayReadTheNewNameIsToldIt() {
        open.move(OLD, NEW, WriteOptions.by("boss"));
        is(verbs("read"), verbs("read"));

        assertThatThrownBy(() -> states.get(OLD)).hasMessageContaining(NEW.value());
    }

    @Test
    void freeingAnOldNameTakesDelete() {
        open.move(OLD, NEW, WriteOptions.by("boss"));
        is(EnumSet.complementOf(EnumSet.of(Permission.DELETE)), EnumSet.allOf(Permission.class));
        assertThatThrownBy(() -> states.endMove(OLD)).isInstanceOf(Forbidden.class);

        is(verbs("delete"), verbs());
        assertThat(states.endMove(OLD)).isTrue();

        assertThat(told.getLast().kind().label()).isEqualTo("move-end");
        assertThat(told.getLast().changed()).isTrue();
    }

    @Test
    void theLockOfAnotherIdentityTakesUnlockForce() {
        caller = new Person("user/bob", EnumSet.allOf(Permission.class), EnumSet.allOf(Permission.class));
        states.lock(OLD, LockInfo.of("id", "bob", ""), LockOptions.none());
        is(verbs("read", "write", "delete"), verbs("write"));

        assertThatThrownBy(() -> states.move(OLD, NEW, WriteOptions.none().withLock("id")))
                .isInstanceOf(Forbidden.class);

        is(verbs("read", "write", "delete", "unlock-force"), verbs("write"));
        clock.advance(Duration.ofSeconds(1));
        assertThat(states.move(OLD, NEW, WriteOptions.none().withLock("id")).changed())
                .isTrue();
    }
}
