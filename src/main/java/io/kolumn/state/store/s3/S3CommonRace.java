package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Unavailable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * The race of all replicas on one object, each through its own gateway. The object is a list of words; who changes it puts
 * one behind the others, under the condition that it is still as it was read. A word whose writer was told that it
 * is in the list must stay there: if it is gone, another was told the same under the same condition.
 *
 * <p>Replicas meet by the time of day, and need not: one that comes late finds the list as the others left it, which is
 * enough to see that a gateway keeps conditions for itself. The nearer their clocks, the more they race.
 */
final class S3CommonRace {

    /** How often each replica puts a word in. */
    static final int LAPS = 8;

    static final Duration LAP = Duration.ofMillis(250);

    /** From the last lap until the list is read for the last time: whoever was late is done. */
    static final Duration GRACE = Duration.ofSeconds(2);

    private static final String WHAT = "The canary could not race";

    private record Listed(Set<String> words, @Nullable String tag) {}

    private final S3Bucket bucket;
    private final String key;
    private final RoundTime time;
    private final List<String> mine = new ArrayList<>();

    S3CommonRace(S3Bucket bucket, String key, RoundTime time) {
        this.bucket = bucket;
        this.key = key;
        this.time = time;
    }

    /**
     * Returns when nothing was seen to be wrong.
     *
     * @throws Unavailable if that cannot be found out now
     */
    void run(Instant start) throws BrokenPromise, InterruptedException {
        for (int lap = 0; lap < LAPS; lap++) {
            Listed before = checked();
            time.until(start.plus(LAP.multipliedBy(lap)));
            append(before);
        }
        time.until(start.plus(LAP.multipliedBy(LAPS)).plus(GRACE));
        checked();
    }

    private Listed checked() throws BrokenPromise {
        Listed now = bucket.read(
                        WHAT,
                        key,
                        (answer, in) -> new Listed(
                                words(new String(in.readAllBytes(), StandardCharsets.UTF_8)),
                                String.valueOf(answer.eTag())))
                .orElse(new Listed(Set.of(), null));
        if (now.tag() == null && !mine.isEmpty()) {
            throw new Unavailable(WHAT + ": another process removed '" + key + "'.", null);
        }
        if (!now.words().containsAll(mine)) {
            throw new BrokenPromise(
                    "let two replicas change one object under the same condition (If-None-Match, If-Match), and kept"
                            + " the change of one");
        }
        return now;
    }

    private static Set<String> words(String text) {
        return new LinkedHashSet<>(text.lines().toList());
    }

    /** One whose answer is lost counts for nothing. */
    private void append(Listed before) {
        String word = UUID.randomUUID().toString();
        Set<String> words = new LinkedHashSet<>(before.words());
        words.add(word);
        byte[] bytes = String.join("\n", words).getBytes(StandardCharsets.UTF_8);
        try {
            PutObjectResponse done = bucket.writeIf(WHAT, key, S3Bucket.Body.of(bytes, "text/plain"), before.tag());
            if (done != null) {
                mine.add(word);
            }
        } catch (Unavailable e) {
            if (!e.outcomeUnknown()) {
                throw e;
            }
        }
    }
}
