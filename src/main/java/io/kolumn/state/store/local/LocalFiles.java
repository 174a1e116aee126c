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
import java.nio.file.LinkOption;
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
import org.jboss.logging.Logger;

/** Writing files, folders and renames so that they survive a crash of the machine. */
final class LocalFiles {

    private static final Logger LOG = Logger.getLogger(LocalFiles.class);

    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private static final Set<PosixFilePermission> OWN_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWN_FOLDER = PosixFilePermissions.fromString("rwx------");

    private final LocalLayout layout;
    private final Set<PosixFilePermission> filePermissions;
    private final Set<PosixFilePermission> folderPermissions;
    private final boolean exact;

    LocalFiles(LocalSettings settings, LocalLayout layout) {
        this.layout = layout;
        this.filePermissions = settings.filePermissions();
        this.folderPermissions = settings.folderPermissions();
        this.exact = settings.exactPermissions();
    }

    /** Writes into a new file. */
    interface Filling {
        void into(FileChannel channel) throws IOException;
    }

    /** Makes a new file whose bytes are on the disk when this returns; its name is only after {@link #sync(Path)}. */
    void writeDurably(Path file, List<ByteBuffer> bytes) throws IOException {
        write(file, channel -> writeAll(channel, bytes), true);
    }

    /** As above, of bytes that are not at hand all at once. */
    void writeDurably(Path file, Filling bytes) throws IOException {
        write(file, bytes, true);
    }

    /** Makes a new file, without waiting for the disk. */
    void write(Path file, List<ByteBuffer> bytes) throws IOException {
        write(file, channel -> writeAll(channel, bytes), false);
    }

    /** Makes the whole file or none. */
    private void write(Path file, Filling bytes, boolean durably) throws IOException {
        try (FileChannel channel = create(file)) {
            try {
                bytes.into(channel);
                if (durably) {
                    channel.force(false);
                }
            } catch (IOException e) {
                Files.deleteIfExists(file);
                throw e;
            }
        }
    }

    /**
     * With at most its permissions from the start. What the settings say exactly is so whatever the umask is. A link in the
     * place of the file is an error, as any other file is.
     */
    private FileChannel create(Path file) throws IOException {
        if (!posix(file)) {
            return FileChannel.open(file, NEW);
        }
        boolean own = layout.hidden(file);
        FileChannel channel =
                FileChannel.open(file, NEW, PosixFilePermissions.asFileAttribute(own ? OWN_FILE : filePermissions));
        if (exact && !own) {
            Files.setPosixFilePermissions(file, filePermissions);
        }
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

    /** Makes a new file with the bytes of another, or with others. */
    void copy(Path from, Path to) throws IOException {
        try (InputStream in = open(from)) {
            write(to, in);
        }
    }

    /** Makes a new file with all that comes, without waiting for the disk. */
    void write(Path file, InputStream bytes) throws IOException {
        try (FileChannel channel = create(file)) {
            bytes.transferTo(Channels.newOutputStream(channel));
        }
    }

    /** A part of a file, shorter where the file ends before. */
    static byte[] read(Path file, long from, long length) throws IOException {
        try (InputStream in = open(file)) {
            long skipped = from == 0 ? 0 : in.skip(from);
            return skipped < from ? new byte[0] : in.readNBytes(Math.toIntExact(length));
        }
    }

    /** Opens a file that is there, to write behind what it has. */
    static FileChannel append(Path file, long end) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        try {
            channel.position(end);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Follows no link at the end of the path. */
    static InputStream open(Path file) throws IOException {
        return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** What was written is on the disk or not by then, whatever closing says. */
    static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debugf(e, "A file could not be closed.");
        }
    }

    static void writeAll(GatheringByteChannel channel, List<ByteBuffer> bytes) throws IOException {
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
        if (isFolder(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent != null) {
            makeFolders(parent);
        }
        try {
            make(folder);
        } catch (FileAlreadyExistsException e) {
            if (!isFolder(folder)) {
                throw e;
            }
        }
        if (parent != null) {
            sync(parent);
        }
    }

    private void make(Path folder) throws IOException {
        if (!posix(folder)) {
            Files.createDirectory(folder);
            return;
        }
        boolean own = layout.hidden(folder);
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(own ? OWN_FOLDER : folderPermissions));
        if (exact && !own) {
            Files.setPosixFilePermissions(folder, folderPermissions);
        }
    }

    /** @throws LinkedException if a link is there that the settings do not name */
    private boolean isFolder(Path folder) throws IOException {
        boolean there = Files.isDirectory(folder);
        if (there && !layout.hidden(folder)) {
            refuseLinks(folder);
        }
        return there;
    }

    /** A symbolic link where none is followed. */
    static final class LinkedException extends IOException {
        private static final long serialVersionUID = 1;

        LinkedException(Path link) {
            super(link + " is a symbolic link, which is not followed: remove it");
        }
    }

    /**
     * Looks at a folder of plain files and those above it, up to one that the settings name: whoever may write there could
     * have the service read or write elsewhere.
     *
     * @throws LinkedException naming the first link
     */
    void refuseLinks(Path folder) throws IOException {
        for (Path above = folder; above != null && !layout.named(above); above = above.getParent()) {
            if (Files.isSymbolicLink(above)) {
                throw new LinkedException(above);
            }
        }
    }

    /** Whether a file of plain files is only to be reached by a link. */
    boolean isBehindALink(Path file) throws IOException {
        try {
            refuseLinks(file);
            return false;
        } catch (LinkedException e) {
            return true;
        }
    }

    /** Makes the hidden folder, for the service alone; one of an earlier release was for everybody. */
    void makeRoot() throws IOException {
        Path root = layout.root();
        if (Files.isSymbolicLink(root)) {
            throw new LinkedException(root);
        }
        makeFolders(root);
        if (posix(root) && !OWN_FOLDER.containsAll(Files.getPosixFilePermissions(root))) {
            try {
                Files.setPosixFilePermissions(root, OWN_FOLDER);
            } catch (IOException e) {
                LOG.warnf(e, "%s can be read by others, and that could not be changed. Give it the mode 0700.", root);
            }
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
