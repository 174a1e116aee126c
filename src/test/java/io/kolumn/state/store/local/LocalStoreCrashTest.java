package io.kolumn.state.store.local;

import static io.kolumn.state.StateStoreContractTransitions.create;
import static io.kolumn.state.StateStoreContractTransitions.delete;
import static io.kolumn.state.StateStoreContractTransitions.document;
import static io.kolumn.state.StateStoreContractTransitions.lock;
import static io.kolumn.state.StateStoreContractTransitions.record;
import static io.kolumn.state.StateStoreContractTransitions.write;
import static io.kolumn.state.store.local.LocalFolder.commit;
import static io.kolumn.state.store.local.LocalFolder.large;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kolumn.state.ListQuery;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import io.kolumn.state.store.local.FaultyDisk.Fault;
import io.kolumn.state.store.local.FaultyDisk.Step;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each commit, failed and cut off at each of its steps: afterwards the state is the old one or the new one, whole. */
class LocalStoreCrashTest {

    private static final StateName PROD = StateName.of("team-a/prod");
    private static final String FOLDER = ".kolumn.klstate.d";

    @TempDir
    Path temporary;

    private final FaultyDisk disk = new FaultyDisk();

    /** A change, and what is there before it. */
    enum Change {
        CREATE {
            @Override
            @Nullable
            StateHead before(LocalStore store) {
                return null;
            }

            @Override
            Transition of(@Nullable StateHead before, List<StateVersion> history) {
                return create(PROD, document(1));
            }
        },
        WRITE {
            @Override
            Transition of(@Nullable StateHead before, List<StateVersion> history) {
                return write(before, document(33));
            }
        },
        WRITE_LARGE {
            @Override
            Transition of(@Nullable StateHead before, List<StateVersion> history) {
                return write(before, large(3));
            }
        },
        WRITE_AND_DROP {
            @Override
            Transition of(@Nullable StateHead before, List<StateVersion> history) {
                return write(before, document(33), history.getLast());
            }
        },
        LOCK {
            @Override
            Transition of(@Nullable StateHead before, List<StateVersion> history) {
                return lock(before, lock("abc", 1));
            }
        },
        UNLOCK {
            @Override
            StateHead before(LocalStore store) {
                return commit(store, lock(super.before(store), lock("abc", 1)));
            }

            @Override
            Transition of(@Nullable StateHead before, List<StateVersion> history) {
                return lock(before, null);
            }
        },
        DELETE {
            @Override
            Transition of(@Nullable StateHead before, List<StateVersion> history) {
                return delete(before);
            }
        };

        @Nullable
        StateHead before(LocalStore store) {
            return commit(store, write(commit(store, create(PROD, document(1))), document(2)));
        }

        abstract Transition of(@Nullable StateHead before, List<StateVersion> history);
    }

    @ParameterizedTest
    @EnumSource
    void aFailureAtAnyStepChangesNothingOrAll(Change change) throws IOException {
        new Folder("whole", change).commit((step, file) -> {});
        int steps = disk.steps().size();
        int done = 0;
        for (int at = 0; at < steps; at++) {
            Folder folder = new Folder("failed-" + at, change);
            Outcome outcome = folder.commit(failingOnce(at));
            folder.assertNothingLeftBehind(outcome);
            folder.faulty.close();
            folder.assertOldOrNew(outcome);
            done += outcome == Outcome.DONE ? 1 : 0;
        }
        assertThat(done)
                .as("steps of the plain files, and of a log that is written anew")
                .isPositive();
    }

