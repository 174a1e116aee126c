package io.kolumn.state.security;

import io.kolumn.state.access.NewSecret;
import io.kolumn.state.access.TestAccess;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Hashes of secrets of the tests, each made once: those of passwords take long on purpose. */
final class Hashes {

    private static final Map<String, String> PASSWORDS = new ConcurrentHashMap<>();

    private Hashes() {}

    static String password(String password) {
        return PASSWORDS.computeIfAbsent(
                password,
                secret -> NewSecret.password(secret, new SecureRandom()).hash());
    }

    static String token(String token) {
        return TestAccess.hashOf(token);
    }
}
