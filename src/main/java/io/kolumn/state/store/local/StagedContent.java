package io.kolumn.state.store.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The file of a document that is too large for its log, before a record names it: on the disk with its name. It is removed
 * again if the commit comes to nothing.
 */
final class StagedContent {

    private final @Nullable Path place;
    private final @Nullable Path staged;
    private boolean committed;

    private StagedContent(@Nullable Path place, @Nullable Path staged) {
        this.place = place;
        this.staged = staged;
    }

    /** Of a commit that brings none. */
    static StagedContent none() {
        return new StagedContent(null, null);
    }

    /**
     * Fails on a file that is there: then the same commit is under way on another thread, and the file is its own.
     *
     * @param staged where it is until it gets its place; the place itself if nobody else can have made a file there
     */
    static StagedContent write(LocalFiles files, Path staged, Path place, List<ByteBuffer> bytes) throws IOException {
        files.writeDurably(staged, bytes);
        StagedContent made = new StagedContent(place, staged);
        try {
            LocalFiles.sync(folder(place)); // a record must not be found where its document is not
            return made;
        } catch (IOException e) {
            made.removeUnlessCommitted();
            throw e;
        }
    }

    private static Path folder(Path file) {
        return Objects.requireNonNull(file.getParent());
    }

    /** Whether the upkeep of another process took it for a crash's left-over; it does so under the state's lock. */
    boolean swept() {
        return staged != null && !Files.exists(staged);
    }

    void putInPlace() throws IOException {
        if (staged != null && place != null && !staged.equals(place)) {
            LocalFiles.rename(staged, place);
            LocalFiles.sync(folder(place));
        }
    }

    /** A record may name it: from now on nothing is removed. */
    void committed() {
        committed = true;
    }

    void removeUnlessCommitted() throws IOException {
        if (staged != null && !committed) {
            Files.deleteIfExists(staged);
        }
    }
}
