package io.kolumn.state.store.local;

import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfoJson;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The plain files for people and older tools: each current document, each lock while it is held, and superseded versions
 * in the backup folder. They are copies of what the head says: nothing depends on them, they are not synced, and a
 * failure to write one is a warning. One that somebody edited is set aside before it is replaced.
 */
final class PlainFiles {

    private static final Logger LOG = Logger.getLogger(PlainFiles.class);

    /** How a plain file looked when it was last written here. */
    private record Shown(FileStamp stamp, String sha256) {}

    private final StateLogs logs;
    private final AsideFiles aside;
    private final LocalLayout layout;
    private final LocalFiles files;
    private final Map<StateName, Shown> shown = new ConcurrentHashMap<>();
    private final Map<StateName, Lock> locks = new ConcurrentHashMap<>();

    PlainFiles(StateLogs logs, AsideFiles aside, LocalLayout layout, LocalFiles files) {
        this.logs = logs;
        this.aside = aside;
        this.layout = layout;
        this.files = files;
    }

    /**
     * Makes the plain files what the head says, whatever they are. Called under the lock of the state.
     *
     * @return whether they are
     */
    boolean mend(StateName name) {
        try {
            Optional<HeadWithHistory> index = logs.index(name);
            if (index.isPresent()) {
                StateHead head = index.get().head();
                refuseLinks(layout.document(name));
                showLock(name, head.lock());
                showDocument(name, shown(head), index.get().kept());
                for (StateVersion version : index.get().kept()) {
                    if (!version.equals(head.current()) && !version.sealed()) {
                        backUp(name, version);
                    }
                }
            }
            return true;
        } catch (IOException e) {
            LOG.warnf(e, "The plain files of state '%s' could not be refreshed; the state itself is safe.", name);
            return false;
        }
    }

    private void refuseLinks(@Nullable Path file) throws IOException {
        Path folder = file == null ? null : file.getParent();
        if (folder != null) {
            files.refuseLinks(folder);
        }
    }

    /** Whether the plain files are what the head says, as far as sizes and times tell without reading them. */
    boolean fresh(StateHead head) throws IOException {
        Path file = layout.document(head.name());
        if (file == null) {
            return true;
        }
        boolean locked = Files.isRegularFile(LocalLayout.lock(file), LinkOption.NOFOLLOW_LINKS);
        return showsDocument(file, head) && locked == (head.lock() != null);
    }

    private boolean showsDocument(Path file, StateHead head) throws IOException {
        Optional<FileStamp> stamp = FileStamp.of(file);
        StateVersion current = shown(head);
        if (current == null || stamp.isEmpty()) {
            return current == null && stamp.isEmpty();
        }
        return stamp.get().plain()
                && stamp.get().size() == current.size()
                && stamp.get().modified().equals(written(current));
    }

    /** What the plain file shows; nothing for a state that is not there as a whole yet, or whose document is encrypted. */
    private static @Nullable StateVersion shown(StateHead head) {
        StateVersion current = head.current();
        return head.incomplete() || (current != null && current.sealed()) ? null : current;
    }

    /** The time that the plain file of a version bears, until somebody edits it. */
    private static FileTime written(StateVersion version) {
        return FileTime.from(version.created());
    }

    private void showLock(StateName name, @Nullable Lock lock) throws IOException {
        Path document = layout.document(name);
        if (document == null) {
            return;
        }
        Path file = LocalLayout.lock(document);
        if (lock == null) {
            Files.deleteIfExists(file);
            locks.remove(name);
        } else if (!lock.equals(locks.get(name)) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer info = StandardCharsets.UTF_8.encode(LockInfoJson.write(lock.info()));
            replace(file, staged(name, file), to -> files.write(to, List.of(info)));
            locks.put(name, lock);
        }
    }

