package io.kolumn.state.transfer;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.store.DocumentNames;
import io.kolumn.state.store.DocumentNames.Kind;
import io.kolumn.state.store.DocumentPlaces;
import io.kolumn.state.store.DocumentSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Documents in a folder, as Terraform, OpenTofu, their backends and Kolumn lay them out. Each file below it is given, or told
 * to be none.
 */
public final class FolderDocuments {

    /** What names are made of. */
    public enum Layout {
        /** {@link DocumentNames#ofFile}. */
        FOLDER,
        /** A copy of a bucket of the {@code s3} backend: {@link DocumentNames#ofObject}. */
        S3,
        /** A copy of a container of the {@code azurerm} backend: {@link DocumentNames#ofBlob}. */
        AZURERM
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
        DocumentPlaces places = new DocumentPlaces(receiver);
        new FolderFiles(root, new FolderFiles.Visitor() {
                    @Override
                    public void file(String path) {
                        places.add(kind(path), path);
                    }

                    @Override
                    public void link(String path, String target) {
                        boolean twice = kind(target) instanceof Kind.State;
                        places.add(
                                twice ? new Kind.Other("is a link to a file that is already read") : kind(path), path);
                    }

                    @Override
                    public void skipped(String path, String why) {
                        receiver.skipped(path, why);
                    }

                    @Override
                    public void unreadable(String path, String why) {
                        receiver.refused(path, path + " " + why + ".");
                    }
                })
                .visit();
        places.each((name, path) -> give(name, path, receiver));
    }

    private Kind kind(String path) {
        return switch (layout) {
            case FOLDER -> DocumentNames.ofFile(path);
            case S3 -> DocumentNames.ofObject(path, workspacePrefix);
            case AZURERM -> DocumentNames.ofBlob(path);
        };
    }

    private void give(String name, String path, DocumentSource.Receiver receiver) {
        Path file = root.resolve(path);
        StateDocument document;
        try (InputStream in = Files.newInputStream(file)) {
            document = StateDocument.read(in, Files.size(file), Long.MAX_VALUE);
        } catch (Invalid e) {
            receiver.refused(name, path + " is not a state: " + e.getMessage());
            return;
        } catch (IOException e) {
            receiver.refused(name, path + " " + FolderFiles.reason(e) + ".");
            return;
        }
        switch (layout) {
            case FOLDER -> receiver.called(name, path, document);
            case S3, AZURERM -> receiver.found(name, path, document);
        }
    }
}
