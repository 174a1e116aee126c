package io.kolumn.state.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** All parts on one storage, in turn for each package and the bare side. It ends what it has started. */
final class Measurement implements AutoCloseable {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * 1024;
    private static final int CYCLE_SIZE = 10 * KIB;
    private static final int PAGE = 1000;
    private static final Duration AT_REST = Duration.ofSeconds(12); // what a start took is given back every 5 s

    private record Case(Operation operation, int size, int clients) {}

    private final Options options;
    private final Report report;
    private final Path logs;
    private final List<AutoCloseable> open = new ArrayList<>();

    Measurement(Options options, Report report, Path logs) {
        this.options = options;
        this.report = report;
        this.logs = logs;
    }

    void of(Storage storage) throws Exception {
        open.add(storage);
        if (options.parts().contains(Part.START)) {
            starts(storage, "first ready answer, empty");
        }
        if (options.parts().contains(Part.MEMORY) && storage.name().equals("local")) {
            memory(storage);
        }
        if (options.parts().contains(Part.CYCLE) && storage.name().equals("memory")) {
            firstCycles(storage);
        }
        if (options.parts().contains(Part.WARM) && storage.name().equals("memory")) {
            fewCycles(storage);
        }
        boolean load = options.parts().contains(Part.REQUESTS)
                || options.parts().contains(Part.CYCLE)
                || options.parts().contains(Part.LISTS);
        if (!load) {
            return;
        }
        List<Service> services = new ArrayList<>();
        for (Subject subject : options.packages()) {
            services.add(start(storage, subject));
        }
        warmUp(services);
        if (options.parts().contains(Part.REQUESTS)) {
            for (Case one : cases(storage)) {
                compare(Part.REQUESTS, storage, services, one, "");
            }
        }
        if (options.parts().contains(Part.CYCLE)) {
            for (int clients : List.of(1, 8)) {
                compare(Part.CYCLE, storage, services, new Case(Operation.CYCLE, CYCLE_SIZE, clients), "");
            }
        }
        if (options.parts().contains(Part.LISTS) && !storage.name().equals("s3")) {
            lists(storage, services);
            for (Service service : services) {
                service.close();
            }
            if (options.parts().contains(Part.START) && !storage.name().equals("memory")) {
                starts(storage, String.format(Locale.ROOT, "first ready answer, %,d states", options.states()));
            }
        }
    }

    private List<Case> cases(Storage storage) {
        List<Case> cases = new ArrayList<>();
        switch (storage.name()) {
            case "memory" -> {
                for (int clients : List.of(1, 8, 64)) {
                    cases.add(new Case(Operation.PUT, KIB, clients));
                }
                cases.add(new Case(Operation.PUT, 10 * MIB, 1));
                cases.add(new Case(Operation.POST, MIB, 1));
                for (int clients : List.of(1, 8, 64)) {
                    cases.add(new Case(Operation.GET, KIB, clients));
                }
                cases.add(new Case(Operation.GET, 10 * KIB, 8));
                cases.add(new Case(Operation.GET, 100 * KIB, 64));
                cases.add(new Case(Operation.GET, MIB, 64));
                cases.add(new Case(Operation.LOCK, KIB, 1));
            }
            case "local" -> {
                cases.add(new Case(Operation.PUT, KIB, 1));
                cases.add(new Case(Operation.PUT, KIB, 8));
                cases.add(new Case(Operation.PUT, 100 * KIB, 8));
                cases.add(new Case(Operation.PUT, MIB, 8));
                cases.add(new Case(Operation.GET, KIB, 64));
                cases.add(new Case(Operation.GET, options.largest(), 1));
                cases.add(new Case(Operation.LOCK, KIB, 8));
            }
            case "postgres" -> {
                for (int clients : List.of(1, 8, 32)) {
                    cases.add(new Case(Operation.PUT, KIB, clients));
                }
                cases.add(new Case(Operation.PUT, 100 * KIB, 8));
                for (int clients : List.of(1, 8, 32)) {
                    cases.add(new Case(Operation.GET, KIB, clients));
                }
                cases.add(new Case(Operation.GET, 100 * KIB, 8));
                cases.add(new Case(Operation.LOCK, KIB, 8));
            }
            default -> {
                cases.add(new Case(Operation.PUT, KIB, 1));
                cases.add(new Case(Operation.PUT, KIB, 8));
                cases.add(new Case(Operation.PUT, MIB, 1));
                cases.add(new Case(Operation.GET, KIB, 1));
                cases.add(new Case(Operation.GET, KIB, 8));
                cases.add(new Case(Operation.GET, MIB, 8));
            }
        }
        return cases;
    }

    private Service start(Storage storage, Subject subject) throws Exception {
        Files.createDirectories(logs);
        Path log = logs.resolveSibling(logs.getFileName() + "-service.log");
        Service service = Service.start(subject, storage.settings(subject), log);
        open.add(service);
        return service;
    }

