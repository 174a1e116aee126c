package io.kolumn.state.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/** Clients that each do one thing again and again, for a while, and how often they did. */
final class Load {

    /** What one client does again and again. */
    interface Call {
        void once() throws Exception;
    }

    /**
     * What one slice gave.
     *
     * @param rate calls for each second
     * @param median milliseconds that half of the calls took at most
     * @param p99 milliseconds that 99 of 100 took at most
     */
    record Result(long calls, double rate, double median, double p99) {}

    private Load() {}

    /** Each call is made at least once, however short the slice is. */
    static Result measure(List<? extends Call> calls, Duration length) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
            long start = System.nanoTime();
            long end = start + length.toNanos();
            List<Future<long[]>> running = new ArrayList<>();
            for (Call call : calls) {
                running.add(threads.submit(() -> again(call, end)));
            }
            LongStream all = LongStream.empty();
            for (Future<long[]> thread : running) {
                all = LongStream.concat(all, LongStream.of(thread.get()));
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            long[] sorted = all.sorted().toArray();
            return new Result(
                    sorted.length,
                    sorted.length / seconds,
                    sorted[sorted.length / 2] / 1e6,
                    sorted[(int) (sorted.length * 0.99)] / 1e6);
        }
    }

    private static long[] again(Call call, long end) throws Exception {
        LongStream.Builder took = LongStream.builder();
        long before = System.nanoTime();
        do {
            call.once();
            long after = System.nanoTime();
            took.add(after - before);
            before = after;
        } while (before - end < 0);
        return took.build().toArray();
    }
}
