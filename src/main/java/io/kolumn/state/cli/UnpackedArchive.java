package io.kolumn.state.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPInputStream;

/**
 * A tar on disk that is not compressed: the file itself, or a copy that goes when this is closed.
 *
 * @param copied whether it is a copy
 */
record UnpackedArchive(Path path, boolean copied) implements AutoCloseable {

    /**
     * Unpacks a file if need be.
     *
     * @param name of a file, - for what comes in
     */
    static UnpackedArchive of(String name, InputStream standard) throws IOException {
        boolean stream = name.equals("-");
        Path file = Path.of(name);
        if (!stream && !compressed(file)) {
            return new UnpackedArchive(file, false);
        }
        UnpackedArchive plain = new UnpackedArchive(Files.createTempFile("kolumn-", ".tar"), true);
        try (InputStream in = stream ? standard : Files.newInputStream(file)) {
            Files.copy(unpacked(in), plain.path(), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
        return plain;
    }

    private static boolean compressed(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.read() == 0x1f && in.read() == 0x8b;
        }
    }

    private static InputStream unpacked(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, 64 * 1024);
        buffered.mark(2);
        boolean compressed = buffered.read() == 0x1f && buffered.read() == 0x8b;
        buffered.reset();
        return compressed ? new GZIPInputStream(buffered, 64 * 1024) : buffered;
    }

    @Override
    public void close() throws IOException {
        if (copied) {
            Files.deleteIfExists(path);
        }
    }
}
