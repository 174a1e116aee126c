package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kolumn.state.Documents;
import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Locked;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.store.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the backend asks its guard, on every call, and what it makes of the answer. */
class StateBackendAccessTest {

    private static final StateName PROD = StateName.of("team-a/prod");
    private static final StateName OTHER = StateName.of("team-b/prod");

    /** Somebody with these verbs on everything within team-a. */
    private static final class Person implements Caller {
        private final String subject;
        private final Set<Permission> verbs;
        private boolean expired;
        private Optional<Instant> finishesBy = Optional.empty();

        Person(String subject, Permission... verbs) {
            this.subject = subject;
            this.verbs = verbs.length == 0 ? EnumSet.noneOf(Permission.class) : EnumSet.copyOf(List.of(verbs));
        }

        @Override
        public String subject() {
            return subject;
        }

        @Override
        public boolean expired() {
            return expired;
        }

        @Override
        public Optional<Instant> finishesBy() {
            return finishesBy;
        }

        @Override
        public boolean may(Permission verb, StateName name) {
            return verbs.contains(verb) && name.value().startsWith("team-a/");
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
    private final StateBackend backend =
            new StateBackend(store, clock, BackendSettings.defaults(), told::add, () -> caller);

    @BeforeEach
    void write() {
        open.put(PROD, Documents.serial(1), WriteOptions.by("before"));
        open.put(OTHER, Documents.serial(1), WriteOptions.by("before"));
    }

    /** A method of the backend and what it takes. */
    record Call(String method, Permission verb, BiConsumer<StateBackend, StateName> made) {
        @Override
        public String toString() {
            return method + " takes " + verb.label();
        }
    }

    static Stream<Call> calls() {
        WriteOptions none = WriteOptions.none();
        return Stream.of(
                new Call("current", Permission.READ, StateBackend::current),
                new Call("get", Permission.READ, StateBackend::get),
                new Call("get of a version", Permission.READ, (states, name) -> states.get(name, 1)),
                new Call("version", Permission.READ, (states, name) -> states.version(name, 1)),
                new Call("at", Permission.READ, (states, name) -> states.at(name, MovableClock.START)),
                new Call("history", Permission.READ, (states, name) -> states.history(name, 9, 9)),
                new Call("lockOf", Permission.READ, StateBackend::lockOf),
                new Call("diff", Permission.READ, (states, name) -> states.diff(name, 1, name, 1, size -> {})),
                new Call("outputs", Permission.OUTPUTS, (states, name) -> states.outputs(name, true, size -> {})),
                new Call("put", Permission.WRITE, (states, name) -> states.put(name, Documents.serial(2), none)),
                new Call("aside", Permission.WRITE, StateBackend::quarantine),
                new Call("getAside", Permission.WRITE, (states, name) -> states.getQuarantined(name, "x")),
                new Call("delete", Permission.DELETE, (states, name) -> states.delete(name, none)),
                new Call("restore", Permission.RESTORE, (states, name) -> states.restore(name, 1, none, size -> {})),
                new Call(
                        "restoreAside",
                        Permission.RESTORE,
                        (states, name) -> states.restoreQuarantined(name, "x", none, size -> {})),
                new Call(
                        "lock",
                        Permission.LOCK,
                        (states, name) ->
                                states.lock(name, LockInfo.of("id", "ada", "OperationTypePlan"), LockOptions.none())),
                new Call("renew", Permission.LOCK, (states, name) -> states.renew(name, "id", Duration.ofMinutes(1))),
                new Call("unlock", Permission.LOCK, (states, name) -> states.unlock(name, "id")),
                new Call("forceUnlock", Permission.UNLOCK_FORCE, (states, name) -> states.forceUnlock(name, "")),
                new Call("purge", Permission.PURGE, (states, name) -> states.purge(name, Purge.version(1), none)),
                new Call(
                        "purge of a state",
                        Permission.PURGE,
                        (states, name) -> states.purge(name, Purge.whole(), none)),
                new Call("whole", Permission.ADMIN, StateBackend::snapshot),
                new Call(
                        "adopt",
                        Permission.ADMIN,
                        (states, name) ->
                                states.importState(name, open().snapshot(name).orElseThrow(), none)));
    }

    private void lockIfItIsToBeBroken(Call call) {
        if (call.method().equals("forceUnlock")) {
            open.lock(PROD, info("held"), LockOptions.none());
        }
    }

    private static StateBackend open() {
        StateBackend other = new StateBackend(new MemoryStore(), new MovableClock(), BackendSettings.defaults());
        other.put(PROD, Documents.serial(1), WriteOptions.none());
        other.put(OTHER, Documents.serial(1), WriteOptions.none());
        return other;
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aCallTakesItsVerbAndNoOther(Call call) {
        lockIfItIsToBeBroken(call);
        caller = new Person("user/ada", call.verb());
        assertThat(catchThrowable(() -> call.made().accept(backend, PROD)))
                .satisfiesAnyOf(
                        thrown -> assertThat(thrown).isNull(),
                        thrown -> assertThat(thrown)
                                .isInstanceOf(StateException.class)
                                .isNotInstanceOf(Forbidden.class)
                                .isNotInstanceOf(Unauthenticated.class));

        lockIfItIsToBeBroken(call);
        caller = new Person(
                "user/ada", EnumSet.complementOf(EnumSet.of(call.verb())).toArray(Permission[]::new));
        assertThatThrownBy(() -> call.made().accept(backend, PROD))
                .isInstanceOfSatisfying(Forbidden.class, forbidden -> {
                    assertThat(forbidden.permission()).isEqualTo(call.verb().label());
                    assertThat(forbidden.hidden()).isNull();
                });
        assertThat(told.getLast().outcome()).isEqualTo("forbidden");
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aStateOfOthersIsHiddenAndNothingChanges(Call call) {
        caller = new Person("user/ada", Permission.values());
        StateHead before = store.head(OTHER).orElseThrow();

        assertThatThrownBy(() -> call.made().accept(backend, OTHER))
                .isInstanceOfSatisfying(
                        Forbidden.class,
                        forbidden -> assertThat(forbidden.hidden()).isEqualTo(OTHER));
        assertThat(store.head(OTHER)).contains(before);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aProofThatRanOutIsGoodForNothingWithoutALock(Call call) {
        Person ada = new Person("user/ada", Permission.values());
        ada.expired = true;
        caller = ada;
        boolean finishing = Set.of("unlock").contains(call.method());

        Throwable thrown = catchThrowable(() -> call.made().accept(backend, PROD));

        if (finishing) {
            assertThat(thrown).as("nothing was locked: the retry of an unlock").isNull();
        } else {
            assertThat(thrown).isInstanceOf(Unauthenticated.class);
        }
        assertThat(store.head(PROD).map(StateHead::lastVersion)).contains(1L);
    }

    @Test
    void aDiffTakesReadOfBothStates() {
        caller = new Person("user/ada", Permission.READ);

        assertThatThrownBy(() -> backend.diff(PROD, 1, OTHER, 1, size -> {})).isInstanceOf(Forbidden.class);
    }

    @Test
    void theProvenIdentityIsTheAuthorWhateverTheWriterSays() {
        caller = new Person("user/ada", Permission.values());
        backend.lock(PROD, info("id"), LockOptions.none());

        WriteResult written =
                backend.put(PROD, Documents.serial(2), WriteOptions.by("eve").withLock("id"));

        assertThat(written.version().author()).isEqualTo("user/ada");
        assertThat(told.getLast().author()).isEqualTo("user/ada");
        Lock lock = store.head(PROD).orElseThrow().lock();
        assertThat(Objects.requireNonNull(lock).owner()).isEqualTo("user/ada");
        assertThat(lock.info().who()).isEqualTo("what she says");
    }

    @Test
    void forceTakesAPermissionOfItsOwn() {
        caller = new Person("user/ada", Permission.READ, Permission.LOCK, Permission.WRITE);

        assertThatThrownBy(() -> backend.put(
                        PROD, Documents.serial(1, "other"), WriteOptions.none().forced()))
                .isInstanceOfSatisfying(
                        Forbidden.class,
                        forbidden -> assertThat(forbidden.permission()).isEqualTo("force"));

        caller = new Person("user/ada", Permission.WRITE, Permission.FORCE);
        assertThat(backend.put(
                                PROD,
                                Documents.serial(1, "other"),
                                WriteOptions.none().forced())
                        .changed())
                .isTrue();
    }

    /** Terraform gives no other sign of a forced push than the operation of its lock. */
    @Test
    void aLockThatSaysItIsAForcedPushForcesNothingWithoutThePermission() {
        caller = new Person("user/ada", Permission.LOCK, Permission.WRITE);
        backend.lock(PROD, LockInfo.of("id", "ada", "state-push"), LockOptions.none());

        assertThatThrownBy(() -> backend.put(
                        PROD, Documents.serial(1, "other"), WriteOptions.none().withLock("id")))
                .isInstanceOf(Conflict.class);
        assertThat(backend.put(PROD, Documents.serial(2), WriteOptions.none().withLock("id"))
                        .changed())
                .as("a push that follows is none by force")
                .isTrue();

        caller = new Person("user/ada", Permission.LOCK, Permission.WRITE, Permission.FORCE);
        assertThat(backend.put(
                                PROD,
                                Documents.serial(1, "other"),
                                WriteOptions.none().withLock("id"))
                        .changed())
                .isTrue();
    }

    @Test
    void aStolenLockIdIsOfNoUseToAnotherIdentity() {
        caller = new Person("user/ada", Permission.LOCK, Permission.WRITE, Permission.DELETE);
        backend.lock(PROD, info("id"), LockOptions.none());

        caller = new Person(
                "user/eve",
                Permission.READ,
                Permission.LOCK,
                Permission.WRITE,
                Permission.DELETE,
                Permission.RESTORE,
                Permission.FORCE);
        WriteOptions stolen = WriteOptions.none().withLock("id");
        assertForeign(() -> backend.put(PROD, Documents.serial(2), stolen));
        assertForeign(() -> backend.put(PROD, Documents.serial(1), stolen));
        assertForeign(() -> backend.delete(PROD, stolen));
        assertForeign(() -> backend.restore(PROD, 1, stolen, size -> {}));
        assertForeign(() -> backend.unlock(PROD, "id"));
        assertForeign(() -> backend.renew(PROD, "id", Duration.ofMinutes(5)));
        assertThatThrownBy(() -> backend.lock(PROD, info("id"), LockOptions.none()))
                .isInstanceOf(Locked.class);
        assertThat(store.attachments(PROD)).isEmpty();

        caller = new Person("user/boss", Permission.LOCK, Permission.UNLOCK_FORCE);
        assertThat(backend.unlock(PROD, "id")).isTrue();
    }

    private static void assertForeign(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Forbidden.class,
                        forbidden -> assertThat(forbidden.permission()).isEqualTo("unlock-force"))
                .hasMessageContaining("user/ada");
    }

    @Test
    void theHolderOfALockFinishesThoughItsProofRanOut() {
        Person ada = new Person("github/repo:acme/app", Permission.READ, Permission.LOCK, Permission.WRITE);
        caller = ada;
        backend.lock(PROD, info("id"), LockOptions.none());
        ada.expired = true;

        assertThat(backend.put(PROD, Documents.serial(2), WriteOptions.none().withLock("id"))
                        .changed())
                .isTrue();
        assertThat(backend.put(PROD, Documents.serial(2), WriteOptions.none().withLock("id"))
                        .changed())
                .isFalse();
        assertThat(backend.get(PROD))
                .as("Terraform reads before it first writes")
                .isPresent();
        assertThatThrownBy(() -> backend.get(StateName.of("team-a/new"))).isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> backend.get(PROD, 1)).isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> backend.list(ListQuery.all())).isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> backend.put(PROD, Documents.serial(3), WriteOptions.none()))
                .isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> backend.put(
                        PROD, Documents.serial(3), WriteOptions.none().withLock("other")))
                .isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> backend.put(
                        PROD,
                        Documents.serial(1),
                        WriteOptions.none().withLock("id").forced()))
                .isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> backend.put(
                        StateName.of("team-a/new"),
                        Documents.serial(3),
                        WriteOptions.none().withLock("id")))
                .as("only that state")
                .isInstanceOf(Unauthenticated.class);
        assertThat(backend.unlock(PROD, "id")).isTrue();
        assertThat(backend.unlock(PROD, "id")).isFalse();
        assertThatThrownBy(() -> backend.get(PROD)).isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> backend.put(
                        PROD, Documents.serial(3), WriteOptions.none().withLock("id")))
                .isInstanceOf(Unauthenticated.class);
    }

    /** Whoever may do everything else may do none of it any more: what was begun is a write and nothing else. */
    @Test
    void theHolderOfALockWhoseProofRanOutDeletesRestoresAndForcesNothing() {
        Person ada = new Person("github/repo:acme/app", Permission.values());
        caller = ada;
        backend.put(PROD, Documents.serial(2), WriteOptions.none());
        backend.lock(PROD, LockInfo.of("id", "ada", "state-push"), LockOptions.none());
        ada.expired = true;
        WriteOptions mine = WriteOptions.none().withLock("id");

        assertThatThrownBy(() -> backend.delete(PROD, mine)).isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> backend.restore(PROD, 1, mine, size -> {})).isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> backend.restoreQuarantined(PROD, "x", mine, size -> {}))
                .isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> backend.lock(PROD, info("id"), LockOptions.none()))
                .isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> backend.put(PROD, Documents.serial(1, "other"), mine))
                .as("its lock says that it pushes by force")
                .isInstanceOf(Conflict.class);
        assertThat(store.head(PROD).orElseThrow().lastVersion()).isEqualTo(2);
        assertThat(backend.put(PROD, Documents.serial(3), mine).changed()).isTrue();
    }

    @Test
    void aLeaseIsRenewedForAsLongAsAProofThatRanOutIsGoodForAndNoLonger() {
        Person ada = new Person("github/repo:acme/app", Permission.LOCK, Permission.WRITE);
        caller = ada;
        backend.lock(PROD, info("id"), LockOptions.none().withTtl(Duration.ofMinutes(5)));
        ada.expired = true;
        ada.finishesBy = Optional.of(MovableClock.START.plus(Duration.ofHours(1)));

        assertThatThrownBy(() -> backend.renew(PROD, "id", Duration.ofHours(24)))
                .isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> backend.renew(PROD, "id", Duration.ofMinutes(61)))
                .isInstanceOf(Unauthenticated.class)
                .hasMessageContaining("until 20");
        assertThat(backend.renew(PROD, "id", Duration.ofMinutes(60)).expires())
                .isEqualTo(MovableClock.START.plus(Duration.ofHours(1)));

        ada.expired = false;
        assertThat(backend.renew(PROD, "id", Duration.ofHours(24)).expires())
                .as("a proof that is good decides nothing of a lease")
                .isEqualTo(MovableClock.START.plus(Duration.ofHours(24)));
    }

    @Test
    void anotherSubjectWhoseProofRanOutFinishesNothing() {
        caller = new Person("github/repo:acme/app", Permission.LOCK, Permission.WRITE);
        backend.lock(PROD, info("id"), LockOptions.none());
        Person boss = new Person("user/boss", Permission.values());
        boss.expired = true;
        caller = boss;

        assertThatThrownBy(() -> backend.put(
                        PROD, Documents.serial(2), WriteOptions.none().withLock("id")))
                .isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> backend.unlock(PROD, "id")).isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> backend.breakLock(PROD, "id")).isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> backend.forceUnlock(PROD, "")).isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> backend.get(PROD)).isInstanceOf(Unauthenticated.class);
        assertThat(open.lockOf(PROD)).isPresent();
    }

    /** Without an owner there is nobody whose proof could have run out. */
    @Test
    void aLockOfNobodyIsNobodysToFinish() {
        open.lock(PROD, info("id"), LockOptions.none());
        Person nameless = new Person("", Permission.values());
        nameless.expired = true;
        caller = nameless;

        assertThatThrownBy(() -> backend.get(PROD)).isInstanceOf(Unauthenticated.class);
        assertThatThrownBy(() -> backend.put(
                        PROD, Documents.serial(2), WriteOptions.none().withLock("id")))
                .isInstanceOf(Unauthenticated.class);
    }

    @Test
    void aListShowsOnlyWhatMayBeReadAndPagesAreFull() {
        for (int i = 10; i < 40; i++) {
            open.put(StateName.of((i % 3 == 0 ? "team-a/" : "team-0/") + i), Documents.serial(1), WriteOptions.none());
        }
        caller = new Person("user/ada", Permission.READ);

        List<String> names = new ArrayList<>();
        StateName after = null;
        HeadPage page;
        do {
            page = backend.list(new ListQuery("", after, 3, false, false));
            page.heads().forEach(head -> names.add(head.name().value()));
            after = page.heads().getLast().name();
            assertThat(page.heads()).hasSize(page.more() ? 3 : page.heads().size());
        } while (page.more());

        assertThat(names)
                .hasSize(11)
                .allMatch(name -> name.startsWith("team-a/"))
                .isSorted();
        caller = new Person("user/ada", Permission.WRITE);
        assertThat(backend.list(ListQuery.all())).isEqualTo(new HeadPage(List.of(), false));
    }

    private static LockInfo info(String id) {
        return LockInfo.of(id, "what she says", "OperationTypeApply");
    }

    @Test
    void quarantinesAreCountedForWhoCanWriteAndLinesForWhoCanRead() {
        StateDocument rejected = Documents.serial(0, "rejected");
        for (StateName name : List.of(PROD, OTHER)) {
            store.putAttachment(
                    name, StateVersion.of(0, "0a", rejected, clock.instant(), "ci", "refused: serial", 0), rejected);
        }
        List<StateName> both = List.of(PROD, OTHER);

        assertThat(backend.quarantined(both).orElseThrow()).containsOnlyKeys(PROD, OTHER);
        caller = new Person("user/ada", Permission.READ);
        assertThat(backend.quarantined(both).orElseThrow()).isEmpty();
        caller = new Person("user/ada", Permission.WRITE);
        assertThat(backend.quarantined(both).orElseThrow()).containsOnlyKeys(PROD);
        assertThat(backend.waitingLines()).isEmpty();
    }
}
