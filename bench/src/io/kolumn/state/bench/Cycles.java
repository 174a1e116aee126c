package io.kolumn.state.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Terraform's work in the first seconds of a service, and in its first minute. */
final class Cycles {

    private final Testbed bed;

    Cycles(Testbed bed) {
        this.bed = bed;
    }

    /** What a service that has just started needs for the work of each client. */
    void firstCycles() throws Exception {
        Duration length = bed.options().slice().multipliedBy(5).dividedBy(2);
        String what = String.format(
                Locale.ROOT,
                "%s with 10 KiB, 4 clients, first %.1f s",
                Operation.CYCLE.label(),
                length.toMillis() / 1000.0);
        Row rate = new Row(Part.CYCLE, bed.storage().name(), what, "/s");
        for (int round = 0; round < Math.min(3, bed.options().rounds()); round++) {
            for (Subject subject : Testbed.turn(bed.options().packages(), round)) {
                try (Service service = bed.start(subject);
                        Calls calls = new Calls(service, Operation.CYCLE, Testbed.CYCLE_SIZE, 4)) {
                    Testbed.slice(service, calls.all(), length, rate);
                }
            }
        }
        bed.report().add(rate);
    }

    /** What a service needs that is asked a few times a second, as most are, in each quarter of its first minute. */
    void fewCycles() throws Exception {
        Duration length = bed.options().slice().multipliedBy(30);
        List<Row> quarters = new ArrayList<>();
        for (int quarter = 1; quarter <= 4; quarter++) {
            quarters.add(new Row(
                    Part.WARM,
                    bed.storage().name(),
                    String.format(
                            Locale.ROOT,
                            "%s with 10 KiB, 5 times a second, quarter %d of %.0f s, half of them within",
                            Operation.CYCLE.label(),
                            quarter,
                            length.toMillis() / 1000.0),
                    "ms"));
        }
        for (int round = 0; round < Math.min(3, bed.options().rounds()); round++) {
            Map<Service, Calls> all = new LinkedHashMap<>();
            try {
                for (Subject subject : Testbed.turn(bed.options().packages(), round)) {
                    Service service = bed.start(subject);
                    all.put(service, new Calls(service, Operation.CYCLE, Testbed.CYCLE_SIZE, 1));
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
        quarters.forEach(bed.report()::add);
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
}
