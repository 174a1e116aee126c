package io.kolumn.state.encryption;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says that a state is plain from a version on, on purpose. It is kept beside the state as its keys are
 * ({@link KeyRecord}); its content can only be made with the key that it names.
 *
 * @param version the record as the store has it
 * @param from the number of the first version that was plain
 * @param key the id of the key of the state that seals it
 */
record PlainSeal(StateVersion version, long from, String key) {

    private static final Pattern ID = Pattern.compile("key-plain-[0-9a-f]{32}");
    private static final Pattern OPERATION = Pattern.compile("plain from (\\d{1,18}) by ([0-9a-f]{32})");

    /** Empty if it is the record of anything else. */
    static Optional<PlainSeal> of(StateVersion version) {
        Matcher operation = OPERATION.matcher(version.operation());
        return version.sealed() && ID.matcher(version.id()).matches() && operation.matches()
                ? Optional.of(new PlainSeal(version, Long.parseLong(operation.group(1)), operation.group(2)))
                : Optional.empty();
    }

    static PlainSeal of(StateKey key, StateDocument content, long from, String random, Instant now) {
        StateVersion version = new StateVersion(
                0,
                "key-plain-" + random,
                StateDocument.Format.SEALED,
                false,
                null,
                null,
                content.sha256(),
                content.size(),
                now,
                "",
                "plain from " + from + " by " + key.id(),
                0);
        return new PlainSeal(version, from, key.id());
    }

    static StateDocument content(StateKey key, StateName name, long from) {
        byte[] seal = key.derive(
                        new StateKey.Bound("plain-from").text(name.value()).number(from))
                .getEncoded();
        return StateDocument.sealed(List.of(HexFormat.of().formatHex(seal).getBytes(StandardCharsets.US_ASCII)));
    }

    /** Whether the key made it. */
    boolean isMadeWith(StateKey stateKey, StateName name, StateDocument content) {
        return MessageDigest.isEqual(content(stateKey, name, from).toBytes(), content.toBytes());
    }
}
