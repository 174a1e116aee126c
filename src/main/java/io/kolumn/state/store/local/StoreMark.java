package io.kolumn.state.store.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The mark of a store, which is all that is read at a start: that its folder was looked through once, and is still the folder
 * that was. Beside it each process that changes something has a file while it works, and a lock that ends with it.
 */
final class StoreMark {

    /** What a start has to do. */
    enum Start {
        /** Nothing: all processes ended in order. */
        AS_IT_IS,
        /** Mend behind the answers what a process left that was killed. */
        MEND,
        /** Look through everything: the first start of this release, or with other folders. */
        FIRST,
        /** Look through everything, and settle what a copy of a folder in use has half of. */
        COPY
    }

    private static final Logger LOG = Logger.getLogger(StoreMark.class);
    private static final int LAYOUT = 2;
    private static final Pattern TEXT =
            Pattern.compile("layout (\\d+)\nfolder (\\S+) (\\S+)\nplain files (.*)\n", Pattern.DOTALL);
    private static final Pattern INODE = Pattern.compile("ino=(\\d+)");

    /** Where the file system does not say. */
    private static final String UNKNOWN = "-";

    private final LocalLayout layout;
    private final LocalFiles files;
    private final Path mark;
    private final Path running;
    private @Nullable FileLock claim;
    private @Nullable Path own;
    private volatile boolean behind;

    StoreMark(LocalLayout layout, LocalFiles files) {
        this.layout = layout;
        this.files = files;
        this.mark = layout.root().resolve("+store");
        this.running = layout.root().resolve("+running");
    }

    /**
     * Reads the mark.
     *
     * @throws IOException also if a newer release wrote it
     */
    Start read() throws IOException {
        String text = text();
        Matcher fields = TEXT.matcher(text);
        if (!fields.matches()) {
            return Start.FIRST;
        }
        if (fields.group(1).length() > 9 || Integer.parseInt(fields.group(1)) > LAYOUT) {
            throw new IOException("it was written by a newer release (layout " + fields.group(1)
                    + ", this one knows up to " + LAYOUT + ")");
        }
        if (!same(fields.group(2), inode()) || !same(fields.group(3), born())) {
            return Start.COPY;
        }
        return fields.group(4).equals(layout.plain().toString())
                ? others().isEmpty() ? Start.AS_IT_IS : Start.MEND
                : Start.FIRST;
    }

    private String text() throws IOException {
        try {
            return new String(Files.readAllBytes(mark), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static boolean same(String noted, String now) {
        return noted.equals(now) || noted.equals(UNKNOWN) || now.equals(UNKNOWN);
    }

    private String inode() throws IOException {
        Matcher inode = INODE.matcher(String.valueOf(attributes().fileKey()));
        return inode.find() ? inode.group(1) : UNKNOWN;
    }

    /** When the folder was made; where that is not known it is said to be the time of the last change. */
    private String born() throws IOException {
        BasicFileAttributes seen = attributes();
        return seen.creationTime().equals(seen.lastModifiedTime())
                ? UNKNOWN
                : seen.creationTime().toString();
    }

    private BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(layout.root(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** Says that everything was looked through. */
    void write() throws IOException {
        String text =
                "layout " + LAYOUT + "\nfolder " + inode() + " " + born() + "\nplain files " + layout.plain() + "\n";
        Path staged = layout.root()
                .resolve(LocalLayout.TEMPORARY + "store-"
                        + ThreadLocalRandom.current().nextInt());
        try {
            files.writeDurably(staged, List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
            LocalFiles.rename(staged, mark);
        } finally {
            Files.deleteIfExists(staged);
        }
        LocalFiles.sync(layout.root());
    }

    /** The marks of processes that work here, or did until they were killed; not that of this store. */
    private List<Path> others() throws IOException {
        List<Path> others = new ArrayList<>(LocalFiles.entries(running));
        others.remove(own);
        return others;
    }

    /** Of these the ones whose process has ended. */
    List<Path> interrupted(LocalCommits.Locks locks) throws IOException {
        List<Path> ended = new ArrayList<>();
        for (Path other : others()) {
            if (hasEnded(other, locks.get())) {
                ended.add(other);
            }
        }
        return ended;
    }

    private static boolean hasEnded(Path other, FileLocks locks) throws IOException {
        try (FileLock free = locks.claim(Integer.parseInt(String.valueOf(other.getFileName())))) {
            return free != null;
        } catch (IllegalArgumentException e) {
            return false; // no file of a process
        }
    }

    /** Marks that this process works here; without the mark a crash leaves plain files behind until their states change. */
    synchronized void begin(FileLocks locks) {
        try {
            int slot = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
            claim = locks.claim(slot);
            files.makeFolders(running);
            own = running.resolve(Integer.toString(slot));
            files.touch(own);
            LocalFiles.sync(running);
        } catch (IOException e) {
            LOG.debugf(e, "No mark of this process could be made in %s.", running);
        }
    }

    /** Has the next start mend what this process could not. */
    void leaveWork() {
        behind = true;
    }

    /** Ends in order. */
    synchronized void end() {
        try {
            if (own != null && behind) {
                files.touch(own);
            } else if (own != null) {
                Files.deleteIfExists(own);
            }
            if (claim != null) {
                claim.release();
            }
        } catch (IOException e) {
            LOG.debugf(e, "The mark of this process could not be removed from %s.", running);
        }
    }
}
