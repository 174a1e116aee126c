package io.kolumn.state.store.local;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What is done once for a folder, and again behind a process that was killed: left-overs are swept, plain files are mended, and
 * plain files that have no head yet are adopted as version 1. What fails for one state is a warning and leaves the others alone.
 */
final class LocalRecovery {

    private static final Logger LOG = Logger.getLogger(LocalRecovery.class);

    /** Nobody stages a commit for so long; what is older was left by a crash. */
    private static final Duration LEFT_OVER = Duration.ofHours(1);

    /** So many states are looked after in one go. */
    private static final int BATCH = 64;

    /** A state with the files in its folder. */
    private record Found(StateName name, List<Path> files) {}

    private final LocalCommits commits;
    private final LocalCommits.Locks locks;
    private final StateLogs logs;
    private final LocalLayout layout;
    private final PlainFiles projections;

    LocalRecovery(
            LocalCommits commits,
            LocalCommits.Locks locks,
            StateLogs logs,
            LocalLayout layout,
            PlainFiles projections) {
        this.commits = commits;
        this.locks = locks;
        this.logs = logs;
        this.layout = layout;
        this.projections = projections;
    }

    /**
     * Looks through everything.
     *
     * @param copied whether the folder is a copy that may have been made while a service wrote
     * @param stopped whether there is no time left for it
     * @return whether nothing is left over; what is young may be a commit under way, and is looked at again by a later start
     */
    boolean run(boolean copied, BooleanSupplier stopped) throws IOException {
        AtomicBoolean young = new AtomicBoolean();
        for (Path file : LocalFiles.entries(layout.root())) {
            if (isStaged(file(file)) && isOld(file, LEFT_OVER)) {
                Files.deleteIfExists(file);
            }
        }
        keepUpAll(found -> {
            if (!stopped.getAsBoolean() && !keepUp(found, copied)) {
                young.set(true);
            }
        });
        adoptAll(stopped);
        return !young.get() && !stopped.getAsBoolean();
    }

