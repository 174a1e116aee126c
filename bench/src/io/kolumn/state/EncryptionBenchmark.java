package io.kolumn.state;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * GET and PUT through services that differ in nothing but encryption, by one client over one connection, in turn, in one
 * run: the first address is the one to compare with. {@code bench/encryption.sh} runs it.
 */
public final class EncryptionBenchmark {

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final List<String> labels = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();
    private final List<ProcessHandle> processes = new ArrayList<>();
    private final long slice;
    private final int rounds;

    private EncryptionBenchmark(long slice, int rounds) {
        this.slice = slice;
        this.rounds = rounds;
    }

    /** What half of the requests took at most, and what one cost the service of processor time, in milliseconds. */
    private record Cost(double median, double processor) {}

    /** {@code <seconds> <rounds> <sizes in KiB> <what is measured> <label>=<process>@<address>...}. */
    public static void main(String... args) throws IOException, InterruptedException {
        EncryptionBenchmark benchmark =
                new EncryptionBenchmark((long) (1e9 * Double.parseDouble(args[0])), Integer.parseInt(args[1]));
        for (String service : List.of(args).subList(4, args.length)) {
            String[] parts = service.split("[=@]", 3);
            benchmark.labels.add(parts[0]);
            benchmark.processes.add(ProcessHandle.of(Long.parseLong(parts[1])).orElseThrow());
            benchmark.addresses.add(parts[2]);
        }
        benchmark.run(
                Arrays.stream(args[2].split(",", -1))
                        .mapToInt(kib -> 1024 * Integer.parseInt(kib))
                        .toArray(),
                args[3]);
    }

    private interface Request {
        void once() throws IOException, InterruptedException;
    }

    private void run(int[] sizes, String what) throws IOException, InterruptedException {
        for (int size : sizes) {
            List<Request> puts = new ArrayList<>();
            List<Request> gets = new ArrayList<>();
            for (String address : addresses) {
                URI state = URI.create(address + "/v1/states/bench/" + size);
                RisingDocument document = new RisingDocument(size);
                puts.add(() -> put(state, document.next()));
                gets.add(() -> get(state, size));
            }
            compare("PUT", size, what, puts);
            compare("GET", size, what, gets);
        }
    }

    private void put(URI state, byte[] document) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(state)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(document))
                .build();
        int status = http.send(request, BodyHandlers.discarding()).statusCode();
        if (status != 200 && status != 201) {
            throw new IOException("PUT was answered by " + status);
        }
    }

    private void get(URI state, int size) throws IOException, InterruptedException {
        byte[] body = http.send(HttpRequest.newBuilder(state).build(), BodyHandlers.ofByteArray())
                .body();
        if (body.length != size) {
            throw new IOException("GET gave " + body.length + " bytes");
        }
    }

    private void compare(String verb, int size, String what, List<Request> requests)
            throws IOException, InterruptedException {
        Cost[][] costs = new Cost[requests.size()][rounds];
        for (int i = 0; i < requests.size(); i++) {
            cost(i, requests.get(i), 3 * slice);
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < requests.size(); i++) {
                int turn = (i + round) % requests.size();
                costs[turn][round] = cost(turn, requests.get(turn), slice);
            }
        }
        for (int i = 0; i < requests.size(); i++) {
            System.out.printf(
                    Locale.ROOT,
                    "| %s %d KiB, %s | %s | %s | %s |%n",
                    verb,
                    size / 1024,
                    what,
                    labels.get(i),
                    shown(costs[i], costs[0], Cost::median),
                    shown(costs[i], costs[0], Cost::processor));
        }
    }

    private static String shown(Cost[] costs, Cost[] without, ToDoubleFunction<Cost> value) {
        double[] values = Arrays.stream(costs).mapToDouble(value).sorted().toArray();
        double[] ratios = new double[costs.length];
        for (int round = 0; round < costs.length; round++) {
            ratios[round] = value.applyAsDouble(costs[round]) / value.applyAsDouble(without[round]);
        }
        Arrays.sort(ratios);
        int middle = costs.length / 2;
        return String.format(
                Locale.ROOT,
                "%.3f ms | %.2f (%.2f..%.2f)",
                values[middle],
                ratios[middle],
                ratios[0],
                ratios[costs.length - 1]);
    }

    private Cost cost(int service, Request request, long length) throws IOException, InterruptedException {
        List<Long> took = new ArrayList<>();
        Duration used = used(service);
        long end = System.nanoTime() + length;
        long before = System.nanoTime();
        while (before - end < 0) {
            request.once();
            long after = System.nanoTime();
            took.add(after - before);
            before = after;
        }
        long median = took.stream().sorted().skip(took.size() / 2).findFirst().orElseThrow();
        return new Cost(median / 1e6, used(service).minus(used).toNanos() / 1e6 / took.size());
    }

    private Duration used(int service) {
        return processes.get(service).info().totalCpuDuration().orElseThrow();
    }
}
