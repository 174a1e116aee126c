package io.kolumn.state.telemetry;

import io.kolumn.state.StateException;
import io.kolumn.state.StoreCount;
import io.quarkus.logging.Log;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The last count of a storage. Whoever looks at it gets what there is at once and may set off the next count, which runs
 * apart: one at a time, not again before {@link #FRESH}, and no more than a fiftieth of the time, however large the storage.
 * Where nobody looks nothing is counted.
 */
final class Count {

    static final Duration FRESH = Duration.ofMinutes(1);

    /** So many times as long as a count took there is none. */
    static final int REST = 50;

    private final Supplier<StoreCount> storage;
    private final LongSupplier nanoTime;
    private final Consumer<Runnable> apart;
    private final AtomicBoolean counting = new AtomicBoolean();
    private volatile @Nullable StoreCount last;
    private volatile long next;
    private volatile boolean begun;

    /**
     * @param storage counts; it may take long
     * @param apart runs something on another thread
     */
    Count(Supplier<StoreCount> storage, LongSupplier nanoTime, Consumer<Runnable> apart) {
        this.storage = storage;
        this.nanoTime = nanoTime;
        this.apart = apart;
    }

    /** Null before the first count has ended. */
    @Nullable
    StoreCount last() {
        boolean due = !begun || nanoTime.getAsLong() - next >= 0;
        if (due && counting.compareAndSet(false, true)) {
            begun = true;
            apart.accept(this::count);
        }
        return last;
    }

    private void count() {
        long start = nanoTime.getAsLong();
        try {
            last = storage.get();
        } catch (StateException e) {
            Log.debugf(e, "The states could not be counted");
        } catch (RuntimeException e) {
            Log.warn("The states could not be counted", e);
        } finally {
            long end = nanoTime.getAsLong();
            next = end + Math.max(FRESH.toNanos(), REST * (end - start));
            counting.set(false);
        }
    }
}
