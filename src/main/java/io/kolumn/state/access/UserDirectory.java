package io.kolumn.state.access;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The users and tokens of a configuration, by hashes of their secrets. */
final class UserDirectory {

    /**
     * A user.
     *
     * @param hashes of passwords, any of which is right
     */
    record User(Identity identity, List<SecretHash> hashes) {

        User {
            hashes = List.copyOf(hashes);
        }
    }

    private final Map<String, User> users;
    private final Map<ByteBuffer, Identity> tokens = new HashMap<>();
    private final KnownPasswords passwords;
    private final SecretHash nobody;

    /**
     * @param tokens by the hash of each
     * @param passwords that were right before
     */
    UserDirectory(Map<String, User> users, Map<SecretHash, Identity> tokens, KnownPasswords passwords) {
        this.users = Map.copyOf(users);
        this.passwords = passwords;
        tokens.forEach((hash, identity) -> this.tokens.put(ByteBuffer.wrap(hash.bytes()), identity));
        this.nobody = SecretHash.ofNobody(new SecureRandom());
    }

    Optional<Identity> knownUser(String name) {
        return Optional.ofNullable(users.get(name)).map(User::identity);
    }

    /** Texts that stand for the present hashes of a user's password, and tell nothing of them; empty if there is none. */
    Set<String> marks(String name) {
        User user = users.get(name);
        return user == null
                ? Set.of()
                : user.hashes().stream().map(SecretHash::mark).collect(Collectors.toSet());
    }

    Optional<Identity> knownToken(String name) {
        return tokens.values().stream()
                .filter(identity -> identity.name().equals(name))
                .findFirst();
    }

    /** Looked up by its hash: how long that takes says nothing of the token, only of a hash that nobody can invert. */
    Optional<Identity> token(String secret) {
        return Optional.ofNullable(tokens.get(ByteBuffer.wrap(SecretHash.quick(secret))));
    }

    /** Whether anybody has a password. */
    boolean hasUsers() {
        return !users.isEmpty();
    }

    /** A user whose password was right before; quick. */
    Optional<Identity> knownUser(String name, String password) {
        User user = users.get(name);
        return user != null && user.hashes().stream().anyMatch(hash -> passwords.has(name, hash, password))
                ? Optional.of(user.identity())
                : Optional.empty();
    }

    /** Whether this password was right for this user before, with whatever hash; quick. */
    boolean wasRight(String name, String password) {
        return passwords.hadAny(name, password);
    }

    /** Slow. Takes as long for a user that is not there, so that nobody can find out who is. */
    Optional<Identity> user(String name, String password) {
        if (users.isEmpty()) {
            return Optional.empty();
        }
        User user = users.get(name);
        boolean right = false;
        for (SecretHash hash : user == null ? List.of(nobody) : user.hashes()) {
            boolean matches = hash.matches(password);
            right |= matches;
            if (user != null && matches) {
                passwords.add(name, hash, password);
            }
        }
        if (user == null || !right) {
            passwords.forget(name, password);
            return Optional.empty();
        }
        return Optional.of(user.identity());
    }
}
