package io.kolumn.state.cli.transfer;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
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
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Documents in a folder, as Terraform, OpenTofu, their {@code s3} backend and Kolumn lay them out. Hidden folders and files,
 * backups and lock files are passed over.
 */
public final class FolderDocuments {

    /** What names are made of. */
    public enum Layout {
        /**
         * {@code *.tfstate} and {@code *.klstate}; the name is the path without the ending. A file that is called {@code
         * terraform.tfstate} has the name of its folder, and {@code terraform.tfstate.d}, where the local backend keeps
         * workspaces, is no part of a name.
         */
        FOLDER,
        /**
         * A copy of a bucket of the {@code s3} backend ({@code internal/backend/remote-state/s3} of Terraform's sources):
         * a state's file is called as its {@code key}, and that of another workspace {@code env:/<workspace>/<key>}, whose
         * name here is that of the key with the workspace as its last segment. Keys need no ending.
         */
        S3
    }

    private static final String TERRAFORM = "terraform";
    private static final List<String> ENDINGS = List.of(".tfstate", ".klstate");

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
        Map<String, Path> files = new TreeMap<>();
        List<Path> twice = new ArrayList<>();
        for (Path file : files()) {
            String name = name(segments(file));
            if (name != null && files.putIfAbsent(name, file) != null) {
                twice.add(file);
            }
        }
        files.forEach((name, file) -> give(name, file, receiver));
        for (Path file : twice) {
            String name = String.valueOf(name(segments(file)));
            receiver.refused(
                    name, root.relativize(file) + " has the name of " + root.relativize(files.get(name)) + ".");
        }
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

    private List<String> segments(Path file) {
        List<String> segments = new ArrayList<>();
        root.relativize(file).forEach(segment -> segments.add(segment.toString()));
        return segments;
    }

    private @Nullable String name(List<String> segments) {
        return switch (layout) {
            case FOLDER -> folderName(segments);
            case S3 -> bucketName(segments);
        };
    }

    private static @Nullable String folderName(List<String> segments) {
        String bare = withoutEnding(segments.getLast());
        if (bare == null) {
            return null;
        }
        List<String> name = new ArrayList<>(segments.subList(0, segments.size() - 1));
        name.removeIf("terraform.tfstate.d"::equals);
        if (!bare.equals(TERRAFORM) || name.isEmpty()) {
            name.add(bare.equals(TERRAFORM) ? "default" : bare);
        }
        return String.join("/", name);
    }

    private @Nullable String bucketName(List<String> segments) {
        String last = segments.getLast();
        if (last.endsWith(".tflock") || last.endsWith(".backup")) {
            return null;
        }
        boolean workspace = segments.size() > 2 && segments.getFirst().equals(workspacePrefix);
        List<String> key = segments.subList(workspace ? 2 : 0, segments.size());
        String bare = withoutEnding(last);
        List<String> name = new ArrayList<>(key.subList(0, key.size() - 1));
        String lastSegment = bare == null ? last : bare;
        if (!lastSegment.equals(TERRAFORM) || (name.isEmpty() && !workspace)) {
            name.add(lastSegment.equals(TERRAFORM) ? "default" : lastSegment);
        }
        if (workspace) {
            name.add(segments.get(1));
        }
        return String.join("/", name);
    }

    private static @Nullable String withoutEnding(String file) {
        for (String ending : ENDINGS) {
            if (file.endsWith(ending) && file.length() > ending.length()) {
                return file.substring(0, file.length() - ending.length());
            }
        }
        return null;
    }

    private void give(String name, Path file, DocumentSource.Receiver receiver) {
        StateDocument document;
        try (InputStream in = Files.newInputStream(file)) {
            document = StateDocument.read(in, Files.size(file), Long.MAX_VALUE);
        } catch (Invalid e) {
            receiver.refused(name, root.relativize(file) + " is no state: " + e.getMessage());
            return;
        } catch (IOException e) {
            receiver.refused(name, root.relativize(file) + " cannot be read: " + e.getMessage());
            return;
        }
        receiver.document(name, document);
    }
}
