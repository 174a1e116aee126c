package io.kolumn.state.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.Documents;
import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.LockInfo;
import io.kolumn.state.LostAnswerStore;
import io.kolumn.state.MovableClock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.backend.StateBackendAccessTest.Call;
import io.kolumn.state.store.memory.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents of the service itself: what others see of them, which is nothing, and how they change. */
public class ServiceDocumentTest {

    private static final StateName RESERVED = StateName.of(".kolumn-state/notes");

    private final StateStore store = newStore();
    private final StateBackend states = on(store);
    private final ServiceDocument notes = states.serviceDocument("notes");

    @AfterEach
    void close() {
        store.close();
    }

    /** Also of other storages. */
    protected StateStore newStore() {
        return new MemoryStore();
    }

    private static StateBackend on(StateStore store) {
        return new StateBackend(store, new MovableClock(), BackendSettings.defaults());
    }

    private static StateDocument counted(long count) {
        return StateDocument.parse("{\"count\": " + count + "}");
    }

    private static long count(@Nullable StateDocument document) {
        if (document == null) {
            return 0;
        }
        String text = new String(document.toBytes(), StandardCharsets.UTF_8);
        return Long.parseLong(text.replaceAll("\\D", ""));
    }

    private static void increment(ServiceDocument document) {
        document.change(current -> new ServiceDocument.Change<>(counted(count(current) + 1), true));
    }

    private static long read(ServiceDocument document) {
        return count(document.read(null).map(ServiceDocument.Kept::document).orElse(null));
    }

    static Stream<Call> calls() {
        return StateBackendAccessTest.calls().filter(call -> !call.method().equals("adopt"));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void noCallWithANameReachesIt(Call call) {
        increment(notes);
        StateHead before = store.head(RESERVED).orElseThrow();

        assertThatThrownBy(() -> call.made().accept(states, RESERVED))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("'.kolumn-state/notes'")
                .hasMessageContaining("reserved for the service");

        assertThat(store.head(RESERVED)).contains(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {".kolumn-state", ".kolumn-state/notes", ".kolumn-state/anything/else"})
    void noStateIsBroughtToSuchAName(String name) {
        StateName reserved = StateName.of(name);
        StateName prod = StateName.of("prod");
        states.put(prod, Documents.serial(1), WriteOptions.none());
        StateSnapshot whole = states.snapshot(prod).orElseThrow();
        WriteOptions none = WriteOptions.none();

        assertThatThrownBy(() -> states.copy(prod, reserved, none)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> states.move(prod, reserved, none)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> states.copy(reserved, prod, none)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> states.importState(reserved, whole, none)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> states.replace(prod, whole, none, reserved)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> states.diff(prod, 1, reserved, 1, size -> {})).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> states.sweep(reserved, Duration.ZERO)).isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> states.lock(reserved, LockInfo.of("id", "ada", ""), LockOptions.none()))
                .isInstanceOf(Invalid.class);
        assertThat(store.head(reserved)).isEmpty();
    }

    @Test
    void aNameThatOnlyBeginsLikeItIsAState() {
        StateName name = StateName.of(".kolumn-states/prod");

        assertThat(states.put(name, Documents.serial(1), WriteOptions.none()).changed())
                .isTrue();
        assertThat(states.list(ListQuery.all()).heads())
                .extracting(StateHead::name)
                .containsExactly(name);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 1000})
    void listsHaveNoneOfThemAndNoGap(int limit) {
        List<String> names = List.of(".a", ".kolumn-state0", ".terragrunt/x", "a", "b");
        names.forEach(name -> states.put(StateName.of(name), Documents.serial(1), WriteOptions.none()));
        increment(notes);
        increment(states.serviceDocument("more"));
        increment(states.serviceDocument("tokens"));
        List<String> listed = new ArrayList<>();
        StateName after = null;
        HeadPage page;
        do {
            page = states.list(new ListQuery("", after, limit, true, true));
            assertThat(page.heads().size())
                    .isEqualTo(page.more() ? limit : page.heads().size());
            page.heads().forEach(head -> listed.add(head.name().value()));
            after = page.more() ? page.heads().getLast().name() : null;
        } while (after != null);

        assertThat(listed).isEqualTo(names);
        assertThat(states.list(new ListQuery(".kolumn-state/", null, limit, true, true)))
                .isEqualTo(new HeadPage(List.of(), false));
    }

    @Test
    void aCallerWithoutAllRightsListsNoneOfThemEither() {
        increment(notes);
        Caller reader = new Caller() {
            @Override
            public String subject() {
                return "user/ada";
            }

            @Override
            public boolean expired() {
                return false;
            }

            @Override
            public boolean may(Permission permission, StateName name) {
                return true;
            }

            @Override
            public boolean mayEverywhere(Permission permission) {
                return false;
            }
        };
        StateBackend read =
                new StateBackend(store, new MovableClock(), BackendSettings.defaults(), told -> {}, () -> reader);

        assertThat(read.list(ListQuery.all()).heads()).isEmpty();
    }

    @Test
    void changesOfTwoBackendsAtOnceAreAllKept() throws Exception {
        ServiceDocument other = on(store).serviceDocument("notes");
        List<Future<?>> done = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (ServiceDocument one : List.of(notes, other, notes, other)) {
                done.add(threads.submit(() -> {
                    for (int i = 0; i < 25; i++) {
                        increment(one);
                    }
                }));
            }
        }
        for (Future<?> one : done) {
            one.get();
        }

        assertThat(read(notes)).isEqualTo(100);
        assertThat(read(other)).isEqualTo(100);
        assertThat(store.history(RESERVED, Long.MAX_VALUE, 10)).hasSize(1);
    }

    @Test
    void aLostAnswerChangesItOnce() {
        LostAnswerStore losing = new LostAnswerStore(store);
        ServiceDocument document = on(losing).serviceDocument("notes");
        increment(document);
        losing.next(LostAnswerStore.Fate.DONE);

        increment(document);

        assertThat(read(notes)).isEqualTo(2);
    }

    @Test
    void whatIsKnownIsReturnedUntilItChanges() {
        assertThat(notes.read(null)).isEmpty();
        increment(notes);
        ServiceDocument.Kept kept = notes.read(null).orElseThrow();

        assertThat(notes.read(kept)).containsSame(kept);
        increment(notes);
        assertThat(notes.read(kept).map(now -> count(now.document()))).contains(2L);
    }

    @Test
    void nothingIsChangedWhereNothingIsToDo() {
        increment(notes);
        Optional<StateHead> before = store.head(RESERVED);

        assertThat(notes.<String>change(current -> new ServiceDocument.Change<>(null, "as it was")))
                .isEqualTo("as it was");

        assertThat(store.head(RESERVED)).isEqualTo(before);
    }

    @Test
    void localFilesShowNoPlainFileOfIt(@TempDir Path folder) throws IOException {
        BackendFactory factory = BackendFactory.withBuiltIns();
        Map<String, String> config =
                Map.of("path", folder.resolve("kolumn.klstate").toString());
        try (StateBackend local = factory.create("local", config)) {
            increment(local.serviceDocument("notes"));
            increment(local.serviceDocument("notes"));
        }

        try (StateBackend again = factory.create("local", config)) {
            assertThat(read(again.serviceDocument("notes"))).isEqualTo(2);
            assertThat(again.list(ListQuery.all()).heads()).isEmpty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly(".kolumn.klstate.d");
        }
    }
}
