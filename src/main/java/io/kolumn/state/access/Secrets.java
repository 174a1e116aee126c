package io.kolumn.state.access;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The users and tokens of a configuration, by hashes of their secrets. */
final class Secrets {

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
    private final SecretHash nobody;

    /** @param tokens by the hash of each */
    Secrets(Map<String, User> users, Map<SecretHash, Identity> tokens) {
        this.users = Map.copyOf(users);
        tokens.forEach((hash, identity) -> this.tokens.put(ByteBuffer.wrap(hash.bytes()), identity));
        this.nobody = SecretHash.ofNobody(new SecureRandom());
    }

    Optional<Identity> knownUser(String name) {
        return Optional.ofNullable(users.get(name)).map(User::identity);
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

    /** Takes as long for a user that is not there, so that nobody can find out who is. */
    Optional<Identity> user(String name, String password) {
        if (users.isEmpty()) {
            return Optional.empty();
        }
        User user = users.get(name);
        boolean right = false;
        for (SecretHash hash : user == null ? List.of(nobody) : user.hashes()) {
            right |= hash.matches(password);
        }
        return user != null && right ? Optional.of(user.identity()) : Optional.empty();
    }
}
