package io.kolumn.state.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file in the making. It takes the place of the one that was there when it is whole and on the disk; until then, and if it
 * never is, that one stays as it was. Only its owner may read it, since it holds what states hold. What is not a file, such as a
 * pipe, is written to as it is.
 */
final class StagedFile implements AutoCloseable {

    private static final String PARTIAL = ".partial";

    private final Path target;
    private final @Nullable Path staged;
    private final OutputStream out;

    private StagedFile(Path target, @Nullable Path staged) throws IOException {
        this.target = target;
        this.staged = staged;
        OutputStream plain = staged == null
                ? Files.newOutputStream(target, StandardOpenOption.WRITE)
                : Files.newOutputStream(staged);
        this.out = new BufferedOutputStream(plain, 64 * 1024);
    }

    /**
     * Begins one; a link is followed.
     *
     * @throws StateCommand.Failure if there can be no file of this name
     */
    static StagedFile of(Path named) throws IOException {
        Path target = followed(named.toAbsolutePath());
        if (Files.isDirectory(target)) {
            throw new StateCommand.Failure(named + " is a folder. Give a file in it.");
        }
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            return new StagedFile(target, null);
        }
        Path folder = Objects.requireNonNull(target.getParent(), "A file is in a folder");
        if (!Files.isDirectory(folder)) {
            throw new StateCommand.Failure("There is no folder " + folder + ". Create it first.");
        }
        try {
            return new StagedFile(target, Files.createTempFile(folder, ".kolumn-", ".tmp"));
        } catch (AccessDeniedException e) {
            throw new StateCommand.Failure("Cannot create a file in " + folder + ": permission denied.");
        } catch (FileSystemException e) {
            throw new StateCommand.Failure("Cannot create a file in " + folder + ": " + e.getReason() + ".");
        }
    }

    private static Path followed(Path named) throws IOException {
        if (!Files.isSymbolicLink(named)) {
            return named;
        }
        try {
            return named.toRealPath();
        } catch (NoSuchFileException e) {
            return named.resolveSibling(Files.readSymbolicLink(named)).normalize();
        }
    }

    /** Where the content goes; closing it twice does nothing. */
    OutputStream out() {
        return out;
    }

    /** Whether a file is there that it would take the place of. */
    boolean replaces() {
        return staged != null && Files.exists(target);
    }

    /** Gives it its name, for every reader at one moment. */
    void put() throws IOException {
        move(target);
    }

    /** Keeps it beside the name that it was to have; empty for what is not a file. */
    Optional<Path> putPartial() throws IOException {
        Path partial = target.resolveSibling(target.getFileName() + PARTIAL);
        move(partial);
        return staged == null ? Optional.empty() : Optional.of(partial);
    }

    private void move(Path to) throws IOException {
        out.close();
        if (staged == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(staged, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        try {
            Files.move(staged, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(staged, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** What has not got a name by now is gone. */
    @Override
    public void close() throws IOException {
        try {
            out.close();
        } finally {
            if (staged != null) {
                Files.deleteIfExists(staged);
            }
        }
    }
}
