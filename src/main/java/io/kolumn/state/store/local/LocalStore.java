package io.kolumn.state.store.local;

import io.kolumn.state.HeadPage;
import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.Transition;
import io.kolumn.state.config.IoFault;
import io.kolumn.state.store.HeadJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Heads and versions as files. A commit stages and syncs the content and the next head, then, under the state's lock,
 * looks whether the head is still the old one and renames the next one into its place; a reader sees the one or the
 * other. The head file holds the index of the kept versions, which alone says what is a version.
 *
 * <p>Beside that, {@link PlainFiles} show each current document and each lock as a plain file, behind the answer
 * ({@link RefreshQueue}); {@link LocalRecovery} mends what a crash left, and adopts plain files that have no head.
 *
 * <p>Changes run on threads of the store's own, which nobody interrupts: an interrupt would close the lock file, and
 * with it drop every lock of this process.
 */
public final class LocalStore implements StateStore {

    private static final Logger LOG = Logger.getLogger(LocalStore.class);

    /** How long the plain files of a state that changes all the time may be behind. */
    private static final Duration PACE = Duration.ofMillis(100);

    private final LocalSettings settings;
    private final LocalLayout layout;
    private final LocalFiles files;
    private final PlainFiles projections;
    private final RefreshQueue refreshes;
    private final HeadFiles heads;
    private final LocalNames names;
    private final AsideFiles aside;
    private final Reserve reserve;
    private final UninterruptibleExecutor threads = new UninterruptibleExecutor();
    private final Object opening = new Object();
    private final boolean reading;
    private @Nullable FileLocks locks;
    private volatile boolean opened;
    private volatile boolean closed;

    /** Set when a sync failed after a rename: what is on the disk is then not known, and nothing is promised any more. */
    private volatile @Nullable IOException broken;

    /**
     * Looks at no file yet: what is needed is made, mended and adopted at the first use, and again asked for at the next
     * one if that failed.
     */
    public LocalStore(LocalSettings settings) {
        this(settings, PACE);
    }

    /** Refreshes the plain files of one state at most once in {@code pace}; within the commit itself if that is zero. */
    LocalStore(LocalSettings settings, Duration pace) {
        this(settings, pace, false);
    }

    private LocalStore(LocalSettings settings, Duration pace, boolean reading) {
        this.settings = settings;
        this.reading = reading;
        this.layout = new LocalLayout(settings);
        this.files = new LocalFiles(settings, layout);
        this.reserve = new Reserve(files, layout.root());
        this.heads = new HeadFiles(layout);
        this.names = new LocalNames(layout);
        this.aside = new AsideFiles(layout, files);
        this.projections = new PlainFiles(heads, aside, layout, files);
        this.refreshes = new RefreshQueue(pace, projections::mend, this::mendLocked);
    }

    /** Makes, mends and adopts nothing; a folder that is not there is no empty one. For who never changes anything. */
    static LocalStore toRead(LocalSettings settings) {
        return new LocalStore(settings, PACE, true);
    }

    private void mendLocked(StateName name) throws IOException {
        locks().exclusively(name.value(), () -> {
            projections.mend(name);
            return true;
        });
    }

    @Override
    public Optional<StateHead> head(StateName name) {
        return reading(headOf(name), () -> heads.head(name));
    }

    private static String headOf(StateName name) {
        return "The head of state '" + name + "'";
    }

