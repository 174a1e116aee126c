package io.kolumn.state.store.local;

import io.kolumn.state.Lock;
import io.kolumn.state.LockInfoJson;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import io.kolumn.state.store.HeadJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The plain files for people and older tools: each current document, each lock while it is held, and superseded versions
 * in the backup folder. They are copies of what the head says: nothing depends on them, they are not synced, and a
 * failure to write one is a warning. One that somebody edited is set aside before it is replaced.
 *
 * <p>Called under the lock of the state, after its commit.
 */
final class Projections {

    private static final Logger LOG = Logger.getLogger(Projections.class);

    /** How a plain file looked when it was last written here. */
    private record Stamp(
            long size, FileTime modified, @Nullable Object key) {
        static Optional<Stamp> of(Path file) throws IOException {
            try {
                BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
                return Optional.of(new Stamp(seen.size(), seen.lastModifiedTime(), seen.fileKey()));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        }
    }

    private final LocalStore store;
    private final LocalLayout layout;
    private final LocalFiles files;
    private final Map<StateName, Stamp> written = new ConcurrentHashMap<>();

    Projections(LocalStore store, LocalLayout layout, LocalFiles files) {
        this.store = store;
        this.layout = layout;
        this.files = files;
    }

    void refresh(Transition transition) {
        StateName name = transition.name();
        StateHead from = transition.from();
        Lock lockBefore = from == null ? null : from.lock();
        StateVersion before = from == null ? null : from.current();
        StateVersion current = transition.to().current();
        try {
            if (!Objects.equals(lockBefore, transition.to().lock())) {
                showLock(name, transition.to().lock());
            }
            if (!Objects.equals(before, current)) {
                List<StateVersion> known = new ArrayList<>(transition.dropped());
                store.index(name).map(HeadJson.Indexed::kept).ifPresent(known::addAll);
                showDocument(name, current, transition.content(), known);
                if (before != null) {
                    backUp(name, before);
                }
            }
        } catch (IOException e) {
            LOG.warnf(e, "The plain files of state '%s' could not be refreshed; the state itself is safe.", name);
        }
    }

    /** Makes the plain files what the head says, whatever they are. */
    void mend(StateName name) {
        try {
            Optional<HeadJson.Indexed> index = store.index(name);
            if (index.isPresent()) {
                StateHead head = index.get().head();
                showLock(name, head.lock());
                showDocument(name, head.current(), null, index.get().kept());
            }
        } catch (IOException e) {
            LOG.warnf(e, "The plain files of state '%s' could not be mended; the state itself is safe.", name);
        }
    }

    /** Whether the plain files are what the head says, as far as sizes and times tell without reading them. */
    boolean fresh(StateHead head) throws IOException {
        Path file = layout.document(head.name());
        if (file == null) {
            return true;
        }
        boolean locked = Files.exists(LocalLayout.lock(file));
        return showsDocument(file, head) && locked == (head.lock() != null);
    }

    private boolean showsDocument(Path file, StateHead head) throws IOException {
        Optional<Stamp> stamp = Stamp.of(file);
        if (head.current() == null || stamp.isEmpty()) {
            return head.current() == null && stamp.isEmpty();
        }
        return stamp.get().size() == head.current().size()
                && stamp.get().modified().equals(written(head.name(), head.current()));
    }

    /** When the content of a version was written; its plain file bears the same time, until somebody edits it. */
    private FileTime written(StateName name, StateVersion version) throws IOException {
        return Files.getLastModifiedTime(layout.content(name, version));
    }

    private void showLock(StateName name, @Nullable Lock lock) throws IOException {
        Path document = layout.document(name);
        if (document == null) {
            return;
        }
        Path file = LocalLayout.lock(document);
        if (lock == null) {
            Files.deleteIfExists(file);
        } else {
            ByteBuffer info = StandardCharsets.UTF_8.encode(LockInfoJson.write(lock.info()));
            replace(file, staged(name, file), List.of(info), null);
        }
    }

    private void showDocument(
            StateName name, @Nullable StateVersion current, @Nullable StateDocument content, List<StateVersion> known)
            throws IOException {
        Path file = layout.document(name);
        if (file == null) {
            return;
        }
        Optional<Stamp> stamp = Stamp.of(file);
        if (stamp.isPresent() && !stamp.get().equals(written.get(name))) {
            Optional<StateVersion> shown = versionIn(file, known);
            if (shown.isPresent() && shown.get().equals(current)) {
                written.put(name, stamp.get());
                return;
            }
            if (shown.isEmpty()) {
                setAside(name, file);
            }
        }
        if (current == null) {
            Files.deleteIfExists(file);
            written.remove(name);
        } else {
            List<ByteBuffer> bytes = content == null ? buffers(name, current) : content.buffers();
            replace(file, staged(name, file), bytes, written(name, current));
            Stamp.of(file).ifPresent(now -> written.put(name, now));
        }
    }

    private List<ByteBuffer> buffers(StateName name, StateVersion version) throws IOException {
        try (InputStream in = Files.newInputStream(layout.content(name, version))) {
            return StateDocument.stored(name, version, in).buffers();
        } catch (Unavailable e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Which of the known versions a plain file shows. */
    private static Optional<StateVersion> versionIn(Path file, List<StateVersion> known) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            StateDocument shown = StateDocument.read(in, Files.size(file), Long.MAX_VALUE);
            return known.stream().filter(version -> version.describes(shown)).findFirst();
        } catch (Invalid e) {
            return Optional.empty();
        }
    }

    private void setAside(StateName name, Path file) throws IOException {
        String id = UUID.randomUUID().toString();
        try (InputStream in = Files.newInputStream(file)) {
            StateDocument edited = StateDocument.read(in, Files.size(file), Long.MAX_VALUE);
            FileTime modified = Files.getLastModifiedTime(file);
            store.keepAside(name, asideRecord(id, edited, modified), edited);
            LOG.warnf("%s was edited outside of the service: its document was set aside as '%s'.", file, id);
        } catch (Invalid e) {
            Path kept = layout.folder(name).resolve("+edited-" + id);
            files.makeFolders(layout.folder(name));
            files.copy(file, kept);
            LOG.warnf("%s was edited outside of the service and is no state: it was kept as %s.", file, kept);
        }
    }

    private static StateVersion asideRecord(String id, StateDocument edited, FileTime modified) {
        return record(0, id, edited, modified, "edited outside of the service");
    }

    /** The record of a document that was found as a plain file. */
    static StateVersion record(long number, String id, StateDocument found, FileTime modified, String operation) {
        return new StateVersion(
                number,
                id,
                found.format(),
                found.isEmpty(),
                found.serial(),
                found.lineage(),
                found.sha256(),
                found.size(),
                modified.toInstant(),
                "",
                operation,
                0);
    }

    private void backUp(StateName name, StateVersion superseded) throws IOException {
        Path backup = layout.backup(name, superseded);
        Path content = layout.content(name, superseded);
        if (backup != null && Files.exists(content) && !Files.exists(backup)) {
            Path staged = backup.resolveSibling(LocalLayout.TEMPORARY + "+");
            replace(backup, staged, buffers(name, superseded), written(name, superseded));
        }
    }

    /** One for each state: only the holder of its lock writes it, and what a crash leaves there the next one replaces. */
    private static Path staged(StateName name, Path file) {
        return file.resolveSibling(LocalLayout.TEMPORARY + name.segments().getLast());
    }

    private void replace(Path file, Path staged, List<ByteBuffer> bytes, @Nullable FileTime modified)
            throws IOException {
        files.makeFolders(Objects.requireNonNull(file.getParent()));
        Files.deleteIfExists(staged);
        try {
            files.write(staged, bytes);
            if (modified != null) {
                Files.setLastModifiedTime(staged, modified);
            }
            LocalFiles.rename(staged, file);
        } finally {
            Files.deleteIfExists(staged);
        }
    }
}
