package io.kolumn.state.transfer;

import io.kolumn.state.StateDocument;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A state version of a workspace, without its document.
 *
 * @param id of the other side
 * @param created when it was made there
 * @param serial of its document, or null if it is not told
 * @param size of its document, or 0 if it is not told
 * @param author the id of the user who made it, or null
 * @param address where its document is, or null if it is not kept
 */
public record TfeVersion(
        String id,
        Instant created,
        @Nullable Long serial,
        long size,
        @Nullable String author,
        @Nullable String address) {

    /** Reads documents of versions. */
    public interface Documents {

        /** Returns the document of a version, or empty if it is no longer kept there. */
        Optional<StateDocument> of(TfeVersion version);
    }

    /** The id of its record here: the same for each import, so that a second one knows what is here. */
    public String recordId() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(("tfe " + id).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }
}
