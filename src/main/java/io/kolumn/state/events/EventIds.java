package io.kolumn.state.events;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ids of events: the time in microseconds, and a digest of what the event is about. */
final class EventIds {

    private static final Pattern ID = Pattern.compile("(\\d{1,16})-[0-9a-f]{16}(\\.[0-9a-f]{16})?");

    private EventIds() {}

    static String id(Instant time, String key) {
        return of(time, digest(key));
    }

    /** {@code rest}: a digest, or the mark of a process. */
    static String of(Instant time, String rest) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time) + "-" + rest;
    }

    /** A random mark of a process, which is no digest of anything. */
    static String mark() {
        return digest(UUID.randomUUID().toString());
    }

    /** The time of an id, perhaps with the mark of a process behind it; empty if it is not one. */
    static Optional<Instant> time(String id) {
        Matcher matcher = ID.matcher(id);
        return matcher.matches()
                ? Optional.of(Instant.EPOCH.plus(Long.parseLong(matcher.group(1)), ChronoUnit.MICROS))
                : Optional.empty();
    }

    private static String digest(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
