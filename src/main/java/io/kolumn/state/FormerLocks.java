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
 * The last {@value #MOST} locks of a state that ended, however they ended: enough to tell whether somebody who comes with a
 * lock id held that lock. Each is its fence and a digest of id and owner, so that the place is bounded and no id is told.
 *
 * @param text one lock after the other, newest first, as stores keep it; empty if none is known
 */
public record FormerLocks(String text) {

    public static final int MOST = 8;

    /** None that is known of. */
    public static final FormerLocks NONE = new FormerLocks("");

    private static final int DIGEST_BYTES = 16;

    /** The same with a lock that just ended. */
    FormerLocks and(Lock ended) {
        String entry = ended.fence() + ":" + digest(ended.id(), ended.owner());
        return new FormerLocks(
                Stream.concat(Stream.of(entry), entries()).limit(MOST).collect(Collectors.joining(" ")));
    }

    /** The same, and the lock before a change as well if it is not the one after it. */
    public FormerLocks and(@Nullable Lock before, @Nullable Lock after) {
        return before == null || (after != null && after.fence() == before.fence()) ? this : and(before);
    }

    /** Whether this identity, or one that was not proven, held a lock of this id. */
    public boolean held(String id, String subject) {
        String own = digest(id, subject);
        String unproven = digest(id, "");
        return entries().anyMatch(entry -> entry.endsWith(":" + own) || entry.endsWith(":" + unproven));
    }

    /**
     * Whether these are all locks that ended: then an id that is not among them never was one.
     *
     * @param locks how many there ever were, by their fence
     * @param current the one of them that did not end, or null
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
