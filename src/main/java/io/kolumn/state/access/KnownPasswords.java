package io.kolumn.state.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Passwords that were right, each for one user and one hash of the configuration. One stays known while it is used, also
 * when identities and rules are read again, so that guesses of others cannot come between a user and its work. Bounded;
 * none is kept as text.
 */
final class KnownPasswords {

    private static final int MAX_ENTRIES = 10_000;
    private static final Duration UNUSED = Duration.ofDays(1);

    private final KeyedHash names = new KeyedHash();
    private final Cache<ByteBuffer, Boolean> right = cache();
    private final Cache<ByteBuffer, Boolean> users = cache();

    private static Cache<ByteBuffer, Boolean> cache() {
        return Caffeine.newBuilder()
                .maximumSize(MAX_ENTRIES)
                .expireAfterAccess(UNUSED)
                .build();
    }

    /** Quick. A hash that is not in the configuration any more is not asked for. */
    boolean has(String user, SecretHash hash, String password) {
        return right.getIfPresent(key(user, hash, password)) != null;
    }

    /** Whether it was right with any hash, such as the one before a change of the configuration: then it is not a guess. */
    boolean hadAny(String user, String password) {
        return users.getIfPresent(names.of(user, password)) != null;
    }

    void add(String user, SecretHash hash, String password) {
        right.put(key(user, hash, password), true);
        users.put(names.of(user, password), true);
    }

    /** It is not right any more: the next time it is a guess. */
    void forget(String user, String password) {
        users.invalidate(names.of(user, password));
    }

    private ByteBuffer key(String user, SecretHash hash, String password) {
        return names.of(user, hash.text(), password);
    }
}
