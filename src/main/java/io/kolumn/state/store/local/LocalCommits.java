package io.kolumn.state.store.local;

import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Changes of states: one record and one sync under the lock of the state. A document that is too large for a record is in a
 * file of its own before that.
 */
final class LocalCommits {

    private static final Logger LOG = Logger.getLogger(LocalCommits.class);

    /** Opened at the first change. */
    interface Locks {
        FileLocks get() throws IOException;
    }

    private final LocalLayout layout;
    private final LocalFiles files;
    private final StateLogs logs;
    private final LogWriter writer;
    private final PlainFiles projections;
    private final Reserve reserve;
    private final RefreshQueue refreshes;
    private final Locks locks;
    private final FailedSync disk;

    LocalCommits(
            LocalLayout layout,
            LocalFiles files,
            StateLogs logs,
            PlainFiles projections,
            Reserve reserve,
            RefreshQueue refreshes,
            Locks locks,
            FailedSync disk) {
        this.layout = layout;
        this.files = files;
        this.logs = logs;
        this.writer = new LogWriter(layout, files, logs);
        this.projections = projections;
        this.reserve = reserve;
        this.refreshes = refreshes;
        this.locks = locks;
        this.disk = disk;
    }

    /**
     * On a thread that nobody interrupts. On a full disk the log is written anew, which takes the place of what is dead; for a
     * change without a document with the room that is kept.
     */
    boolean commit(Transition transition) throws IOException {
        if (transition.content() == null) {
            return reserve.through(() -> commit(transition, false), () -> commit(transition, true));
        }
        reserve.require();
        try {
            return commit(transition, false);
        } catch (Reserve.NotStagedException e) {
            if (!mayFitAnew(transition)) {
                throw e;
            }
            return commit(transition, true);
        }
    }

    private boolean mayFitAnew(Transition transition) throws IOException {
        StateVersion version = transition.version();
        return version != null
                && LogWriter.fits(version)
                && logs.view(transition.name())
                        .filter(view -> view.isLog() && view.dead() > 0)
                        .isPresent();
    }

    private boolean commit(Transition transition, boolean anew) throws IOException {
        StateName name = layout.checked(transition.name());
        String from = transition.from() == null ? "" : transition.from().revision();
        Optional<LogView> seen = logs.whole(name, from);
        if (!commit(seen).equals(from)) {
            return false;
        }
        if (seen.isEmpty()) {
            makeFolders(layout.folder(name));
        }
        StagedContent staged = stage(transition);
        try {
            return locks.get().exclusively(name.value(), () -> {
                Optional<LogView> now = logs.whole(name);
                if (!commit(now).equals(from) || staged.swept()) {
                    return false;
                }
                staged.putInPlace();
                write(transition, now.orElse(null), anew, staged);
                refreshes.changed(name);
                return true;
            });
        } finally {
            staged.removeUnlessCommitted();
        }
    }

    private void write(Transition transition, @Nullable LogView view, boolean anew, StagedContent staged)
            throws IOException {
        StateName name = transition.name();
        LogWriter.Change change = LogWriter.Change.of(transition.from(), transition, next(view, transition));
        try (LogWriter.Written written = view == null || !view.isLog() || anew
                ? replace(name, view, change)
                : writer.append(name, view, change)) {
            staged.committed();
            disk.sync(name, layout.log(name), written::sync);
        }
    }

    private void makeFolders(Path folder) throws Reserve.NotStagedException {
        try {
            files.makeFolders(folder);
        } catch (IOException e) {
            throw new Reserve.NotStagedException(e);
        }
    }

    private StagedContent stage(Transition transition) throws Reserve.NotStagedException {
        StateVersion version = transition.version();
        if (version == null || transition.content() == null || LogWriter.fits(version)) {
            return StagedContent.none();
        }
        Path place = layout.content(transition.name(), version);
        Path staged = isKnownElsewhere(transition, version)
                ? place.resolveSibling(LocalLayout.TEMPORARY + transition.id())
                : place;
        try {
            return StagedContent.write(
                    files, staged, place, transition.content().buffers());
        } catch (IOException e) {
            throw new Reserve.NotStagedException(e);
        }
    }