    private void starts(Storage storage, String what) throws Exception {
        Row ready = new Row(Part.START, storage.name(), what, "ms");
        for (int round = -1; round < options.rounds(); round++) {
            for (Subject subject : turn(options.packages(), round)) {
                try (Service service = start(storage, subject)) {
                    OptionalDouble time = service.processorTime();
                    if (round >= 0) { // the first one fills the caches of the machine, and makes the tables
                        double milliseconds = service.ready().toNanos() / 1e6;
                        ready.add(subject.label(), new Row.Round(milliseconds, Row.NONE, time.orElse(Row.NONE)));
                    }
                }
            }
        }
        report.add(ready);
    }

    /** Who begins takes turns, too. */
    private static <T> List<T> turn(List<T> sides, int round) {
        return round % 2 == 0 ? sides : sides.reversed();
    }

    private void memory(Storage storage) throws Exception {
        int size = options.largest();
        String document = size / MIB + " MiB";
        Row rest = new Row(Part.MEMORY, storage.name(), "resident at rest", "MiB");
        Row busy = new Row(Part.MEMORY, storage.name(), "resident at most, GET of 1 KiB by 64 clients", "MiB");
        Row put = new Row(Part.MEMORY, storage.name(), "PUT of " + document + ", peak above rest", "MiB");
        Row get = new Row(Part.MEMORY, storage.name(), "GET of " + document + ", peak above rest", "MiB");
        for (int round = 0; round < Math.min(3, options.rounds()); round++) {
            for (Subject subject : options.packages()) {
                try (Service service = start(storage, subject)) {
                    Thread.sleep(options.rounds() == 1 ? Duration.ZERO : AT_REST);
                    service.resident().ifPresent(number -> rest.add(subject.label(), number));
                    double before = service.resident().orElse(0);
                    service.forgetPeak();
                    try (Client client = new Client(service.port())) {
                        client.send("PUT", "/v1/states/bench/large", new Documents(size).next());
                        service.peak().ifPresent(number -> put.add(subject.label(), number - before));
                    }
                }
                try (Service service = start(storage, subject);
                        Client client = new Client(service.port())) {
                    double before = service.resident().orElse(0);
                    service.forgetPeak();
                    client.send("GET", "/v1/states/bench/large", new byte[0]);
                    service.peak().ifPresent(number -> get.add(subject.label(), number - before));
                }
                try (Service service = start(storage, subject);
                        Calls calls = new Calls(service, Operation.GET, KIB, 64)) {
                    Load.measure(calls.all(), options.slice().multipliedBy(5));
                    service.peak().ifPresent(number -> busy.add(subject.label(), number));
                }
            }
        }
        for (Row row : List.of(rest, busy, put, get)) {
            report.add(row);
        }
    }

    /** What a service that has just started needs for the work of each client. */
    private void firstCycles(Storage storage) throws Exception {
        Duration length = options.slice().multipliedBy(5).dividedBy(2);
        String what = String.format(
                Locale.ROOT,
                "%s with 10 KiB, 4 clients, first %.1f s",
                Operation.CYCLE.label(),
                length.toMillis() / 1000.0);
        Row rate = new Row(Part.CYCLE, storage.name(), what, "/s");
        for (int round = 0; round < Math.min(3, options.rounds()); round++) {
            for (Subject subject : turn(options.packages(), round)) {
                try (Service service = start(storage, subject);
                        Calls calls = new Calls(service, Operation.CYCLE, CYCLE_SIZE, 4)) {
                    slice(service, calls.all(), length, rate);
                }
            }
        }
        report.add(rate);
    }

    /** What a service needs that is asked a few times a second, as most are, in each quarter of its first minute. */
    private void fewCycles(Storage storage) throws Exception {
        Duration length = options.slice().multipliedBy(30);
        List<Row> quarters = new ArrayList<>();
        for (int quarter = 1; quarter <= 4; quarter++) {
            quarters.add(new Row(
                    Part.WARM,
                    storage.name(),
                    String.format(
                            Locale.ROOT,
                            "%s with 10 KiB, 5 times a second, quarter %d of %.0f s, half of them within",
                            Operation.CYCLE.label(),
                            quarter,
                            length.toMillis() / 1000.0),
                    "ms"));
        }
        for (int round = 0; round < Math.min(3, options.rounds()); round++) {
            Map<Service, Calls> all = new LinkedHashMap<>();
            try {
                for (Subject subject : turn(options.packages(), round)) {
                    Service service = start(storage, subject);
                    all.put(service, new Calls(service, Operation.CYCLE, CYCLE_SIZE, 1));
                }
                for (Row row : quarters) {
                    paced(all, length.dividedBy(4), row);
                }
            } finally {
                for (Map.Entry<Service, Calls> one : all.entrySet()) {
                    one.getValue().close();
                    one.getKey().close();
                }
            }
        }
        quarters.forEach(report::add);
    }

