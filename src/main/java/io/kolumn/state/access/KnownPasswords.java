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

    private static final int MOST = 10_000;
    private static final Duration UNUSED = Duration.ofDays(1);

    private final KeyedHash names = new KeyedHash();
    private final Cache<ByteBuffer, Boolean> right =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterAccess(UNUSED).build();

    /** Quick. A hash that is not in the configuration any more is not asked for. */
    boolean has(String user, SecretHash hash, String password) {
        return right.getIfPresent(key(user, hash, password)) != null;
    }

    void add(String user, SecretHash hash, String password) {
        right.put(key(user, hash, password), true);
    }

    private ByteBuffer key(String user, SecretHash hash, String password) {
        return names.of(user, hash.text(), password);
    }
}
