package io.kolumn.state.encryption;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreCount;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The record of a wrapped key of a state, which is kept beside the state as something that was quarantined: its id is
 * {@code key-<id of the key>-<random>}, its operation says which keys of the provider were active when it was made and
 * wrapped it, and for which version it was made. Its content is what the provider needs to unwrap it.
 *
 * @param version the record as the store has it
 * @param key the id of the key of the state
 * @param madeUnder the id of the provider's key that was active when the key of the state was made
 * @param wrappedBy the id of the provider's key that wrapped it
 * @param madeFor the number of the first version that it was made for, which the wrapping is bound to; 0 in a record of an
 *     earlier release, which does not say
 */
record KeyRecord(StateVersion version, String key, String madeUnder, String wrappedBy, long madeFor) {

    private static final String PREFIX = StoreCount.KEY;
    private static final Pattern ID = Pattern.compile(PREFIX + "([0-9a-f]{32})-[0-9a-f]{32}");
    private static final Pattern OPERATION =
            Pattern.compile("key made-under (\\S+) wrapped-by (\\S+)(?: for (\\d{1,18}))?");

    /** Whether only the record of a key has such an id. */
    static boolean named(StateVersion version) {
        return version.number() == 0 && version.id().startsWith(PREFIX);
    }

    /** Empty if it is the record of a document. */
    static Optional<KeyRecord> of(StateVersion version) {
        Matcher id = ID.matcher(version.id());
        Matcher operation = OPERATION.matcher(version.operation());
        return named(version) && version.sealed() && id.matches() && operation.matches()
                ? Optional.of(
                        new KeyRecord(version, id.group(1), operation.group(1), operation.group(2), number(operation)))
                : Optional.empty();
    }

    private static long number(Matcher operation) {
        return operation.group(3) == null ? 0 : Long.parseLong(operation.group(3));
    }

    static KeyRecord of(
            StateKey key, String wrappedBy, long madeFor, String random, StateDocument content, Instant now) {
        String operation = "key made-under " + key.madeUnder() + " wrapped-by " + wrappedBy
                + (madeFor == 0 ? "" : " for " + madeFor);
        StateVersion version = new StateVersion(
                0,
                PREFIX + key.id() + "-" + random,
                StateDocument.Format.SEALED,
                false,
                null,
                null,
                content.sha256(),
                content.size(),
                now,
                "",
                operation,
                0);
        return new KeyRecord(version, key.id(), key.madeUnder(), wrappedBy, madeFor);
    }
}
