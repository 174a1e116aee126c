package io.kolumn.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Clients that each do one thing again and again, for a while, and how often they did. */
final class Load {

    /** What one client does again and again. */
    interface Call {
        void once() throws Exception;
    }

    interface Calls {
        Call of(int client) throws Exception;
    }

    /** Calls for each second, and the milliseconds that half and 99 of 100 of them took at most. */
    record Result(double rate, double median, double p99) {}

    private Load() {}

    static List<Call> calls(int clients, Calls calls) throws Exception {
        List<Call> all = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            all.add(calls.of(client));
        }
        return all;
    }

    static Result measure(ExecutorService threads, List<Call> calls, Duration length)
            throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        long end = start + length.toNanos();
        List<Future<List<Long>>> running = new ArrayList<>();
        for (Call call : calls) {
            running.add(threads.submit(() -> {
                List<Long> took = new ArrayList<>();
                long before = System.nanoTime();
                while (before - end < 0) {
                    call.once();
                    long after = System.nanoTime();
                    took.add(after - before);
                    before = after;
                }
                return took;
            }));
        }
        List<Long> all = new ArrayList<>();
        for (Future<List<Long>> thread : running) {
            all.addAll(thread.get());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long[] sorted = all.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Result(
                sorted.length / seconds, sorted[sorted.length / 2] / 1e6, sorted[(int) (sorted.length * 0.99)] / 1e6);
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
