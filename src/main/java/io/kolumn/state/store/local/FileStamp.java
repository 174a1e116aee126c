package io.kolumn.state.store.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * By what a file is known again without reading it.
 *
 * @param plain false of a link, a folder, a pipe or the like
 * @param key the file itself, whatever its name; null where the file system has no such thing
 */
record FileStamp(
        boolean plain,
        long size,
        FileTime modified,
        @Nullable Object key) {

    /** Of the file itself, not of what a link leads to; empty if there is none, also below what is no folder. */
    static Optional<FileStamp> of(Path file) throws IOException {
        try {
            BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(
                    new FileStamp(seen.isRegularFile(), seen.size(), seen.lastModifiedTime(), seen.fileKey()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Whether it is the same file, grown or not; where the file system cannot tell, one that has not changed. */
    boolean sameFile(FileStamp other) {
        return key == null ? equals(other) : key.equals(other.key);
    }
}
