package io.kolumn.state.store.local;

import io.kolumn.state.HeadPage;
import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.IndexDocuments;
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
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A log for each state: a change is one record behind the others, and the last whole record is the head. It holds the index
 * of the kept versions, which alone says what is a version, and their documents, unless they are large.
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
    private final StateLogs logs;
    private final LocalCommits commits;
    private final LocalNames names;
    private final AsideFiles aside;
    private final IndexFiles indexes;
    private final Reserve reserve;
    private final LocalRecovery upkeep;
    private final StoreMark mark;
    private final StoreStart start;
    private final FailedSync disk = new FailedSync();
    private final UninterruptibleExecutor threads = new UninterruptibleExecutor();
    private final Map<Path, FileStamp> notAdopted = new ConcurrentHashMap<>();
    private final Object opening = new Object();
    private final boolean reading;
    private @Nullable FileLocks locks;
    private volatile boolean opened;
    private volatile boolean closed;

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
        this.logs = new StateLogs(layout);
        this.names = new LocalNames(layout);
        this.aside = new AsideFiles(layout, files);
        this.indexes = new IndexFiles(layout, files, this::reading, this::writing);
        this.mark = new StoreMark(layout, files);
        this.projections = new PlainFiles(logs, aside, layout, files);
        this.refreshes = new RefreshQueue(pace, this::mend, this::mendLocked);
        this.commits = new LocalCommits(layout, files, logs, projections, reserve, refreshes, this::locks, disk);
        this.upkeep = new LocalRecovery(commits, this::locks, logs, layout, projections);
        this.start = new StoreStart(layout, files, reserve, mark, this::locks, upkeep, pace.isZero());
    }

    /** Makes, mends and adopts nothing; a folder that is not there is no empty one. For who never changes anything. */
    static LocalStore toRead(LocalSettings settings) {
        return new LocalStore(settings, PACE, true);
    }

    private void mendLocked(StateName name) throws IOException {
        locks().exclusively(name.value(), () -> {
            mend(name);
            return true;
        });
    }

    /** What is behind the answer of a change, under the lock of the state. */
    private void mend(StateName name) {
        if (!projections.mend(name)) {
            mark.leaveWork();
        }
        try {
            if (commits.compact(name)) {
                upkeep.removeLeftOvers(name);
            }
        } catch (IOException e) {
            LOG.debugf(e, "The log of state '%s' could not be rewritten. It stays as it is.", name);
        }
    }

    @Override
    public Optional<StateHead> head(StateName name) {
        return reading(headOf(name), () -> index(name).map(HeadWithHistory::head));
    }

    private static String headOf(StateName name) {
        return "The head of state '" + name + "'";
    }

    private Optional<HeadWithHistory> index(StateName name) throws IOException {
        Optional<HeadWithHistory> there = logs.index(name);
        return there.isEmpty() && !reading && adopts(name) ? logs.index(name) : there;
    }

    /** Whether a plain file that appeared later than the store is version 1 now. */
    private boolean adopts(StateName name) throws IOException {
        Path file = layout.document(name);
        FileStamp stamp = file == null ? null : FileStamp.of(file).orElse(null);
        if (file == null || stamp == null || !stamp.plain() || stamp.equals(notAdopted.get(file))) {
            return false;
        }
        boolean adopted = threads.run(() -> !files.isBehindALink(file) && upkeep.adopt(name, file));
        if (!adopted) {
            notAdopted.put(file, stamp);
        }
        return adopted;
    }

    @Override
    public Optional<StateDocument> content(StateName name, StateVersion version) {
        return reading("Version " + version.number() + " of state '" + name + "'", () -> {
            Optional<InputStream> content = logs.content(name, version);
            if (content.isEmpty()) {
                return Optional.empty();
            }
            try (InputStream in = content.get()) {
                return Optional.of(StateDocument.stored(name, version, in));
            }
        });
    }

    @Override
    public List<StateVersion> history(StateName name, long before, int limit) {
        return reading(
                "The history of state '" + name + "'",
                () -> logs.view(name).stream() // also of a log whose last record is damaged
                        .flatMap(view -> view.indexed().kept().stream())
                        .filter(version -> version.number() < before)
                        .limit(limit)
                        .toList());
    }

    @Override
    public Optional<HeadWithHistory> headWithHistory(StateName name) {
        return reading(headOf(name), () -> index(name));
    }

    @Override
    public HeadPage list(ListQuery query) {
        return reading("The list of states", () -> {
            List<StateHead> found = new ArrayList<>();
            boolean all = names.visit(query, name -> {
                Optional<StateHead> head =
                        reading(headOf(name), () -> logs.listed(name)).filter(query::matches);
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
        return writing("State '" + transition.name() + "' was not changed", () -> commits.commit(transition));
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
        writing("The rejected document of state '" + name + "' was not quarantined", () -> {
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
        return reading("The quarantine of state '" + name + "'", () -> aside.records(layout.checked(name)));
    }

    /** By the names of files alone. */
    @Override
    public Optional<Map<StateName, Integer>> attached(Collection<StateName> names) {
        return reading("The quarantine", () -> {
            Map<StateName, Integer> attached = new HashMap<>();
            for (StateName name : names) {
                int documents = aside.count(layout.checked(name));
                if (documents > 0) {
                    attached.put(name, documents);
                }
            }
            return Optional.of(attached);
        });
    }

    @Override
    public List<String> orphans(StateName name) {
        return reading("The folder of state '" + name + "'", () -> upkeep.orphans(layout.checked(name)));
    }

    @Override
    public int sweep(StateName name, Duration age) {
        return writing(
                "Orphans of state '" + name + "' were not removed", () -> upkeep.sweep(layout.checked(name), age));
    }

    @Override
    public void clear(StateName name, long versions) {
        writing("What was purged of state '" + name + "' was not all removed", () -> {
            indexes.drop(name);
            upkeep.clear(layout.checked(name));
            return true;
        });
    }

    @Override
    public Optional<IndexDocuments> indexes() {
        return Optional.of(indexes);
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
        start.close();
        threads.close();
        refreshes.close();
        synchronized (threads) {
            if (locks != null) {
                if (disk.happened()) {
                    mark.leaveWork();
                }
                mark.end();
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
                mark.begin(locks);
            }
            return locks;
        }
    }

    /** Makes, mends and adopts at the first use; does nothing when that was done. */
    private void ready() {
        disk.require();
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
            StoreStart.toRead(layout, settings, mark);
            return;
        }
        try {
            threads.run(() -> {
                start.run();
                return true;
            });
        } catch (IOException e) {
            throw StoreStart.unusable(layout, e);
        }
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
