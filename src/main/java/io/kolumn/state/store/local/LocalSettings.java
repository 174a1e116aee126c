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
 * @param permissions of the plain files, as octal digits say, such as 0600; folders get x for each r. Null for 0644 less
 *     the umask. The hidden folder is for the service alone, whatever this says.
 * @param networkFileSystem whether a network file system may be used, whose locks and syncs cannot be relied on
 */
public record LocalSettings(
        Path path,
        @Nullable Path workspaceFolder,
        @Nullable Path backupFolder,
        @Nullable Integer permissions,
        boolean networkFileSystem) {

    public LocalSettings {
        if (permissions != null && (permissions < 0 || permissions > 0777 || (permissions & 0600) != 0600)) {
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

    private static final int USUAL = 0644;

    /** Everything beside this file, the plain files readable by all whom the umask lets. */
    public static LocalSettings at(Path path) {
        return new LocalSettings(path, null, null, null, false);
    }

    /** Whether the umask takes nothing from the permissions of plain files. */
    boolean exactPermissions() {
        return permissions != null;
    }

    Set<PosixFilePermission> filePermissions() {
        return permissions(plain());
    }

    Set<PosixFilePermission> folderPermissions() {
        return permissions(plain() | ((plain() & 0444) >> 2));
    }

    private int plain() {
        return permissions == null ? USUAL : permissions;
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
