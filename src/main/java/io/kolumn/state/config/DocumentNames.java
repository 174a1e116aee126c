package io.kolumn.state.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which state a document is of that Terraform, OpenTofu or Kolumn keep as a file or an object: what its name is made of.
 * Everything hidden, backups and lock files are nobody's. A name need not be a valid one.
 */
public final class DocumentNames {

    private static final String TERRAFORM = "terraform";
    private static final String TERRAFORM_WORKSPACES = "terraform.tfstate.d";
    private static final List<String> ENDINGS = List.of(".tfstate", ".klstate");
    private static final List<String> BESIDE = List.of(".tflock", ".backup");

    private DocumentNames() {}

    /**
     * Of a file: {@code *.tfstate} and {@code *.klstate}, whose name is the path without the ending. A file that is called
     * {@code terraform.tfstate} has the name of its folder, and {@code terraform.tfstate.d}, where the local backend keeps
     * workspaces, is no part of a name.
     *
     * @param path with slashes, from the folder that is read
     */
    public static Optional<String> ofFile(String path) {
        List<String> segments = segments(path);
        String bare = withoutEnding(segments.getLast());
        if (bare == null || hidden(segments)) {
            return Optional.empty();
        }
        List<String> folders = new ArrayList<>(segments.subList(0, segments.size() - 1));
        folders.removeIf(TERRAFORM_WORKSPACES::equals);
        return Optional.of(String.join("/", named(folders, bare, folders.isEmpty())));
    }

    /**
     * Of an object of the {@code s3} backend ({@code internal/backend/remote-state/s3} of Terraform's sources): a state's
     * object is called as its {@code key}, with or without an ending, and that of another workspace {@code
     * env:/<workspace>/<key>}, whose name is that of the key with the workspace as its last segment.
     *
     * @param workspacePrefix the {@code workspace_key_prefix} of the backend, {@code env:} unless it was set
     */
    public static Optional<String> ofObject(String object, String workspacePrefix) {
        List<String> segments = segments(object);
        String last = segments.getLast();
        if (last.isEmpty() || hidden(segments) || BESIDE.stream().anyMatch(last::endsWith)) {
            return Optional.empty();
        }
        Optional<String> workspace = workspaceOf(object, workspacePrefix);
        List<String> key = segments(keyOf(object, workspacePrefix));
        String bare = withoutEnding(last);
        List<String> folders = key.subList(0, key.size() - 1);
        boolean nameless = folders.isEmpty() && workspace.isEmpty();
        List<String> name = named(folders, bare == null ? last : bare, nameless);
        workspace.ifPresent(name::add);
        return Optional.of(String.join("/", name));
    }

    /** The {@code key} of the backend that keeps this object, whichever workspace it is of. */
    public static String keyOf(String object, String workspacePrefix) {
        return workspaceOf(object, workspacePrefix)
                .map(workspace -> object.substring(folder(workspacePrefix).length() + workspace.length() + 1))
                .orElse(object);
    }

    /** What the keys of everything below a prefix start with: the prefix with a slash; empty if it is. */
    public static String folder(String prefix) {
        return prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    }

    private static Optional<String> workspaceOf(String object, String workspacePrefix) {
        String folder = folder(workspacePrefix);
        if (folder.isEmpty() || !object.startsWith(folder)) {
            return Optional.empty();
        }
        int slash = object.indexOf('/', folder.length());
        return slash < 0 ? Optional.empty() : Optional.of(object.substring(folder.length(), slash));
    }

    /** @param nameless whether nothing else than the file could give a name */
    private static List<String> named(List<String> folders, String bare, boolean nameless) {
        List<String> name = new ArrayList<>(folders);
        if (!bare.equals(TERRAFORM)) {
            name.add(bare);
        } else if (nameless) {
            name.add("default");
        }
        return name;
    }

    private static List<String> segments(String path) {
        return Arrays.asList(path.split("/", -1));
    }

    private static boolean hidden(List<String> segments) {
        return segments.stream().anyMatch(segment -> segment.startsWith("."));
    }

    private static @Nullable String withoutEnding(String file) {
        for (String ending : ENDINGS) {
            if (file.endsWith(ending) && file.length() > ending.length()) {
                return file.substring(0, file.length() - ending.length());
            }
        }
        return null;
    }
}
