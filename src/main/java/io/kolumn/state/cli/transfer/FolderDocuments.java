package io.kolumn.state.cli.transfer;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.config.DocumentNames;
import io.kolumn.state.config.DocumentPlaces;
import io.kolumn.state.config.DocumentSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Documents in a folder, as Terraform, OpenTofu, their {@code s3} backend and Kolumn lay them out. Hidden folders and files,
 * backups and lock files are passed over.
 */
public final class FolderDocuments {

    /** What names are made of. */
    public enum Layout {
        /** {@link DocumentNames#ofFile}. */
        FOLDER,
        /** A copy of a bucket of the {@code s3} backend: {@link DocumentNames#ofObject}. */
        S3
    }

    private final Path root;
    private final Layout layout;
    private final String workspacePrefix;

    /** @param workspacePrefix the {@code workspace_key_prefix} of the {@code s3} backend, {@code env:} unless it was set */
    public FolderDocuments(Path root, Layout layout, String workspacePrefix) {
        this.root = root;
        this.layout = layout;
        this.workspacePrefix = workspacePrefix;
    }

    /** Gives every document, in the order of their names. */
    public void read(DocumentSource.Receiver receiver) throws IOException {
        DocumentPlaces places = new DocumentPlaces();
        for (Path file : files()) {
            String path = path(file);
            name(path).ifPresent(name -> places.add(name, path));
        }
        places.each((name, path) -> give(name, path, receiver), receiver);
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes seen) {
                return !folder.equals(root) && hidden(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes seen) {
                if (seen.isRegularFile() && !hidden(file)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        files.sort(null);
        return files;
    }

    private static boolean hidden(Path path) {
        return String.valueOf(path.getFileName()).startsWith(".");
    }

    /** From the root, with slashes on every system. */
    private String path(Path file) {
        List<String> segments = new ArrayList<>();
        root.relativize(file).forEach(segment -> segments.add(segment.toString()));
        return String.join("/", segments);
    }

    private Optional<String> name(String path) {
        return switch (layout) {
            case FOLDER -> DocumentNames.ofFile(path);
            case S3 -> DocumentNames.ofObject(path, workspacePrefix);
        };
    }

    private void give(String name, String path, DocumentSource.Receiver receiver) {
        Path file = root.resolve(path);
        StateDocument document;
        try (InputStream in = Files.newInputStream(file)) {
            document = StateDocument.read(in, Files.size(file), Long.MAX_VALUE);
        } catch (Invalid e) {
            receiver.refused(name, path + " is no state: " + e.getMessage());
            return;
        } catch (IOException e) {
            receiver.refused(name, path + " cannot be read: " + e.getMessage());
            return;
        }
        switch (layout) {
            case FOLDER -> receiver.document(name, document);
            case S3 -> receiver.found(name, path, document);
        }
    }
}
