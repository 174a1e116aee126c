package io.kolumn.state.store.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Writing files, folders and renames so that they survive a crash of the machine. */
final class LocalFiles {

    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final Set<PosixFilePermission> filePermissions;
    private final Set<PosixFilePermission> folderPermissions;

    LocalFiles(LocalSettings settings) {
        this.filePermissions = settings.filePermissions();
        this.folderPermissions = settings.folderPermissions();
    }

    /** Makes a new file whose bytes are on the disk when this returns; its name is only after {@link #sync(Path)}. */
    void writeDurably(Path file, List<ByteBuffer> bytes) throws IOException {
        write(file, bytes, true);
    }

    /** Makes a new file, without waiting for the disk. */
    void write(Path file, List<ByteBuffer> bytes) throws IOException {
        write(file, bytes, false);
    }

    /** Makes the whole file or none. */
    private void write(Path file, List<ByteBuffer> bytes, boolean durably) throws IOException {
        try (FileChannel channel = create(file)) {
            try {
                writeAll(channel, bytes);
                if (durably) {
                    channel.force(false);
                }
            } catch (IOException e) {
                Files.deleteIfExists(file);
                throw e;
            }
        }
    }

    /** With at most these permissions from the start, and with all of them whatever the umask is. */
    private FileChannel create(Path file) throws IOException {
        if (!posix(file)) {
            return FileChannel.open(file, NEW);
        }
        FileChannel channel = FileChannel.open(file, NEW, PosixFilePermissions.asFileAttribute(filePermissions));
        Files.setPosixFilePermissions(file, filePermissions);
        return channel;
    }

    /** Makes an empty file if there is none. */
    void touch(Path file) throws IOException {
        if (!Files.exists(file)) {
            try {
                create(file).close();
            } catch (FileAlreadyExistsException e) {
                // another process was quicker
            }
        }
    }

    /** Makes a new file with the bytes of another. */
    void copy(Path from, Path to) throws IOException {
        try (InputStream in = Files.newInputStream(from);
                FileChannel channel = create(to)) {
            in.transferTo(Channels.newOutputStream(channel));
        }
    }

    private static void writeAll(GatheringByteChannel channel, List<ByteBuffer> bytes) throws IOException {
        ByteBuffer[] pieces = bytes.toArray(ByteBuffer[]::new);
        long left = bytes.stream().mapToLong(ByteBuffer::remaining).sum();
        int first = 0;
        while (left > 0) {
            left -= channel.write(pieces, first, Math.min(16, pieces.length - first));
            while (first < pieces.length && !pieces[first].hasRemaining()) {
                first++;
            }
        }
    }

    /** Puts a file in the place of another, for every reader at one moment. */
    static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Brings the names in a folder to the disk. */
    static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Makes a folder and those above it; each new one's name is on the disk when this returns. */
    void makeFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent != null) {
            makeFolders(parent);
        }
        try {
            Files.createDirectory(folder);
            if (posix(folder)) {
                Files.setPosixFilePermissions(folder, folderPermissions);
            }
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        if (parent != null) {
            sync(parent);
        }
    }

    /** What is in a folder; nothing if it is not there. */
    static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    private static boolean posix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
