package io.kolumn.state.http;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many refusals of callers who proved nothing get a line of their own: so many in a minute. The others are counted, so
 * that nobody can fill the disk of an audit trail, or hide in it what matters.
 */
public final class RefusalLines {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /**
     * Refusals without a line of their own.
     *
     * @param count how many
     * @param from the time of the first
     * @param until the time of the last
     */
    public record Sum(long count, Instant from, Instant until) {}

    private final int most;
    private @Nullable Instant begun;
    private int lines;
    private long count;
    private @Nullable Instant from;
    private Instant until = Instant.EPOCH;

    /** @param most lines in a minute */
    public RefusalLines(int most) {
        this.most = most;
    }

    /** Whether one more may have a line of its own; if not it is counted. */
    public synchronized boolean mayHaveOne(Instant now) {
        if (begun == null || over(begun, now)) {
            begun = now;
            lines = 0;
        }
        if (lines < most) {
            lines++;
            return true;
        }
        count(now);
        return false;
    }

    /** One without a line for any other reason. */
    public synchronized void count(Instant now) {
        from = from == null ? now : from;
        until = now;
        count++;
    }

    private static boolean over(Instant begun, Instant now) {
        return now.isBefore(begun) || !now.isBefore(begun.plus(MINUTE));
    }

    /** What was counted, a minute after the first; then it begins anew. */
    public synchronized Optional<Sum> due(Instant now) {
        return from != null && over(from, now) ? all() : Optional.empty();
    }

    /** What was counted; then it begins anew. */
    public synchronized Optional<Sum> all() {
        Instant first = from;
        if (first == null) {
            return Optional.empty();
        }
        Sum sum = new Sum(count, first, until);
        from = null;
        count = 0;
        return Optional.of(sum);
    }

    /** What could not be written is counted on. */
    public synchronized void again(Sum sum) {
        from = sum.from();
        until = sum.until().isAfter(until) ? sum.until() : until;
        count += sum.count();
    }
}
