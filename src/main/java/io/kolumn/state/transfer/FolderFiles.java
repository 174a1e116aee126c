package io.kolumn.state.transfer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All files below a folder. Links are followed, as Terraform follows them, unless what they lead to is read without them:
 * no folder is read twice, so that no loop of links has no end.
 */
final class FolderFiles {

    /** Is told of each thing once. Paths are from the folder, with slashes on every system. */
    interface Visitor {

        /** A file, or a link to one that is not below the folder. */
        void file(String path);

        /** A link to a file below the folder, which is told for itself. */
        void link(String path, String target);

        /**
         * What is not a file, or is told for itself.
         *
         * @param why as the end of a sentence that begins with the path
         */
        void skipped(String path, String why);

        /** What is in a folder, or behind a link, is not known. */
        void unreadable(String path, String why);
    }

    private final Path root;
    private final Visitor visitor;
    private final Set<Path> read = new HashSet<>();

    /** @param root may be a link itself */
    FolderFiles(Path root, Visitor visitor) throws IOException {
        this.root = root.toRealPath();
        this.visitor = visitor;
    }

    void visit() {
        folder(root, "");
    }

    /** @param folder its real path */
    private void folder(Path folder, String path) {
        if (!read.add(folder)) {
            return;
        }
        List<Path> entries;
        try (Stream<Path> listed = Files.list(folder)) {
            entries = listed.sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            visitor.unreadable(path.isEmpty() ? "." : path, reason(e));
            return;
        }
        for (Path entry : entries) {
            entry(entry, path + entry.getFileName());
        }
    }

    private void entry(Path entry, String path) {
        if (Files.isSymbolicLink(entry)) {
            try {
                link(entry.toRealPath(), path);
            } catch (IOException e) {
                visitor.unreadable(path, e instanceof NoSuchFileException ? "is a broken link" : reason(e));
            }
        } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            folder(entry, path + "/");
        } else if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
            visitor.file(path);
        } else {
            visitor.skipped(path, "is not a file");
        }
    }

    private void link(Path target, String path) {
        if (Files.isDirectory(target)) {
            if (target.startsWith(root) || root.startsWith(target) || read.contains(target)) {
                visitor.skipped(path, "is a link to a folder that is already read");
            } else {
                folder(target, path + "/");
            }
        } else if (!Files.isRegularFile(target)) {
            visitor.skipped(path, "is not a file");
        } else if (target.startsWith(root)) {
            visitor.link(path, slashed(root.relativize(target)));
        } else if (read.add(target)) {
            visitor.file(path);
        } else {
            visitor.skipped(path, "is a link to a file that is already read");
        }
    }

    private static String slashed(Path path) {
        List<String> segments = new ArrayList<>();
        path.forEach(segment -> segments.add(segment.toString()));
        return String.join("/", segments);
    }

    /** As the end of a sentence that begins with the path. */
    static String reason(Exception e) {
        Throwable cause = e instanceof UncheckedIOException ? e.getCause() : e;
        return switch (cause) {
            case AccessDeniedException _ -> "is not readable for this user";
            case NoSuchFileException _ -> "no longer exists";
            case FileSystemLoopException _ -> "is a cycle of links";
            case NotDirectoryException _ -> "is no longer a folder";
            case FileSystemException failed when failed.getReason() != null -> "cannot be read: " + failed.getReason();
            case null, default -> "cannot be read: " + e.getMessage();
        };
    }
}
