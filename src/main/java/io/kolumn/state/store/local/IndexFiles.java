package io.kolumn.state.store.local;

import io.kolumn.state.IndexDocuments;
import io.kolumn.state.StateName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;

/** The document of the inventory, beside the log of its state. It can be made again, so nobody waits for the disk. */
final class IndexFiles implements IndexDocuments {

    /** How the store runs what reads or changes files. */
    interface Access {
        <T> T run(String what, Callable<T> work);
    }

    private final LocalLayout layout;
    private final LocalFiles files;
    private final Access reading;
    private final Access writing;

    IndexFiles(LocalLayout layout, LocalFiles files, Access reading, Access writing) {
        this.layout = layout;
        this.files = files;
        this.reading = reading;
        this.writing = writing;
    }

    @Override
    public void put(StateName name, byte[] index) {
        writing.run("The index of state '" + name + "' was not written", () -> {
            Path folder = layout.folder(layout.checked(name));
            files.makeFolders(folder);
            Path staged = folder.resolve(LocalLayout.TEMPORARY + UUID.randomUUID());
            try {
                files.write(staged, List.of(ByteBuffer.wrap(index)));
                LocalFiles.rename(staged, layout.index(name));
            } finally {
                Files.deleteIfExists(staged);
            }
            return true;
        });
    }

    @Override
    public Optional<byte[]> get(StateName name) {
        return reading.run("The index of state '" + name + "'", () -> {
            try {
                return Optional.of(Files.readAllBytes(layout.index(layout.checked(name))));
            } catch (NoSuchFileException none) {
                return Optional.empty();
            }
        });
    }

    @Override
    public void delete(StateName name) {
        writing.run("The index of state '" + name + "' was not removed", () -> drop(name));
    }

    /** Returns whether there was one. */
    boolean drop(StateName name) throws IOException {
        return Files.deleteIfExists(layout.index(layout.checked(name)));
    }
}
