package io.kolumn.state.store.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of a commit that is not done yet. Those that it made are removed again if it comes to nothing. */
final class StagedCommit {

    private final LocalFiles files;
    private final Path head;
    private final @Nullable Path content;
    private final List<Path> made = new ArrayList<>(2);

    StagedCommit(LocalFiles files, Path head, @Nullable Path content) {
        this.files = files;
        this.head = head;
        this.content = content;
    }

    Path head() {
        return head;
    }

    @Nullable
    Path content() {
        return content;
    }

    /** Fails on a file that is there: then the same commit is under way on another thread, and the file is its own. */
    void make(Path file, List<ByteBuffer> bytes) throws IOException {
        files.writeDurably(file, bytes);
        made.add(file);
    }

    /** Whether the upkeep of another process took them for a crash's left-overs; it does so under the state's lock. */
    boolean swept() {
        return !Files.exists(head) || (content != null && !Files.exists(content));
    }

    /** The head may be in its place: from now on nothing is removed. */
    void committed() {
        made.clear();
    }

    void removeUnlessCommitted() throws IOException {
        for (Path file : made) {
            Files.deleteIfExists(file);
        }
    }
}
