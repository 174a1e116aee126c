package io.kolumn.state.store.local;

import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.store.HeadJson;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads head files. One that is damaged, or another state's, is an {@link IOException} that says so. */
final class HeadFiles {

    private final LocalLayout layout;

    HeadFiles(LocalLayout layout) {
        this.layout = layout;
    }

    /** The head and the records that it keeps, as the head file has them; empty if there is none. */
    Optional<HeadJson.Indexed> index(StateName name) throws IOException {
        Optional<byte[]> bytes = indexBytes(name);
        return bytes.isEmpty() ? Optional.empty() : Optional.of(indexed(name, bytes.get()));
    }

    private Optional<byte[]> indexBytes(StateName name) throws IOException {
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

    /** The head alone, its revision the id of its commit; empty if there is none. */
    Optional<StateHead> head(StateName name) throws IOException {
        Optional<byte[]> bytes = indexBytes(name);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        StateHead head = parsed(() -> HeadJson.head(bytes.get()));
        return Optional.of(named(name, head).withRevision(head.commit()));
    }

    private static HeadJson.Indexed indexed(StateName name, byte[] bytes) throws IOException {
        HeadJson.Indexed indexed = parsed(() -> HeadJson.indexed(bytes));
        return new HeadJson.Indexed(named(name, indexed.head()), indexed.kept());
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