    private static void paced(Map<Service, Calls> all, Duration length, Row row) throws Exception {
        Map<Service, List<Double>> took = new LinkedHashMap<>();
        long start = System.nanoTime();
        for (int call = 0; call == 0 || System.nanoTime() - start < length.toNanos(); call++) {
            for (Map.Entry<Service, Calls> one : all.entrySet()) {
                long before = System.nanoTime();
                one.getValue().all().getFirst().once();
                double milliseconds = (System.nanoTime() - before) / 1e6;
                took.computeIfAbsent(one.getKey(), ignored -> new ArrayList<>()).add(milliseconds);
                Thread.sleep(Duration.ofMillis(200).dividedBy(all.size()));
            }
        }
        took.forEach((service, times) -> {
            List<Double> sorted = times.stream().sorted().toList();
            row.add(service.subject().label(), sorted.get(sorted.size() / 2));
        });
    }

    private void warmUp(List<Service> services) throws Exception {
        for (Service service : services) {
            for (Operation operation : Operation.values()) {
                try (Calls calls = new Calls(service, operation, CYCLE_SIZE, 8)) {
                    Load.measure(calls.all(), options.warmUp().dividedBy(Operation.values().length));
                }
            }
        }
    }

    private void compare(Part part, Storage storage, List<Service> services, Case one, String where) throws Exception {
        String what = one.operation().label() + (one.operation() == Operation.LOCK ? "" : ", " + bytes(one.size()))
                + ", " + (one.clients() == 1 ? "1 client" : one.clients() + " clients") + where;
        Row rate = new Row(part, storage.name(), what, "/s");
        Map<Service, Calls> ours = new LinkedHashMap<>();
        List<Storage.BareCall> bare = new ArrayList<>();
        try {
            for (Service service : services) {
                ours.put(service, new Calls(service, one.operation(), one.size(), one.clients()));
            }
            for (int client = 0; client < one.clients(); client++) {
                storage.bare(one.operation(), one.size(), client).ifPresent(bare::add);
            }
            for (int round = -1; round < options.rounds(); round++) { // the first one warms up
                boolean counts = round >= 0;
                for (Service service : turn(List.copyOf(ours.keySet()), round)) {
                    List<Load.Call> calls = ours.get(service).all();
                    if (counts) {
                        slice(service, calls, options.slice(), rate);
                    } else {
                        Load.measure(calls, options.slice());
                    }
                }
                if (!bare.isEmpty()) {
                    Load.Result result = Load.measure(bare, options.slice());
                    if (counts) {
                        rate.add(
                                storage.bareLabel(one.operation()),
                                new Row.Round(result.rate(), result.p99(), Row.NONE));
                    }
                }
            }
        } finally {
            for (Calls calls : ours.values()) {
                calls.close();
            }
            for (Storage.BareCall call : bare) {
                call.close();
            }
        }
        report.add(rate);
    }

    private static void slice(Service service, List<Load.Call> calls, Duration length, Row row) throws Exception {
        OptionalDouble before = service.processorTime();
        Load.Result result = Load.measure(calls, length);
        OptionalDouble after = service.processorTime();
        double processor = before.isPresent() && after.isPresent()
                ? (after.getAsDouble() - before.getAsDouble()) / result.calls()
                : Row.NONE;
        row.add(service.subject().label(), new Row.Round(result.rate(), result.p99(), processor));
    }

    private void lists(Storage storage, List<Service> services) throws Exception {
        list(storage, services, "few");
        for (Service service : services) {
            fill(service);
        }
        String many = String.format(Locale.ROOT, "%,d", options.states());
        list(storage, services, many);
        for (Operation operation : List.of(Operation.PUT, Operation.GET)) {
            compare(Part.LISTS, storage, services, new Case(operation, KIB, 8), ", beside " + many + " states");
        }
    }

    private void list(Storage storage, List<Service> services, String among) throws Exception {
        String what = "list of " + PAGE + " among " + among + " states, 1 client";
        Row rate = new Row(Part.LISTS, storage.name(), what, "/s");
        for (int round = -1; round < options.rounds(); round++) {
            for (Service service : turn(services, round)) {
                try (Client client = new Client(service.port())) {
                    List<Load.Call> calls = List.of(() -> client.send("GET", "/v1/states?limit=" + PAGE, new byte[0]));
                    if (round < 0) {
                        Load.measure(calls, options.slice());
                    } else {
                        slice(service, calls, options.slice(), rate);
                    }
                }
            }
        }
        report.add(rate);
    }

    private void fill(Service service) throws Exception {
        int clients = 16;
        List<Load.Call> calls = new ArrayList<>();
        for (int number = 0; number < clients; number++) {
            int first = number;
            calls.add(() -> {
                Documents document = new Documents(KIB);
                try (Client client = new Client(service.port())) {
                    for (int state = first; state < options.states(); state += clients) {
                        client.send("PUT", "/v1/states/list/" + state % 100 + "/" + state, document.next());
                    }
                }
            });
        }
        Load.measure(calls, Duration.ZERO);
    }

    private static String bytes(int size) {
        return size >= MIB ? size / MIB + " MiB" : size / KIB + " KiB";
    }

    @Override
    public void close() throws Exception {
        Exception failure = null;
        for (AutoCloseable one : open.reversed()) {
            try {
                one.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        open.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