    @Override
    public Optional<StateDocument> content(StateName name, StateVersion version) {
        return reading("Version " + version.number() + " of state '" + name + "'", () -> {
            try (InputStream in = LocalFiles.open(layout.content(layout.checked(name), version))) {
                return Optional.of(StateDocument.stored(name, version, in));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public List<StateVersion> history(StateName name, long before, int limit) {
        return reading(
                "The history of state '" + name + "'",
                () -> heads.index(name).stream()
                        .flatMap(indexed -> indexed.kept().stream())
                        .filter(version -> version.number() < before)
                        .limit(limit)
                        .toList());
    }

    @Override
    public Optional<HeadWithHistory> headWithHistory(StateName name) {
        return reading(headOf(name), () -> heads.index(name));
    }

    @Override
    public HeadPage list(ListQuery query) {
        return reading("The list of states", () -> {
            List<StateHead> found = new ArrayList<>();
            boolean all = names.visit(query, name -> {
                Optional<StateHead> head =
                        reading(headOf(name), () -> heads.listed(name)).filter(query::matches);
                boolean room = found.size() < query.limit();
                if (room) {
                    head.ifPresent(found::add);
                }
                return room || head.isEmpty();
            });
            return new HeadPage(found, !all);
        });
    }

    @Override
    public boolean commit(Transition transition) {
        StateName name = transition.name();
        return writing("State '" + name + "' was not changed", () -> {
            if (transition.content() == null) {
                return reserve.through(() -> commitOnce(transition));
            }
            reserve.require();
            return commitOnce(transition);
        });
    }

    /** As {@link #commit}, on one of the store's own threads. */
    boolean commitOnce(Transition transition) throws IOException {
        StateName name = layout.checked(transition.name());
        String from = transition.from() == null ? "" : transition.from().revision();
        Optional<HeadWithHistory> index = heads.index(name, from);
        if (!commit(index).equals(from)) {
            return false;
        }
        Path folder = layout.folder(name);
        makeFolders(folder);
        Path temporary = folder.resolve(LocalLayout.TEMPORARY + transition.id());
        Path content = content(transition);
        boolean known = content != null && isKnownElsewhere(transition);
        Path stagedContent = known ? temporary.resolveSibling(temporary.getFileName() + "-content") : content;
        StagedCommit staged = new StagedCommit(files, temporary, stagedContent);
        try {
            HeadWithHistory next = next(index, transition);
            byte[] head = HeadJson.write(next);
            stage(transition, head, staged);
            if (content != null && !known) {
                LocalFiles.sync(folder); // the head must not be found where its content is not
            }
            return locks().exclusively(name.value(), () -> {
                if (!commit(heads.index(name)).equals(from) || staged.swept()) {
                    return false;
                }
                if (known && stagedContent != null && content != null) {
                    LocalFiles.rename(stagedContent, content);
                    LocalFiles.sync(folder);
                }
                LocalFiles.rename(staged.head(), layout.head(name));
                staged.committed();
                syncOrBreak(transition, folder);
                heads.remember(name, head, next);
                refreshes.changed(name);
                return true;
            });
        } finally {
            staged.removeUnlessCommitted();
        }
    }

    /**
     * Whether the version is not of this commit's own making: one that is carried over has the same id in each attempt, so that
     * its file may be there already, left by a process that was killed.
     */
    private static boolean isKnownElsewhere(Transition transition) {
        StateVersion version = transition.version();
        return version != null && !version.id().equals(transition.id());
    }

    private @Nullable Path content(Transition transition) {
        StateVersion version = transition.version();
        return version == null ? null : layout.content(transition.name(), version);
    }

    private void makeFolders(Path folder) throws Reserve.NotStagedException {
        try {
            files.makeFolders(folder);
        } catch (IOException e) {
            throw new Reserve.NotStagedException(e);
        }
    }

    private static void stage(Transition transition, byte[] head, StagedCommit staged)
            throws Reserve.NotStagedException {
        try {
            if (transition.content() != null && staged.content() != null) {
                staged.make(staged.content(), transition.content().buffers());
            }
            staged.make(staged.head(), List.of(ByteBuffer.wrap(head)));
        } catch (IOException e) {
            throw new Reserve.NotStagedException(e);
        }
    }

    private static HeadWithHistory next(Optional<HeadWithHistory> index, Transition transition) {
        List<StateVersion> kept = new ArrayList<>();
        if (transition.version() != null) {
            kept.add(transition.version());
        }
        Set<StateVersion> dropped = Set.copyOf(transition.dropped());
        index.stream()
                .flatMap(before -> before.kept().stream())
                .filter(version -> !dropped.contains(version))
                .forEach(kept::add);
        return new HeadWithHistory(transition.to(), kept);
    }

    /** The id of the commit that made a head, which is its revision here; empty if there is none. */
    private static String commit(Optional<HeadWithHistory> index) {
        return index.map(there -> there.head().commit()).orElse("");
    }

    private void syncOrBreak(Transition transition, Path folder) {
        try {
            LocalFiles.sync(folder);
        } catch (IOException e) {
            broken = e;
            LOG.errorf(
                    e,
                    "The disk failed to sync %s: nothing is read or written any more. Check the disk, restart.",
                    folder);
            throw Unavailable.outcomeUnknown(
                    "State '" + transition.name() + "' may have changed or not: the disk failed to sync " + folder
                            + ": " + reason(e),
                    e);
        }
    }

    @Override
    public void deleteContent(StateName name, StateVersion version) {
        writing("Version " + version.number() + " of state '" + name + "' was not dropped", () -> {
            if (version.number() == 0) {
                aside.drop(layout.checked(name), version);
                return true;
            }
            Path content = layout.content(layout.checked(name), version);
            Path backup = layout.backup(name, version);
            if (backup != null) {
                Files.deleteIfExists(backup); // first: a sweep finds the content, and by it the backup
            }
            return Files.deleteIfExists(content);
        });
    }

    @Override
    public void putAttachment(StateName name, StateVersion record, StateDocument document) {
        writing("The refused document of state '" + name + "' was not set aside", () -> {
            reserve.require();
            StateName checked = layout.checked(name);
            return locks().exclusively(
                            name.value(),
                            () -> { // nobody sweeps what is staged
                                aside.keep(checked, record, document);
                                return true;
                            });
        });
    }

    @Override
    public List<StateVersion> attachments(StateName name) {
        return reading("What was set aside of state '" + name + "'", () -> aside.records(layout.checked(name)));
    }

    @Override
    public List<String> orphans(StateName name) {
        return reading("The folder of state '" + name + "'", () -> upkeep().orphans(layout.checked(name)));
    }

    @Override
    public int sweep(StateName name, Duration age) {
        return writing(
                "Orphans of state '" + name + "' were not removed", () -> upkeep().sweep(layout.checked(name), age));
    }

    @Override
    public void clear(StateName name, long versions) {
        writing("What was purged of state '" + name + "' was not all removed", () -> {
            upkeep().clear(layout.checked(name));
            return true;
        });
    }

    @Override
    public StoreCheck check() {
        Map<String, String> capabilities = Map.of(
                "durable",
                "true",
                "shared",
                "processes on this machine",
                "path",
                settings.path().toString());
        boolean canRead = false;
        try {
            ready();
            reading("The folder", () -> LocalFiles.entries(layout.root()));
            canRead = true;
            return writing("The folder cannot be written", () -> {
                reserve.probe();
                return new StoreCheck(true, true, capabilities, null);
            });
        } catch (Unavailable e) {
            return new StoreCheck(canRead, false, capabilities, e.getMessage());
        }
    }

    @Override
    public void close() {
        synchronized (opening) {
            closed = true;
        }
        threads.close();
        refreshes.close();
        synchronized (threads) {
            if (locks != null) {
                closeLocks(locks);
                locks = null;
            }
        }
    }

    private void closeLocks(FileLocks open) {
        try {
            open.close();
        } catch (IOException e) {
            throw new Unavailable("The lock file " + layout.locks() + " could not be closed: " + reason(e), e);
        }
    }

    /** Opened at the first change, so that a folder that can only be read can be read. */
    FileLocks locks() throws IOException {
        synchronized (threads) {
            if (locks == null) {
                files.touch(layout.locks());
                locks = FileLocks.open(layout.locks());
            }
            return locks;
        }
    }

    /** Makes, mends and adopts at the first use; does nothing when that was done. */
    private void ready() {
        if (broken != null) {
            throw new Unavailable(
                    "The local store stopped because the disk failed to sync: " + reason(broken)
                            + ". Check the disk, then restart.",
                    broken);
        }
        if (closed) {
            throw new Unavailable("The local store is closed.", null);
        }
        if (!opened) {
            synchronized (opening) {
                if (!opened && !closed) {
                    open();
                    opened = true;
                }
            }
        }
    }

    private void open() {
        if (reading) {
            requireRoot();
            return;
        }
        try {
            threads.run(() -> {
                files.makeRoot();
                reserve.tryToFill();
                upkeep().run();
                return true;
            });
        } catch (IOException e) {
            throw new Unavailable("The folder " + layout.root() + " cannot be used: " + reason(e), e);
        }
    }

    private void requireRoot() {
        Path root = layout.root();
        if (Files.isSymbolicLink(root)) {
            throw new Unavailable(
                    "The folder of the states cannot be used: " + new LocalFiles.LinkedException(root).getMessage(),
                    null);
        }
        if (Files.notExists(root)) {
            throw new Unavailable(
                    "There is no storage at " + settings.path() + " yet: the folder " + root
                            + " is missing. Name another path, or the storage that is meant; the service makes the folder, and"
                            + " adopts the plain files beside it.",
                    null);
        }
    }

    private LocalRecovery upkeep() {
        return new LocalRecovery(this, heads, layout, projections);
    }

    private <T> T reading(String what, Callable<T> reading) {
        ready();
        try {
            return reading.call();
        } catch (IOException e) {
            throw new Unavailable(what + " cannot be read: " + reason(e), e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private <T> T writing(String what, Callable<T> writing) {
        ready();
        try {
            return threads.run(writing);
        } catch (IOException e) {
            throw new Unavailable(what + ": " + reason(e), e);
        }
    }

    /** What the operating system says, with the file. */
    static String reason(IOException e) {
        return IoFault.text(e);
    }
}