    /** While one thread lists the folders, others look after what it found. */
    private void keepUpAll(Consumer<Found> care) throws IOException {
        int threads = Runtime.getRuntime().availableProcessors();
        Semaphore ahead = new Semaphore(threads * 2);
        try (ExecutorService workers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("local-upkeep-", 0).factory())) {
            List<Found> some = new ArrayList<>();
            new LocalNames(layout).withFiles((name, files) -> {
                some.add(new Found(name, files));
                if (some.size() == BATCH) {
                    List<Found> batch = List.copyOf(some);
                    keepUp(() -> batch.forEach(care), workers, ahead);
                    some.clear();
                }
            });
            some.forEach(care);
        }
    }

    private static void keepUp(Runnable batch, ExecutorService workers, Semaphore ahead) {
        ahead.acquireUninterruptibly();
        workers.execute(() -> {
            try {
                batch.run();
            } finally {
                ahead.release();
            }
        });
    }

    /** Returns whether nothing is left over. */
    private boolean keepUp(Found found, boolean copied) {
        try {
            if (copied) {
                locks.get().exclusively(found.name().value(), () -> {
                    commits.settle(found.name());
                    return true;
                });
            }
            return keepUp(found.name(), found.files());
        } catch (IOException | RuntimeException e) {
            LOG.warnf(e, "The folder of state '%s' could not be looked after.", found.name());
            return true;
        }
    }

    private boolean keepUp(StateName name, List<Path> files) throws IOException {
        Optional<LogView> view = logs.whole(name);
        boolean fresh = view.isEmpty() || projections.fresh(view.get().indexed().head());
        if (!fresh || !leftOvers(files, view, LEFT_OVER).isEmpty()) {
            locks.get().exclusively(name.value(), () -> {
                removeLeftOvers(name, LEFT_OVER);
                projections.mend(name);
                return true;
            });
        }
        return leftOvers(files, view, Duration.ZERO).stream().noneMatch(Files::exists);
    }

    /** What was left longer ago than anybody stages a commit. Called under the lock of the state. */
    void removeLeftOvers(StateName name) throws IOException {
        removeLeftOvers(name, LEFT_OVER);
    }

    private int removeLeftOvers(StateName name, Duration age) throws IOException {
        List<Path> leftOvers = leftOvers(name, logs.whole(name), age);
        for (Path file : leftOvers) {
            LOG.infof("Removed %s, which an interrupted commit left.", file);
            Path backup = layout.backup(name, file(file));
            if (backup != null) {
                Files.deleteIfExists(backup);
            }
            Files.deleteIfExists(file);
        }
        return leftOvers.size();
    }

    /**
     * Plain files that are behind, and all in the log that is not kept; of a state that was purged and not written since also
     * whatever in its folder is neither the log nor named by a record of something that was set aside.
     */
    void clear(StateName name) throws IOException {
        locks.get().exclusively(name.value(), () -> {
            projections.mend(name);
            projections.dropBackups(name);
            commits.forget(name);
            if (logs.index(name).filter(index -> index.head().purged()).isEmpty()) {
                return false;
            }
            List<Path> files = LocalFiles.entries(layout.folder(name));
            Set<String> records = files.stream().map(LocalRecovery::file).collect(Collectors.toSet());
            for (Path file : files) {
                String entry = file(file);
                boolean named = entry.startsWith(LocalLayout.ASIDE)
                        && (entry.endsWith(LocalLayout.RECORD) || records.contains(entry + LocalLayout.RECORD));
                if (entry.startsWith("+") && !entry.equals(LocalLayout.HEAD) && !named) {
                    Files.deleteIfExists(file);
                }
            }
            LocalFiles.sync(layout.folder(name));
            return true;
        });
    }

    List<String> orphans(StateName name) throws IOException {
        return leftOvers(name, logs.whole(name), Duration.ZERO).stream()
                .map(Path::toString)
                .toList();
    }

    int sweep(StateName name, Duration age) throws IOException {
        return locks.get().exclusively(name.value(), () -> removeLeftOvers(name, age));
    }

    /**
     * Staged logs, and contents that no record names. A commit that is still under way looks under the same lock whether its
     * content is there before it writes its record, so that removing it makes the commit fail and nothing worse.
     */
    private List<Path> leftOvers(StateName name, Optional<LogView> view, Duration age) throws IOException {
        return leftOvers(LocalFiles.entries(layout.folder(name)), view, age);
    }

    private static List<Path> leftOvers(List<Path> files, Optional<LogView> view, Duration age) {
        Set<String> named = view.stream()
                .flatMap(there -> there.indexed().kept().stream())
                .filter(version -> !view.get().places().containsKey(version.number()))
                .map(LocalLayout::contentFile)
                .collect(Collectors.toSet());
        return files.stream()
                .filter(file -> isStaged(file(file)) && !named.contains(file(file)) && isOld(file, age))
                .toList();
    }

    private static String file(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static boolean isStaged(String file) {
        return file.startsWith(LocalLayout.TEMPORARY)
                || (file.length() > 1 && Character.isDigit(file.charAt(1)) && file.charAt(0) == '+');
    }

    private static boolean isOld(Path file, Duration age) {
        try {
            return Files.getLastModifiedTime(file)
                    .toInstant()
                    .isBefore(Instant.now().minus(age));
        } catch (IOException e) {
            return false;
        }
    }

    private void adoptAll(BooleanSupplier stopped) throws IOException {
        if (Files.isRegularFile(layout.defaultDocument(), LinkOption.NOFOLLOW_LINKS)) {
            adopt(layout.defaultDocument());
        }
        if (!Files.isDirectory(layout.plain())) {
            return;
        }
        Files.walkFileTree(layout.plain(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes seen) {
                boolean own = !folder.equals(layout.plain()) && hidden(folder);
                return own ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes seen) {
                if (seen.isRegularFile()) {
                    adopt(file);
                }
                return stopped.getAsBoolean() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean hidden(Path folder) {
        return file(folder).startsWith(".");
    }

    private void adopt(Path file) {
        StateName name = nameOf(file);
        if (name != null) {
            adopt(name, file);
        }
    }

    /** Makes a plain file version 1 of its state, if there is no such state yet; returns whether it did. */
    boolean adopt(StateName name, Path file) {
        try {
            if (!Files.exists(layout.log(layout.checked(name))) && adopted(name, file)) {
                LOG.infof("Adopted %s as version 1 of state '%s'.", file, name);
                return true;
            }
        } catch (Invalid e) {
            LOG.warnf("%s was not adopted: %s", file, e.getMessage());
        } catch (IOException e) {
            LOG.warnf(e, "%s was not adopted.", file);
        }
        return false;
    }

    private @Nullable StateName nameOf(Path file) {
        String text = layout.stateOf(file);
        try {
            return text == null || text.isEmpty() ? null : StateName.of(text);
        } catch (Invalid e) {
            return null;
        }
    }

    private boolean adopted(StateName name, Path file) throws IOException {
        try (InputStream in = LocalFiles.open(file)) {
            StateDocument document = StateDocument.read(in, Files.size(file), Long.MAX_VALUE);
            FileTime modified = Files.getLastModifiedTime(file);
            String id = UUID.randomUUID().toString().replace("-", "");
            StateVersion version = PlainFiles.record(1, id, document, modified, "adopted");
            Long serial = document.serial();
            StateHead head = new StateHead(
                    name, "", id, version, null, 1, 1, 0, serial == null ? -1 : serial, version.created());
            return commits.commit(new Transition(null, head, document, List.of()));
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
