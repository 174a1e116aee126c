package io.kolumn.state.encryption;

import io.kolumn.state.StateDocument;
import io.kolumn.state.StateVersion;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says that a state was purged up to a version: whoever writes it after that needs a key that was made for a later one. It is
 * kept beside the state as its keys are ({@link KeyRecord}), from before the purge.
 */
final class KeysEnd {

    private static final String PREFIX = "key-ended-";
    private static final Pattern ID = Pattern.compile(PREFIX + "[0-9a-f]{32}");
    private static final Pattern OPERATION = Pattern.compile("purged up to (\\d{1,18})");

    private KeysEnd() {}

    static StateDocument content(long number) {
        return StateDocument.sealed(List.of(operation(number).getBytes(StandardCharsets.US_ASCII)));
    }

    private static String operation(long number) {
        return "purged up to " + number;
    }

    static StateVersion record(StateDocument content, long number, String random, Instant now) {
        return new StateVersion(
                0,
                PREFIX + random,
                StateDocument.Format.SEALED,
                false,
                null,
                null,
                content.sha256(),
                content.size(),
                now,
                "",
                operation(number),
                0);
    }

    /** The number of the newest version that was ever purged; 0 if there is none. */
    static long last(List<StateVersion> quarantined) {
        return quarantined.stream().mapToLong(KeysEnd::number).max().orElse(0);
    }

    /** Whether it is one that a later one makes superfluous. */
    static boolean before(StateVersion version, long number) {
        long ended = number(version);
        return ended > 0 && ended < number;
    }

    private static long number(StateVersion version) {
        Matcher operation = OPERATION.matcher(version.operation());
        return version.sealed() && ID.matcher(version.id()).matches() && operation.matches()
                ? Long.parseLong(operation.group(1))
                : 0;
    }
}
