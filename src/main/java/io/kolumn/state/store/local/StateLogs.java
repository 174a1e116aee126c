package io.kolumn.state.store.local;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads the logs of states. One that is damaged, or another state's, is an {@link IOException} that says so.
 *
 * <p>What a log says is remembered by file, length and time, so that one that did not change is looked at and not read.
 * It is looked at each time, because another process may have changed it.
 */
final class StateLogs {

    /** In records of versions; a record takes about a kilobyte. */
    private static final long REMEMBERED = 16 * 1024;

    /** So often a log is read anew that changes while it is read. */
    private static final int LOOKS = 100;

    private final LocalLayout layout;
    private final Cache<StateName, LogView> known = Caffeine.newBuilder()
            .maximumWeight(REMEMBERED)
            .weigher((StateName name, LogView view) -> 2 + view.indexed().kept().size())
            .executor(Runnable::run)
            .build();

    StateLogs(LocalLayout layout) {
        this.layout = layout;
    }

    /** What the log says up to its last whole record, whatever is behind that; empty if there is none. */
    Optional<LogView> view(StateName name) throws IOException {
        Path file = layout.log(layout.checked(name));
        for (int look = 0; ; look++) {
            Optional<FileStamp> stamp = FileStamp.of(file);
            if (stamp.isEmpty()) {
                requireRoot();
                return Optional.empty();
            }
            LogView before = known.getIfPresent(name);
            if (before != null && before.stamp().equals(stamp.get())) {
                return Optional.of(before);
            }
            try {
                LogView now = new LogReader(file, stamp.get()).view(name);
                if (now.damage() == null || look == LOOKS || stamp.equals(FileStamp.of(file))) {
                    if (now.end() == now.stamp().size()) {
                        known.put(name, now);
                    }
                    return Optional.of(now);
                }
            } catch (IOException | RuntimeException e) {
                if (look == LOOKS || stamp.equals(FileStamp.of(file))) {
                    throw e;
                }
            }
        }
    }

    /** A storage that is away has not lost its states. */
    private void requireRoot() throws IOException {
        if (!Files.isDirectory(layout.root())) {
            throw Files.exists(layout.root())
                    ? new NotDirectoryException(layout.root().toString())
                    : new NoSuchFileException(layout.root().toString());
        }
    }

    /** As {@link #view}, of a log that is whole but for a record that was not written to its end. */
    Optional<LogView> whole(StateName name) throws IOException {
        Optional<LogView> view = view(name);
        if (view.isPresent() && view.get().damage() != null) {
            throw new IOException(view.get().damage());
        }
        return view;
    }

    /** The head, its revision the id of its commit, and the records that it keeps; empty if there is none. */
    Optional<HeadWithHistory> index(StateName name) throws IOException {
        return whole(name).map(LogView::indexed);
    }

    /** As {@link #whole}, perhaps without a look at the file if what is remembered is of this commit. */
    Optional<LogView> whole(StateName name, String commit) throws IOException {
        LogView before = known.getIfPresent(name);
        return before != null && before.damage() == null && before.commit().equals(commit)
                ? Optional.of(before)
                : whole(name);
    }

    /** Keeps in mind what was just written. */
    void remember(StateName name, LogView view) {
        known.put(name, view);
    }

    /** The head alone, for one look at many: remembers nothing. */
    Optional<StateHead> listed(StateName name) throws IOException {
        Path file = layout.log(layout.checked(name));
        Optional<FileStamp> stamp = FileStamp.of(file);
        LogView before = known.getIfPresent(name);
        if (stamp.isEmpty()) {
            return Optional.empty();
        }
        if (before != null && before.damage() == null && before.stamp().equals(stamp.get())) {
            return Optional.of(before.indexed().head());
        }
        try {
            return Optional.of(new LogReader(file, stamp.get()).head(name));
        } catch (IOException | RuntimeException e) {
            return index(name).map(HeadWithHistory::head);
        }
    }

    /** Whether this text is anywhere in the log. */
    boolean mentions(StateName name, String text) throws IOException {
        try {
            byte[] bytes = Files.readAllBytes(layout.log(name));
            return new String(bytes, StandardCharsets.ISO_8859_1).contains(text);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** The log as it was before the last record of this view; empty where that is the first. */
    Optional<LogView> before(StateName name, LogView view) throws IOException {
        return Optional.ofNullable(new LogReader(layout.log(name), view.stamp()).before(name, view));
    }

    /** The bytes of a version, or of what was set aside; empty if they are not there. */
    Optional<InputStream> content(StateName name, StateVersion version) throws IOException {
        layout.checked(name);
        for (int look = 0; look < LOOKS && version.number() > 0; look++) {
            LogView view = view(name).orElse(null);
            Long place = view == null ? null : view.place(version).orElse(null);
            if (view == null || place == null) {
                break;
            }
            Optional<InputStream> inside = inside(name, view, place, version);
            if (inside.isPresent()) {
                return inside;
            }
        }
        try {
            return Optional.of(LocalFiles.open(layout.content(name, version)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Empty if another file has taken the place of the log. */
    private Optional<InputStream> inside(StateName name, LogView view, long place, StateVersion version)
            throws IOException {
        Path file = layout.log(name);
        long size = view.indexed().kept().stream()
                .filter(kept -> kept.number() == version.number())
                .mapToLong(StateVersion::size)
                .findFirst()
                .orElse(0);
        byte[] bytes = LocalFiles.read(file, place, size);
        boolean same = FileStamp.of(file).filter(view.stamp()::sameFile).isPresent();
        return same ? Optional.of(new ByteArrayInputStream(bytes)) : Optional.empty();
    }
}