    private void showDocument(StateName name, @Nullable StateVersion current, List<StateVersion> kept)
            throws IOException {
        Path file = layout.document(name);
        if (file == null) {
            return;
        }
        FileStamp stamp = FileStamp.of(file).orElse(null);
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file + " is a folder");
        }
        if (stamp != null && !stamp.plain()) {
            LOG.warnf("%s is a link, or no file: it was not looked into, and makes room for the plain file.", file);
        } else if (stamp != null) {
            Shown last = shown.get(name);
            boolean untouched = last != null && last.stamp().equals(stamp);
            String sha256 = last != null && untouched ? last.sha256() : sha256(file);
            if (current != null && current.sha256().equals(sha256)) {
                shown.put(name, new Shown(stamp, sha256));
                return;
            }
            if (!untouched && !isKnown(name, sha256, kept)) {
                setAside(name, file);
            }
        }
        if (current == null) {
            Files.deleteIfExists(file);
            shown.remove(name);
        } else {
            replace(file, staged(name, file), to -> copy(name, current, to));
            FileStamp.of(file).ifPresent(now -> shown.put(name, new Shown(now, current.sha256())));
        }
        Files.deleteIfExists(layout.shown(name));
    }

    /**
     * Whether a plain file with this sha-256 is the service's own work, of this or another process. It can be behind by more
     * versions than are kept; then the log still has their records, or a note of that one.
     */
    private boolean isKnown(StateName name, String sha256, List<StateVersion> kept) throws IOException {
        return kept.stream().anyMatch(version -> version.sha256().equals(sha256))
                || logs.mentions(name, sha256)
                || shownEarlier(name).contains(sha256);
    }

    /** The sha-256 of a plain file that shows a version which is kept no longer; empty if it does not. */
    String behind(StateName name, List<StateVersion> kept) throws IOException {
        Path file = layout.document(name);
        FileStamp stamp = file == null ? null : FileStamp.of(file).orElse(null);
        if (file == null || stamp == null || !stamp.plain()) {
            return "";
        }
        Shown last = shown.get(name);
        String sha256 = last != null && last.stamp().equals(stamp) ? last.sha256() : sha256(file);
        boolean keeps = kept.stream().anyMatch(version -> version.sha256().equals(sha256));
        return keeps || !isKnown(name, sha256, kept) ? "" : sha256;
    }

    /** What an earlier release noted: the sha-256 of the plain file before its last replacement and after it. */
    private List<String> shownEarlier(StateName name) throws IOException {
        try {
            return Files.readAllLines(layout.shown(name));
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static String sha256(Path file) throws IOException {
        try (DigestInputStream in =
                new DigestInputStream(LocalFiles.open(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is damaged is shown to nobody. */
    private void copy(StateName name, StateVersion version, Path to) throws IOException {
        try (InputStream content = logs.content(name, version)
                .orElseThrow(() -> new IOException("version " + version.number() + " is missing"))) {
            files.write(to, content);
        }
        if (!sha256(to).equals(version.sha256())) {
            throw new IOException("version " + version.number() + " is damaged");
        }
        Files.setLastModifiedTime(to, written(version));
    }

    private void setAside(StateName name, Path file) throws IOException {
        String id = UUID.randomUUID().toString();
        try (InputStream in = LocalFiles.open(file)) {
            StateDocument edited = StateDocument.read(in, Files.size(file), Long.MAX_VALUE);
            FileTime modified = Files.getLastModifiedTime(file);
            aside.keep(name, asideRecord(id, edited, modified), edited);
            LOG.warnf("%s was edited outside of the service. Its document was quarantined as '%s'.", file, id);
        } catch (Invalid e) {
            Path kept = layout.folder(name).resolve("+edited-" + id);
            files.makeFolders(layout.folder(name));
            files.copy(file, kept);
            LOG.warnf("%s was edited outside of the service and is not a state: it was kept as %s.", file, kept);
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
        if (backup != null && !Files.isRegularFile(backup, LinkOption.NOFOLLOW_LINKS)) {
            refuseLinks(backup);
            Path staged = backup.resolveSibling(LocalLayout.TEMPORARY + "+");
            replace(backup, staged, to -> copy(name, superseded, to));
        }
    }

    /** Removes the copies of versions that are not kept; under the lock of the state. */
    void dropBackups(StateName name) throws IOException {
        Path folder = layout.backups(name);
        if (folder == null || !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        files.refuseLinks(folder);
        Set<Path> kept = logs.index(name).stream()
                .flatMap(index -> index.kept().stream())
                .map(version -> layout.backup(name, version))
                .collect(Collectors.toSet());
        for (Path file : LocalFiles.entries(folder)) {
            if (String.valueOf(file.getFileName()).matches("\\+\\d+-.*\\" + LocalLayout.DOCUMENT)
                    && !kept.contains(file)) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** One for each state: only the holder of its lock writes it, and what a crash leaves there the next one replaces. */
    private static Path staged(StateName name, Path file) {
        return file.resolveSibling(LocalLayout.TEMPORARY + name.segments().getLast());
    }

    private interface Writing {
        void to(Path staged) throws IOException;
    }

    private void replace(Path file, Path staged, Writing writing) throws IOException {
        files.makeFolders(Objects.requireNonNull(file.getParent()));
        Files.deleteIfExists(staged);
        try {
            writing.to(staged);
            LocalFiles.rename(staged, file);
        } finally {
            Files.deleteIfExists(staged);
        }
    }
}
