package io.kolumn.state.store;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file system of a few hundred kilobytes that can be filled or made read-only; to mount it takes root. */
public final class TinyDisk implements AutoCloseable {

    private static final int PAGE = 4096;

    private final Path folder;

    public TinyDisk(Path folder, int kilobytes) throws Exception {
        this.folder = folder;
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + kilobytes + "k", "tmpfs", folder.toString()),
                "skipped: this user may not mount a tmpfs");
    }

    public Path folder() {
        return folder;
    }

    public void readOnly(boolean readOnly) throws Exception {
        if (!run("mount", "-o", "remount," + (readOnly ? "ro" : "rw"), folder.toString())) {
            throw new IOException("The tmpfs could not be mounted again");
        }
    }

    /** Takes all space but for so many pages of 4 KiB. */
    public void fill(int freePages) throws IOException {
        Files.deleteIfExists(filler());
        long pages = Files.getFileStore(folder).getUsableSpace() / PAGE - freePages;
        Files.write(filler(), new byte[Math.toIntExact(pages * PAGE)]);
    }

    public void free() throws IOException {
        Files.delete(filler());
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    @Override
    public void close() throws Exception {
        run("umount", folder.toString());
    }

    private static boolean run(String... command) throws Exception {
        try {
            return new ProcessBuilder(List.of(command))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchCommand) {
            return false;
        }
    }
}
