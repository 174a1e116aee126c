package io.kolumn.state.store.local;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a {@link LocalStore} keeps its files.
 *
 * @param path the file of the state {@code default}; all else is beside it
 * @param workspaceFolder where the plain files of the other states are; null for beside {@code path}
 * @param backupFolder where superseded versions are copied to; null for nowhere
 * @param permissions of the files, as octal digits say, such as 0644; folders get x for each r
 * @param networkFileSystem whether a network file system may be used, whose locks and syncs cannot be relied on
 */
public record LocalSettings(
        Path path,
        @Nullable Path workspaceFolder,
        @Nullable Path backupFolder,
        int permissions,
        boolean networkFileSystem) {

    public LocalSettings {
        if (permissions < 0 || permissions > 0777 || (permissions & 0600) != 0600) {
            throw new IllegalArgumentException(
                    "Permissions must let the owner read and write: " + Integer.toOctalString(permissions));
        }
        path = path.toAbsolutePath().normalize();
        workspaceFolder = workspaceFolder == null
                ? null
                : workspaceFolder.toAbsolutePath().normalize();
        backupFolder =
                backupFolder == null ? null : backupFolder.toAbsolutePath().normalize();
    }

    /** Everything beside this file, readable by all. */
    public static LocalSettings at(Path path) {
        return new LocalSettings(path, null, null, 0644, false);
    }

    Set<PosixFilePermission> filePermissions() {
        return permissions(permissions);
    }

    Set<PosixFilePermission> folderPermissions() {
        return permissions(permissions | ((permissions & 0444) >> 2));
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        PosixFilePermission[] all = PosixFilePermission.values();
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < all.length; bit++) {
            if ((mode & (0400 >> bit)) != 0) {
                set.add(all[bit]);
            }
        }
        return set;
    }
}
