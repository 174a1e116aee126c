package io.kolumn.state.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which state a document is of that Terraform, OpenTofu or Kolumn keep as a file or an object, told by what it is called
 * alone. A name need not be a valid one.
 */
public final class DocumentNames {

    /** What a file or an object is. */
    public sealed interface Kind {

        /** Perhaps the state of this name; only its content tells. */
        record State(String name) implements Kind {}

        /**
         * No state, whatever is in it.
         *
         * @param why as the end of a sentence that begins with the file
         */
        record Other(String why) implements Kind {}
    }

    private static final String TERRAFORM = "terraform";
    private static final String TERRAFORM_WORKSPACES = "terraform.tfstate.d";
    private static final String DATA_DIRECTORY = ".terraform";
    private static final List<String> ENDINGS = List.of(".tfstate", ".klstate");
    private static final List<String> LOCKS = List.of(".tflock", ".lock.info", ".klstate.lock");

    /** Of the {@code azurerm} and the {@code consul} backend: what stands between the key and another workspace. */
    private static final String BLOB_WORKSPACE = "env:";

    private static final String CONSUL_WORKSPACE = "-env:";

    private DocumentNames() {}

    /**
     * Of a file: {@code *.tfstate} and {@code *.klstate}, whose name is the path without the ending. A file that is called
     * {@code terraform.tfstate} has the name of its folder, and {@code terraform.tfstate.d}, where the local backend keeps
     * workspaces, is not a part of a name.
     *
     * @param path with slashes, from the folder that is read
     */
    public static Kind ofFile(String path) {
        List<String> segments = segments(path);
        Optional<Kind> other = other(segments);
        if (other.isPresent()) {
            return other.get();
        }
        String bare = withoutEnding(segments.getLast());
        if (bare == null) {
            return new Kind.Other("is not named *.tfstate or *.klstate");
        }
        List<String> folders = new ArrayList<>(segments.subList(0, segments.size() - 1));
        folders.removeIf(TERRAFORM_WORKSPACES::equals);
        return state(named(folders, bare, folders.isEmpty()));
    }

    /**
     * Of an object of the {@code s3} backend ({@code internal/backend/remote-state/s3} of Terraform's sources): a state's
     * object is called as its {@code key}, with or without an ending, and that of another workspace {@code
     * env:/<workspace>/<key>}, whose name is that of the key with the workspace as its last segment.
     *
     * @param workspacePrefix the {@code workspace_key_prefix} of the backend, {@code env:} unless it was set
     */
    public static Kind ofObject(String object, String workspacePrefix) {
        return other(segments(object))
                .orElseGet(() -> ofKey(keyOf(object, workspacePrefix), workspaceOf(object, workspacePrefix)));
    }

    /**
     * Of a blob of the {@code azurerm} backend ({@code internal/backend/remote-state/azure}): called as its {@code key}, and
     * that of another workspace {@code <key>env:<workspace>}.
     */
    public static Kind ofBlob(String blob) {
        return other(segments(blob)).orElseGet(() -> ofKeyBefore(blob, BLOB_WORKSPACE));
    }

    /**
     * Of a key of the {@code consul} backend ({@code internal/backend/remote-state/consul}): its {@code path}, and for
     * another workspace {@code <path>-env:<workspace>}.
     */
    public static Kind ofConsulKey(String key) {
        String last = segments(key).getLast();
        if (last.equals(".lock") || last.equals(".lockinfo")) {
            return new Kind.Other("is a lock");
        }
        return other(segments(key)).orElseGet(() -> ofKeyBefore(key, CONSUL_WORKSPACE));
    }

    /** A workspace has no slash. */
    private static Kind ofKeyBefore(String text, String mark) {
        int at = text.lastIndexOf(mark);
        boolean workspace = at > 0 && at + mark.length() < text.length() && text.indexOf('/', at) < 0;
        return workspace
                ? ofKey(text.substring(0, at), Optional.of(text.substring(at + mark.length())))
                : ofKey(text, Optional.empty());
    }

    private static Kind ofKey(String text, Optional<String> workspace) {
        List<String> key = segments(text);
        String last = key.getLast();
        String bare = withoutEnding(last);
        List<String> folders = key.subList(0, key.size() - 1);
        boolean nameless = folders.isEmpty() && workspace.isEmpty();
        List<String> name = named(folders, bare == null ? last : bare, nameless);
        workspace.ifPresent(name::add);
        return state(name);
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

    private static Kind state(List<String> name) {
        return new Kind.State(String.join("/", name));
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

    /** What lies beside states and is none, on every storage. */
    private static Optional<Kind> other(List<String> segments) {
        String last = segments.getLast();
        if (segments.subList(0, segments.size() - 1).contains(DATA_DIRECTORY)) {
            return Optional.of(new Kind.Other("is in a data directory of Terraform (.terraform), which has no states"));
        }
        if (last.isEmpty()) {
            return Optional.of(new Kind.Other("is a folder"));
        }
        if (last.endsWith(".backup")) {
            return Optional.of(new Kind.Other("is a backup of an older state"));
        }
        if (LOCKS.stream().anyMatch(last::endsWith)) {
            return Optional.of(new Kind.Other("is a lock"));
        }
        if (last.startsWith("+")) {
            return Optional.of(
                    new Kind.Other("is an internal file of a Kolumn State storage, such as an older version"));
        }
        return last.startsWith("._") || last.equals(".DS_Store")
                ? Optional.of(new Kind.Other("is a file of macOS"))
                : Optional.empty();
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
