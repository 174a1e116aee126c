package io.kolumn.state.store.local;

import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.StateStore;
import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.StoreConfig;
import io.kolumn.state.store.ReadOnlyStore;
import io.kolumn.state.store.StoreProvider;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code kolumn.state.backend=local} and its keys. */
@Singleton
public final class LocalProvider implements StoreProvider {

    /** Types that {@link java.nio.file.FileStore#type()} gives for file systems of other machines. */
    private static final Set<String> NETWORK = Set.of(
            "nfs",
            "nfs4",
            "cifs",
            "smb",
            "smb2",
            "smb3",
            "smbfs",
            "afs",
            "ceph",
            "glusterfs",
            "lustre",
            "fuse.sshfs",
            "fuse.glusterfs",
            "fuse.s3fs",
            "9p",
            "webdav",
            "davfs");

    @Override
    public String type() {
        return "local";
    }

    @Override
    public Set<String> aliases() {
        return Set.of("file", "filesystem");
    }

    @Override
    public String text() {
        return "Files of this machine: durable, for any number of processes on it.";
    }

    @Override
    public List<ConfigKey> keys() {
        return List.of(
                ConfigKey.of(
                                "path",
                                ConfigKey.Type.PATH,
                                "The plain file of the state 'default'; everything else is beside it. The service itself sets data/kolumn.klstate.")
                        .withDefault("kolumn.klstate"),
                ConfigKey.of(
                        "workspace_dir",
                        ConfigKey.Type.PATH,
                        "Folder of the plain files of all other states; beside path if not set."),
                ConfigKey.of(
                        "backup_dir",
                        ConfigKey.Type.PATH,
                        "Folder that superseded versions are copied to; no copies if not set."),
                ConfigKey.integer(
                                "backup_count",
                                1,
                                1_000_000,
                                "Lock sessions to keep for each state: the retention.sessions of this store.")
                        .withDefault("10"),
                ConfigKey.of(
                                "permissions",
                                ConfigKey.Type.PERMISSIONS,
                                "Permissions of the plain files, as octal digits; the default less the umask. The hidden folder is for the service alone.")
                        .withDefault("0644"),
                ConfigKey.of(
                                "allow_network_fs",
                                ConfigKey.Type.BOOLEAN,
                                "Use a network file system, although its locks and syncs cannot be relied on.")
                        .withDefault("false"));
    }

    @Override
    public Optional<String> sessionsKey() {
        return Optional.of("backup_count");
    }

    @Override
    public List<Problem> problems(StoreConfig config) {
        LocalSettings settings = settings(config);
        List<Problem> problems = new ArrayList<>();
        if (Files.isDirectory(settings.path())) {
            problems.add(problem(
                    "path",
                    settings.path(),
                    "is a folder; name a file in it, such as " + settings.path().resolve("kolumn.klstate")));
        }
        notAFolder("workspace-dir", settings.workspaceFolder(), problems);
        notAFolder("backup-dir", settings.backupFolder(), problems);
        notAFolder("path", settings.path().getParent(), problems);
        if (!settings.networkFileSystem()) {
            fileSystem(settings.path())
                    .filter(NETWORK::contains)
                    .ifPresent(type -> problems.add(problem(
                            "path",
                            settings.path(),
                            "is on the network file system " + type
                                    + ", whose locks and syncs cannot be relied on; use a local disk or another backend, or set"
                                    + " kolumn.state.local.allow-network-fs=true")));
        }
        return problems;
    }

    private static void notAFolder(String key, @Nullable Path folder, List<Problem> problems) {
        for (Path above = folder; above != null; above = above.getParent()) {
            if (Files.exists(above)) {
                if (!Files.isDirectory(above)) {
                    problems.add(problem(key, above, "is a file and would have to be a folder"));
                }
                return;
            }
        }
    }

    private static Problem problem(String key, Object value, String message) {
        return new Problem("kolumn.state.local." + key, value.toString(), message);
    }

    /** Of the nearest folder that exists; empty if the operating system does not say. */
    private static Optional<String> fileSystem(Path path) {
        Path there = path;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        try {
            return Optional.of(Files.getFileStore(there).type());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public StateStore open(StoreConfig config) {
        return new LocalStore(settings(config));
    }

    @Override
    public StateStore openToRead(StoreConfig config) {
        return new ReadOnlyStore(LocalStore.toRead(settings(config)));
    }

    private static LocalSettings settings(StoreConfig config) {
        return new LocalSettings(
                config.path("path").orElseThrow(),
                config.path("workspace_dir").orElse(null),
                config.path("backup_dir").orElse(null),
                config.isGiven("permissions") ? Integer.valueOf(config.permissions("permissions")) : null,
                config.flag("allow_network_fs"));
    }
}
