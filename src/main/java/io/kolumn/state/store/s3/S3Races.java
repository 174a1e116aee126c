package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Many races of two writers on objects of their own: to create each, and then to replace it. Each is a chance of its own;
 * {@link S3Crowds} beside them are a few more, for a store that fails only under pressure.
 */
final class S3Races {

    /**
     * Bodies as heads are, of a new state and of one with 100 kept versions, and between. A small one alone can hide a race:
     * it is written before anybody could look. So one in six is small.
     */
    static final List<Integer> SIZES = List.of(256, 4 << 10, 32 << 10, 4 << 10, 32 << 10, 4 << 10);

    /** Of so many races one begins with the first byte and not with the last: other windows are open then. */
    private static final int WHOLE = 4;

    private final S3Bucket bucket;
    private final Supplier<String> keys;
    private final int pairs;
    private final AtomicInteger next = new AtomicInteger();
    private volatile boolean stopped;

    /**
     * @param keys of objects that nobody else knows
     * @param pairs how many objects two race for
     */
    S3Races(S3Bucket bucket, Supplier<String> keys, int pairs) {
        this.bucket = bucket;
        this.keys = keys;
        this.pairs = pairs;
    }

    /**
     * @param lanes how many pairs race at the same time, each for its own object
     * @throws Unavailable if that cannot be found out now
     */
    void run(int lanes) throws BrokenPromise {
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int lane = 0; lane < Math.min(lanes, pairs); lane++) {
                running.add(threads.submit(stopping(this::lane)));
            }
        }
        throwFirst(running);
    }

    /**
     * Runs the pairs with crowds beside them.
     *
     * @param timeout how long crowds are waited for after the last pair
     * @throws Unavailable if that cannot be found out now
     */
    void run(int lanes, S3Crowds crowds, Duration timeout) throws BrokenPromise {
        boolean sound = false;
        crowds.start(() -> stopped = true);
        try {
            run(lanes);
            sound = true;
        } finally {
            crowds.end(sound, timeout);
        }
    }

    /** A promise that was broken counts for more than a store that went away. */
    private static void throwFirst(List<Future<?>> ended) throws BrokenPromise {
        Unavailable away = null;
        for (Future<?> one : ended) {
            Throwable failure = one.state() == Future.State.FAILED ? one.exceptionNow() : null;
            if (failure instanceof BrokenPromise broken) {
                throw broken;
            }
            if (failure instanceof Unavailable unavailable) {
                away = unavailable;
            } else if (failure != null) {
                throw new IllegalStateException(failure);
            }
        }
        if (away != null) {
            throw away;
        }
    }

    /** What fails ends the others, after the race that they are in. */
    private Callable<Void> stopping(Callable<Void> races) {
        return () -> {
            try {
                return races.call();
            } catch (BrokenPromise | RuntimeException e) {
                stopped = true;
                throw e;
            }
        };
    }

    private Void lane() throws BrokenPromise {
        for (int pair = next.getAndIncrement(); pair < pairs && !stopped; pair = next.getAndIncrement()) {
            run(bucket, keys, 2, pair);
        }
        return null;
    }

    /** One object, from its creation to what is in it after it was replaced. */
    static void run(S3Bucket bucket, Supplier<String> keys, int racers, int number) throws BrokenPromise {
        S3Race race = new S3Race(bucket, racers, SIZES.get(number % SIZES.size()), number % WHOLE != 0);
        race.shown(race.replace(race.create(keys)));
    }
}
