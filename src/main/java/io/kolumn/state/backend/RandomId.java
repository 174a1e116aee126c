package io.kolumn.state.backend;

import java.util.UUID;

/** Ids of commits and of quarantined documents: 122 random bits in hex. */
final class RandomId {

    private RandomId() {}

    static String next() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