    /**
     * Whether the version is not of this commit's own making: one that is carried over has the same id in each attempt, so that
     * its file may be there already, left by a process that was killed.
     */
    private static boolean isKnownElsewhere(Transition transition, StateVersion version) {
        return !version.id().equals(transition.id());
    }

    private static HeadWithHistory next(@Nullable LogView view, Transition transition) {
        List<StateVersion> kept = new ArrayList<>();
        if (transition.version() != null) {
            kept.add(transition.version());
        }
        Set<StateVersion> dropped = Set.copyOf(transition.dropped());
        List<StateVersion> before = view == null ? List.of() : view.indexed().kept();
        before.stream().filter(version -> !dropped.contains(version)).forEach(kept::add);
        return new HeadWithHistory(transition.to(), kept);
    }

    /** The id of the commit that made a head, which is its revision here; empty if there is none. */
    private static String commit(Optional<LogView> view) {
        return view.map(LogView::commit).orElse("");
    }

    // What is dead. All of this under the lock of the state.

    /** Writes the log anew where that is worth it; returns whether it was. */
    boolean compact(StateName name) throws IOException {
        Optional<LogView> view = logs.view(name).filter(there -> there.damage() == null && there.wasteful());
        if (view.isPresent()) {
            FileLocks.Guarded<Boolean> anew = () -> {
                rewrite(name, view.get(), view.get().indexed());
                return true;
            };
            return reserve.through(anew, anew);
        }
        return false;
    }

    /** Writes the log anew, so that nothing is in it but what is kept. */
    void forget(StateName name) throws IOException {
        Optional<LogView> view = logs.whole(name).filter(LogView::isLog);
        if (view.isPresent()) {
            rewrite(name, view.get(), view.get().indexed());
        }
    }

    private void rewrite(StateName name, LogView view, HeadWithHistory kept) throws IOException {
        try (LogWriter.Written written = replace(name, view, LogWriter.Change.none(kept))) {
            disk.sync(name, layout.folder(name), written::sync);
        }
    }

    private LogWriter.Written replace(StateName name, @Nullable LogView view, LogWriter.Change change)
            throws IOException {
        String note = view != null && view.isLog()
                ? projections.behind(name, change.next().kept())
                : "";
        return writer.replace(name, view, change.with(note));
    }

    /**
     * Makes a log whole that was copied while a service wrote: a document that was too large for its record may have been made,
     * or dropped, behind the back of the copy. Then the last change counts whose document is there.
     */
    void settle(StateName name) throws IOException {
        LogView last = logs.view(name)
                .filter(there -> there.isLog() && there.damage() == null)
                .orElse(null);
        LogView view = last;
        boolean back = false;
        while (view != null && !isThere(name, view, view.indexed().head().current())) {
            view = logs.before(name, view).orElse(null);
            back = true;
        }
        if (view == null) {
            return;
        }
        LogView whole = view;
        StateHead head = view.indexed().head();
        List<StateVersion> kept = view.indexed().kept().stream()
                .filter(version -> isThere(name, whole, version))
                .toList();
        int gone = view.indexed().kept().size() - kept.size();
        if (back || gone > 0) {
            LOG.warnf(
                    "State '%s' was copied while it was written: it is as of %s, without %d older versions.",
                    name, head.changed(), gone);
            StateHead settled = gone == 0 ? head : head.withFewer(gone, head.lock(), head.commit(), head.changed());
            rewrite(name, view, new HeadWithHistory(settled, kept));
        }
    }

    private boolean isThere(StateName name, LogView view, @Nullable StateVersion version) {
        return version == null || view.place(version).isPresent() || Files.exists(layout.content(name, version));
    }
}
