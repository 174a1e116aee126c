package io.kolumn.state;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The last {@value #MAX_COUNT} ended locks of a state. They show whether the caller with a lock id held that lock. Each is
 * its fence and a digest of id and owner, so the size is limited and no id is revealed.
 *
 * @param text one lock after the other, newest first, as stores keep it; empty if none is known
 */
public record FormerLocks(String text) {

    public static final int MAX_COUNT = 8;

    /** No known locks. */
    public static final FormerLocks NONE = new FormerLocks("");

    private static final int DIGEST_BYTES = 16;

    /** Returns these locks and one that just ended. */
    FormerLocks and(Lock ended) {
        String entry = ended.fence() + ":" + digest(ended.id(), ended.owner());
        return new FormerLocks(
                Stream.concat(Stream.of(entry), entries()).limit(MAX_COUNT).collect(Collectors.joining(" ")));
    }

    /** Returns these locks, and the lock before a change if it ended with it. */
    public FormerLocks and(@Nullable Lock before, @Nullable Lock after) {
        return before == null || (after != null && after.fence() == before.fence()) ? this : and(before);
    }

    /** Returns whether this identity, or an unauthenticated one, held a lock with this id. */
    public boolean held(String id, String subject) {
        String own = digest(id, subject);
        String unproven = digest(id, "");
        return entries().anyMatch(entry -> entry.endsWith(":" + own) || entry.endsWith(":" + unproven));
    }

    /**
     * Returns whether these are all ended locks, so that every other id was never a lock.
     *
     * @param locks the number of all locks so far, by their fence
     * @param current the lock that has not ended, or null
     */
    public boolean complete(long locks, @Nullable Lock current) {
        return entries().count() == locks - (current == null ? 0 : 1);
    }

    private Stream<String> entries() {
        return text.isEmpty() ? Stream.empty() : Arrays.stream(text.split(" ", -1));
    }

    /** An id holds no line feed. */
    private static String digest(String id, String owner) {
        try {
            byte[] whole =
                    MessageDigest.getInstance("SHA-256").digest((id + "\n" + owner).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, DIGEST_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
