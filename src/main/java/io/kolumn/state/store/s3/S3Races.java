package io.kolumn.state.store.s3;

import io.kolumn.state.StateException.Unavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Many races on objects of their own: to create each, and then to replace it. Pairs are what counts: they are many, and
 * each is a chance of its own. A crowd is a few more chances for a store that fails only under pressure.
 */
final class S3Races {

    /**
     * Bodies as heads are, of a new state and of one with 100 kept versions, and between. A small one alone can hide a race:
     * it is written before anybody could look.
     */
    static final List<Integer> SIZES = List.of(256, 4 << 10, 32 << 10);

    static final int CROWD = 8;

    /** Of so many races one begins with the first byte and not with the last: other windows are open then. */
    private static final int WHOLE = 4;

    private final S3Bucket bucket;
    private final Supplier<String> keys;
    private final int pairs;
    private final int crowds;
    private final AtomicInteger next = new AtomicInteger();
    private volatile boolean stopped;

    /**
     * @param keys of objects that nobody else knows
     * @param pairs how many objects two race for
     * @param crowds how many objects {@link #CROWD} race for, at most: no more begin after the last pair has
     */
    S3Races(S3Bucket bucket, Supplier<String> keys, int pairs, int crowds) {
        this.bucket = bucket;
        this.keys = keys;
        this.pairs = pairs;
        this.crowds = crowds;
    }

    /**
     * @param lanes how many pairs race at the same time, each for its own object
     * @throws Unavailable if that cannot be found out now
     */
    void run(int lanes) throws BrokenPromise {
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            if (crowds > 0) {
                running.add(threads.submit(stopping(this::crowds)));
            }
            for (int lane = 0; lane < Math.min(lanes, pairs); lane++) {
                running.add(threads.submit(stopping(this::lane)));
            }
        }
        throwFirst(running);
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
            race(2, pair);
        }
        return null;
    }

    /** Slow where a store has writers of one object wait for each other: the first tells, the others only if there is time. */
    private Void crowds() throws BrokenPromise {
        for (int crowd = 0; crowd < crowds && !stopped && (crowd == 0 || next.get() < pairs); crowd++) {
            race(CROWD, crowd);
        }
        return null;
    }

    private void race(int racers, int number) throws BrokenPromise {
        S3Race race = new S3Race(bucket, racers, SIZES.get(number % SIZES.size()), number % WHOLE != 0);
        race.shown(race.replace(race.create(keys)));
    }
}
