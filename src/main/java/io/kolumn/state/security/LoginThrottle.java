package io.kolumn.state.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Slows those who guess passwords, and nobody else. Each guess stands in three lines, one behind the other: that of its user
 * at its address, that of its address, and that of all. Each line is first come, first served, so that addresses take
 * turns, and the users of one address do. A wrong guess pays when it was looked at: its answer is held back, longer and
 * longer. A right one is never held back. The memory for all of it is bounded.
 */
final class LoginThrottle {

    private static final int FREE = 3;
    private static final long FIRST_MILLIS = 100;

    /** What is left between two guesses at one password from one address once some were wrong, however fast the machine. */
    private static final long APART_MILLIS = 250;

    private static final int IN_LINE_OF_USER = 64;
    private static final int IN_LINE_OF_ADDRESS = 512;
    private static final int IN_LINE = 2_048;
    private static final int HELD_BACK = 1_024;
    private static final int MAX_ENTRIES = 10_000;
    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    /** How it waits. */
    interface Pause {
        void millis(long length) throws InterruptedException;
    }

    /** A name may be long, and is only kept as a number: two that share one share a line. */
    private record Guesser(String network, int user) {}

    private static final class Line {
        private final AtomicInteger failed = new AtomicInteger();
        private final Semaphore places;
        private final Semaphore turns;

        Line(int places, int turns) {
            this.places = new Semaphore(places);
            this.turns = new Semaphore(turns, true);
        }
    }

    private final Cache<Guesser, Line> users = lines();
    private final Cache<String, Line> addresses = lines();
    private final Semaphore heldBack = new Semaphore(HELD_BACK);
    private final Line all;
    private final int turnsOfAddress;
    private final Pause pause;
    private final long longest;

    /** @param longest how long an answer is held back at most */
    LoginThrottle(Duration longest) {
        this(longest, Runtime.getRuntime().availableProcessors(), TimeUnit.MILLISECONDS::sleep);
    }

    /** A hash of a password is slow on purpose: half of the processors stay for those who work, and half of those for others. */
    LoginThrottle(Duration longest, int processors, Pause pause) {
        this.longest = longest.toMillis();
        this.pause = pause;
        this.all = new Line(IN_LINE, Math.max(1, processors / 2));
        this.turnsOfAddress = Math.max(1, processors / 4);
    }

    private static <K> Cache<K, Line> lines() {
        return Caffeine.newBuilder()
                .maximumSize(MAX_ENTRIES)
                .expireAfterAccess(REMEMBERED)
                .build();
    }

    /**
     * Looks at a guess when its turn comes; returns later where it was wrong.
     *
     * @param guess true if it was right
     * @return whether it was looked at; false if too many stand in one of its lines
     */
    boolean guess(String address, String user, BooleanSupplier guess) throws InterruptedException {
        String network = network(address);
        Line ofUser = users.get(new Guesser(network, user.hashCode()), _ -> new Line(IN_LINE_OF_USER, 1));
        Line ofAddress = addresses.get(network, _ -> new Line(IN_LINE_OF_ADDRESS, turnsOfAddress));
        List<Line> lines = List.of(ofUser, ofAddress, all);
        int entered = 0;
        boolean right;
        try {
            for (Line line : lines) {
                if (!line.places.tryAcquire()) {
                    return false;
                }
                entered++;
            }
            right = inTurn(lines, 0, guess);
        } finally {
            lines.subList(0, entered).forEach(line -> line.places.release());
        }
        if (!right) {
            holdBack(delay(ofAddress.failed.getAndIncrement()));
        }
        return true;
    }

    private boolean inTurn(List<Line> lines, int at, BooleanSupplier guess) throws InterruptedException {
        if (at == lines.size()) {
            return guess.getAsBoolean();
        }
        Line line = lines.get(at);
        line.turns.acquire();
        try {
            boolean right = inTurn(lines, at + 1, guess);
            if (!right && at == 0) {
                pause.millis(Math.min(APART_MILLIS, delay(line.failed.getAndIncrement())));
            }
            return right;
        } finally {
            line.turns.release();
        }
    }

    /** How many wait to be looked at, or are just looked at. */
    int inLine() {
        return IN_LINE - all.places.availablePermits();
    }

    private void holdBack(long millis) throws InterruptedException {
        if (millis > 0 && heldBack.tryAcquire()) {
            try {
                pause.millis(millis);
            } finally {
                heldBack.release();
            }
        }
    }

    private long delay(int failed) {
        return failed < FREE ? 0 : Math.min(longest, FIRST_MILLIS << Math.min(failed - FREE, 10));
    }

    /** Whoever has one address of IPv6 has a whole network of them. */
    static String network(@Nullable String address) {
        if (address == null) {
            return "";
        }
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            InetAddress parsed = InetAddress.ofLiteral(address);
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), 8))
                    : parsed.getHostAddress();
        } catch (IllegalArgumentException e) {
            return address;
        }
    }
}
