package io.kolumn.state.bench;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/** Starts, and the memory of services. */
final class Starts {

    private static final Duration AT_REST = Duration.ofSeconds(12); // what a start took is given back every 5 s

    private final Testbed bed;

    Starts(Testbed bed) {
        this.bed = bed;
    }

    /** Measures starts until the first ready answer. */
    void ready(String what) throws Exception {
        Row ready = new Row(Part.START, bed.storage().name(), what, "ms");
        for (int round = -1; round < bed.options().rounds(); round++) {
            for (Subject subject : Testbed.turn(bed.options().packages(), round)) {
                try (Service service = bed.start(subject)) {
                    OptionalDouble time = service.processorTime();
                    if (round >= 0) { // the first one fills the caches of the machine, and makes the tables
                        double milliseconds = service.ready().toNanos() / 1e6;
                        ready.add(subject.label(), new Row.Round(milliseconds, Row.NONE, time.orElse(Row.NONE)));
                    }
                }
            }
        }
        bed.report().add(ready);
    }

    /** Measures memory at rest, under load, and for one large document. */
    void memory() throws Exception {
        int size = bed.options().largest();
        String document = size / Testbed.MIB + " MiB";
        Row rest = new Row(Part.MEMORY, bed.storage().name(), "resident at rest", "MiB");
        Row busy = new Row(Part.MEMORY, bed.storage().name(), "resident at most, GET of 1 KiB by 64 clients", "MiB");
        Row put = new Row(Part.MEMORY, bed.storage().name(), "PUT of " + document + ", peak above rest", "MiB");
        Row get = new Row(Part.MEMORY, bed.storage().name(), "GET of " + document + ", peak above rest", "MiB");
        for (int round = 0; round < Math.min(3, bed.options().rounds()); round++) {
            for (Subject subject : bed.options().packages()) {
                try (Service service = bed.start(subject)) {
                    Thread.sleep(bed.options().rounds() == 1 ? Duration.ZERO : AT_REST);
                    service.resident().ifPresent(number -> rest.add(subject.label(), number));
                    double before = service.resident().orElse(0);
                    service.forgetPeak();
                    try (Client client = new Client(service.port())) {
                        client.send("PUT", "/v1/states/bench/large", new Documents(size).next());
                        service.peak().ifPresent(number -> put.add(subject.label(), number - before));
                    }
                }
                try (Service service = bed.start(subject);
                        Client client = new Client(service.port())) {
                    double before = service.resident().orElse(0);
                    service.forgetPeak();
                    client.send("GET", "/v1/states/bench/large", new byte[0]);
                    service.peak().ifPresent(number -> get.add(subject.label(), number - before));
                }
                try (Service service = bed.start(subject);
                        Calls calls = new Calls(service, Operation.GET, Testbed.KIB, 64)) {
                    Load.measure(calls.all(), bed.options().slice().multipliedBy(5));
                    service.peak().ifPresent(number -> busy.add(subject.label(), number));
                }
            }
        }
        for (Row row : List.of(rest, busy, put, get)) {
            bed.report().add(row);
        }
    }
}
