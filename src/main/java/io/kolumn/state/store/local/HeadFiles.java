package io.kolumn.state.store.local;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.store.HeadJson;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads head files. One that is damaged, or another state's, is an {@link IOException} that says so.
 *
 * <p>What was read lately is remembered by its bytes, so that a file that did not change is not parsed again. The file
 * itself is read each time, because another process may have changed it.
 */
final class HeadFiles {

    /** In bytes of head files; what is parsed from them takes about three times that. */
    private static final long REMEMBERED = 8 << 20;

    private static final class Known {
        private final byte[] bytes;
        private final HeadWithHistory indexed;

        Known(byte[] bytes, HeadWithHistory indexed) {
            this.bytes = bytes;
            this.indexed = indexed;
        }
    }

    private final LocalLayout layout;
    private final Cache<StateName, Known> known = Caffeine.newBuilder()
            .maximumWeight(REMEMBERED)
            .weigher((StateName name, Known head) -> head.bytes.length)
            .executor(Runnable::run)
            .build();

    HeadFiles(LocalLayout layout) {
        this.layout = layout;
    }

    /** The head, its revision the id of its commit, and the records that it keeps; empty if there is none. */
    Optional<HeadWithHistory> index(StateName name) throws IOException {
        Optional<byte[]> bytes = bytes(name);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        Known before = known.getIfPresent(name);
        if (before != null && Arrays.equals(before.bytes, bytes.get())) {
            return Optional.of(before.indexed);
        }
        HeadWithHistory indexed = parsed(() -> HeadJson.indexed(bytes.get()));
        return Optional.of(remember(name, bytes.get(), indexed));
    }

    /** As {@link #index(StateName)}, perhaps without reading the file if the remembered head is that of this commit. */
    Optional<HeadWithHistory> index(StateName name, String commit) throws IOException {
        Known before = known.getIfPresent(name);
        return before != null && before.indexed.head().commit().equals(commit)
                ? Optional.of(before.indexed)
                : index(name);
    }

    /** Keeps in mind what a head file holds now. */
    HeadWithHistory remember(StateName name, byte[] bytes, HeadWithHistory indexed) throws IOException {
        StateHead head = named(name, indexed.head());
        HeadWithHistory revised = new HeadWithHistory(head.withRevision(head.commit()), indexed.kept());
        known.put(name, new Known(bytes, revised));
        return revised;
    }

    /** The head alone, as {@link #index(StateName)} has it; empty if there is none. */
    Optional<StateHead> head(StateName name) throws IOException {
        return index(name).map(HeadWithHistory::head);
    }

    /** As {@link #head}, for one look at many: does not read the index, and remembers nothing. */
    Optional<StateHead> listed(StateName name) throws IOException {
        Optional<byte[]> bytes = bytes(name);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        StateHead head = parsed(() -> HeadJson.head(bytes.get()));
        return Optional.of(named(name, head).withRevision(head.commit()));
    }

    private Optional<byte[]> bytes(StateName name) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(layout.head(layout.checked(name))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (FileSystemException e) {
            if (notAFolder(layout.folder(name))) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A name below that of a file, such as a content's; there is no such state. */
    private static boolean notAFolder(Path folder) {
        return !Files.isDirectory(folder) && folder.getParent() != null && Files.isRegularFile(folder.getParent());
    }

    private static <T> T parsed(FileLocks.Guarded<T> reading) throws IOException {
        try {
            return reading.run();
        } catch (RuntimeException e) {
            throw new IOException("its head file is damaged", e);
        }
    }

    /** On a file system that ignores case, two names could meet in one folder. */
    private static StateHead named(StateName name, StateHead head) throws IOException {
        if (!head.name().equals(name)) {
            throw new IOException("its folder is that of state '" + head.name() + "': the file system ignores case");
        }
        return head;
    }
}
