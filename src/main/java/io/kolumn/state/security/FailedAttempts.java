package io.kolumn.state.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Slows those who guess. Each address has one guess at a password looked at a time, and after a few wrong ones waits
 * before each, longer and longer. What was right before is not a guess and waits for nothing, so that nobody is locked out
 * by a neighbour behind the same address. The memory for it is bounded.
 */
final class FailedAttempts {

    private static final int FREE = 3;
    private static final int IN_LINE = 16;
    private static final long FIRST_MILLIS = 100;
    private static final int MOST = 10_000;
    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    private static final class Attempts {
        private final AtomicInteger failed = new AtomicInteger();
        private final Semaphore places = new Semaphore(IN_LINE);
        private final Semaphore turn = new Semaphore(1, true);
    }

    /** How it waits. */
    interface Pause {
        void millis(long length) throws InterruptedException;
    }

    private final Cache<String, Attempts> addresses;
    private final Pause pause;
    private final long longest;

    /** A hash of a password is slow on purpose: guesses must not take the processors from those who work. */
    private final Semaphore processors =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

    /** @param longest how long an address waits at most */
    FailedAttempts(Duration longest) {
        this(longest, TimeUnit.MILLISECONDS::sleep);
    }

    FailedAttempts(Duration longest, Pause pause) {
        this.longest = longest.toMillis();
        this.pause = pause;
        this.addresses = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterAccess(REMEMBERED)
                .build();
    }

    /**
     * Looks at a guess when it is this address's turn.
     *
     * @param guess true if it was right
     * @return whether it was looked at; false if too many of the same address stand in line already
     */
    boolean guess(String address, Supplier<Boolean> guess) throws InterruptedException {
        Attempts attempts = addresses.get(network(address), _ -> new Attempts());
        if (!attempts.places.tryAcquire()) {
            return false;
        }
        try {
            attempts.turn.acquire();
            try {
                pause.millis(delay(attempts.failed.get()));
                processors.acquire();
                try {
                    if (!guess.get()) {
                        attempts.failed.incrementAndGet();
                    }
                } finally {
                    processors.release();
                }
            } finally {
                attempts.turn.release();
            }
        } finally {
            attempts.places.release();
        }
        return true;
    }

    /** Slows the answer to something wrong that nobody could have guessed. */
    void failed(String address) throws InterruptedException {
        Attempts attempts = addresses.get(network(address), _ -> new Attempts());
        pause.millis(delay(attempts.failed.getAndIncrement()));
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