    /** Nothing can be written from a step on, but what is there can be removed and renamed. */
    @ParameterizedTest
    @EnumSource
    void aDiskThatIsFullFromAnyStepChangesNothingOrAll(Change change) throws IOException {
        List<Outcome> outcomes = new ArrayList<>();
        boolean reached = true;
        for (int at = 0; reached; at++) {
            Folder folder = new Folder("full-" + at, change);
            AtomicInteger step = new AtomicInteger(at);
            Outcome outcome = folder.commit((kind, file) -> {
                boolean takesRoom = kind == Step.MAKE_FILE || kind == Step.WRITE || kind == Step.MAKE_FOLDER;
                if (step.getAndDecrement() <= 0 && takesRoom) {
                    throw new FileSystemException(file.toString(), null, "No space left on device");
                }
            });
            reached = step.get() < 0;
            outcomes.add(outcome);
            folder.assertNothingLeftBehind(outcome);
            folder.faulty.close();
            folder.assertOldOrNew(outcome);
        }
        assertThat(outcomes).contains(Outcome.FAILED, Outcome.DONE).doesNotContain(Outcome.UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource
    void aCrashAtAnyStepChangesNothingOrAll(Change change) throws IOException {
        boolean finished = false;
        for (int at = 0; !finished; at++) {
            Folder folder = new Folder("cut-" + at, change);
            AtomicInteger step = new AtomicInteger(at);
            Outcome outcome = folder.commit((kind, file) -> {
                if (step.getAndDecrement() <= 0) {
                    throw new FileSystemException(file.toString(), null, "the power is off");
                }
            });
            finished = step.get() >= 0;
            folder.faulty.close();
            folder.assertOldOrNew(outcome);
        }
        assertThat(disk.steps()).anyMatch(change == Change.CREATE ? "RENAME +head"::equals : "SYNC +head"::equals);
    }

    private static Fault failingOnce(int at) {
        AtomicInteger step = new AtomicInteger(at);
        return (kind, file) -> {
            if (step.getAndDecrement() == 0) {
                throw new FileSystemException(file.toString(), null, "No space left on device");
            }
        };
    }

    enum Outcome {
        DONE,
        FAILED,
        UNKNOWN
    }

    /** A folder with a state before a change, and a store on a faulty disk that is to make the change. */
    private final class Folder {
        final LocalFolder clean;
        final LocalStore faulty;
        final @Nullable StateHead before;
        final Transition transition;

        Folder(String name, Change change) throws IOException {
            Path path = Files.createDirectory(temporary.resolve(name));
            clean = new LocalFolder(path).with(null, "backups", 0644);
            LocalStore store = clean.open();
            before = change.before(store);
            transition = change.of(before, store.history(PROD, Long.MAX_VALUE, 100));
            clean.close();
            disk.reset((step, file) -> {});
            Path through = disk.through(path);
            faulty = new LocalStore(
                    new LocalSettings(through.resolve("kolumn.klstate"), null, through.resolve("backups"), 0644, false),
                    Duration.ZERO);
            faulty.head(PROD);
        }

        Outcome commit(Fault fault) {
            disk.reset(fault);
            try {
                assertThat(faulty.commit(transition)).isTrue();
                return Outcome.DONE;
            } catch (Unavailable e) {
                assertThat(e).hasMessageContaining("'" + PROD + "'");
                return e.outcomeUnknown() ? Outcome.UNKNOWN : Outcome.FAILED;
            } finally {
                disk.heal();
            }
        }

        void assertOldOrNew(Outcome outcome) throws IOException {
            try (LocalFolder folder = clean) {
                LocalStore store = folder.open();
                Optional<StateHead> head = store.head(PROD);
                boolean changed = head.map(StateHead::commit).equals(Optional.of(transition.id()));
                switch (outcome) {
                    case DONE -> assertThat(changed).isTrue();
                    case FAILED -> assertThat(changed).isFalse();
                    case UNKNOWN -> {}
                }
                assertThat(head.map(there -> there.withRevision("")))
                        .isEqualTo(Optional.ofNullable(changed ? transition.to() : before)
                                .map(there -> there.withRevision("")));
                for (StateVersion version : store.history(PROD, Long.MAX_VALUE, 100)) {
                    assertThat(store.content(PROD, version)).isPresent();
                }
                assertPlainFiles(store, head);
                assertThat(store.attachments(PROD)).isEmpty();
                assertThat(store.commit(head.map(there -> write(there, document(9)))
                                .orElseGet(() -> create(PROD, document(9)))))
                        .isTrue();
            }
        }

        private void assertPlainFiles(LocalStore store, Optional<StateHead> head) {
            Path file = clean.file("team-a/prod.klstate");
            Optional<StateVersion> shown = head.map(StateHead::current);
            assertThat(Files.exists(file)).isEqualTo(shown.isPresent());
            shown.ifPresent(version -> assertThat(file)
                    .hasBinaryContent(store.content(PROD, version).orElseThrow().toBytes()));
            assertThat(Files.exists(LocalLayout.lock(file)))
                    .isEqualTo(head.map(StateHead::lock).isPresent());
        }

        void assertNothingLeftBehind(Outcome outcome) throws IOException {
            if (outcome == Outcome.FAILED) {
                assertThat(LocalFolder.files(clean.inside(PROD.value())))
                        .doesNotContain("+tmp-log")
                        .doesNotContain("+" + transition.to().lastVersion() + "-" + transition.id());
                StateHead now = faulty.head(PROD).orElse(null);
                assertThat(now).isEqualTo(before);
                assertThat(faulty.check().healthy()).isTrue();
            }
        }
    }

    @Test
    void everythingIsOnTheDiskBeforeTheHeadThatNamesIt() throws IOException {
        try (LocalStore store =
                new LocalStore(LocalSettings.at(disk.through(temporary).resolve("kolumn.klstate")), Duration.ZERO)) {
            Transition first = create(PROD, document(1));
            StateHead head = commit(store, first);
            assertThat(disk.steps())
                    .containsSubsequence("MAKE_FOLDER " + FOLDER, "SYNC " + temporary.getFileName(), "RENAME +head")
                    .containsSubsequence("MAKE_FOLDER team-a", "SYNC " + FOLDER, "RENAME +head")
                    .containsSubsequence("MAKE_FOLDER prod", "SYNC team-a", "RENAME +head");

            disk.reset((step, file) -> {});
            Transition second = write(head, document(2));
            head = commit(store, second);
            assertThat(upToThePlainFiles()).containsExactly("WRITE +head", "SYNC +head");

            disk.reset((step, file) -> {});
            Transition third = write(head, large(3));
            commit(store, third);
            assertThat(upToThePlainFiles())
                    .containsExactly(
                            "MAKE_FILE +3-" + third.id(),
                            "WRITE +3-" + third.id(),
                            "SYNC +3-" + third.id(),
                            "SYNC prod",
                            "WRITE +head",
                            "SYNC +head");
        }
    }

    /** The steps inside the hidden folder, before the plain file is shown. */
    private List<String> upToThePlainFiles() {
        List<String> steps = disk.steps();
        return steps.subList(0, steps.indexOf("DELETE prod.klstate.lock"));
    }

    @Test
    void whatIsSetAsideIsOnTheDiskBeforeItsRecord() throws IOException {
        try (LocalStore store =
                new LocalStore(LocalSettings.at(disk.through(temporary).resolve("kolumn.klstate")), Duration.ZERO)) {
            StateHead head = commit(store, create(PROD, document(1)));
            StateVersion refused = record(0, document(2));
            disk.reset((step, file) -> {});
            store.putAttachment(PROD, refused, document(2));
            List<String> steps = disk.steps().stream()
                    .filter(step -> step.startsWith("SYNC") || step.startsWith("RENAME"))
                    .map(step -> step.replaceFirst("\\+tmp-.*", "staged"))
                    .toList();
            assertThat(steps)
                    .containsExactly(
                            "SYNC staged",
                            "RENAME +aside-" + refused.id(),
                            "SYNC staged",
                            "SYNC prod",
                            "RENAME +aside-" + refused.id() + ".json",
                            "SYNC prod");
            assertThat(store.head(PROD)).contains(head);
        }
    }

    @Test
    void settingAsideIsDoneOrNotAtAnyFailure() throws IOException {
        boolean failed = true;
        for (int at = 0; failed; at++) {
            Path path = Files.createDirectory(temporary.resolve("aside-" + at));
            StateVersion refused = record(0, document(2));
            try (LocalStore store =
                    new LocalStore(LocalSettings.at(disk.through(path).resolve("kolumn.klstate")), Duration.ZERO)) {
                store.head(PROD);
                disk.reset(failingOnce(at));
                failed = fails(() -> store.putAttachment(PROD, refused, document(2)));
            }
            try (LocalFolder folder = new LocalFolder(path)) {
                LocalStore store = folder.open();
                for (StateVersion record : store.attachments(PROD)) {
                    assertThat(store.content(PROD, record)).contains(document(2));
                }
                if (!failed) {
                    assertThat(store.attachments(PROD)).containsExactly(refused);
                }
            }
            assertThat(at).isLessThan(30);
        }
    }

    private static boolean fails(Runnable call) {
        try {
            call.run();
            return false;
        } catch (Unavailable e) {
            return true;
        }
    }

    /** The head may be on the disk or not: nobody may build on it, until somebody has looked at the disk. */
    @Test
    void afterAFailedSyncOfTheHeadNothingIsPromised() throws IOException {
        Folder folder = new Folder("sync", Change.WRITE);
        Outcome outcome = folder.commit((step, file) -> {
            if (step == Step.SYNC && file.endsWith("+head")) {
                throw new FileSystemException(file.toString(), null, "Input/output error");
            }
        });
        assertThat(outcome).isEqualTo(Outcome.UNKNOWN);
        StateStore broken = folder.faulty;
        assertThatThrownBy(() -> broken.head(PROD))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("Input/output error");
        assertThatThrownBy(() -> broken.commit(folder.transition)).isInstanceOf(Unavailable.class);
        assertThat(broken.check().healthy()).isFalse();
        broken.close();
        folder.assertOldOrNew(outcome);
    }

    @Test
    void aFolderThatCannotBeListedIsAFaultOfTheStorage() throws IOException {
        Files.createDirectories(temporary.resolve("unreadable"));
        Files.write(temporary.resolve("adopted.klstate"), document(1).toBytes());
        disk.reset(new Fault() {
            @Override
            public void before(Step step, Path file) {}

            @Override
            public void listing(Path folder) throws IOException {
                if (folder.endsWith("unreadable") || folder.endsWith("prod")) {
                    throw new FileSystemException(folder.toString(), null, "Input/output error");
                }
            }
        });
        try (LocalStore store =
                new LocalStore(LocalSettings.at(disk.through(temporary).resolve("kolumn.klstate")), Duration.ZERO)) {
            assertThat(store.head(StateName.of("adopted"))).isPresent();
            commit(store, create(PROD, document(1)));
            assertThatThrownBy(() -> store.attachments(PROD))
                    .isInstanceOf(Unavailable.class)
                    .hasMessageContaining("'" + PROD + "'")
                    .hasMessageContaining("Input/output error");
            assertThatThrownBy(() -> store.list(ListQuery.all())).isInstanceOf(Unavailable.class);
        }
    }
}
