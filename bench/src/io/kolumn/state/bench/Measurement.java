package io.kolumn.state.bench;

import java.util.List;
import java.util.Locale;

/** All parts on one storage, in their order. */
final class Measurement {

    private Measurement() {}

    static void of(Testbed bed) throws Exception {
        Starts starts = new Starts(bed);
        if (bed.asked(Part.START)) {
            starts.ready("first ready answer, empty");
        }
        if (bed.asked(Part.MEMORY, "local")) {
            starts.memory();
        }
        Cycles cycles = new Cycles(bed);
        if (bed.asked(Part.CYCLE, "memory")) {
            cycles.firstCycles();
        }
        if (bed.asked(Part.WARM, "memory")) {
            cycles.fewCycles();
        }
        if (bed.asked(Part.REQUESTS) || bed.asked(Part.CYCLE) || bed.asked(Part.LISTS)) {
            load(bed);
        }
        if (bed.asked(Part.START, "local", "postgres") && bed.asked(Part.LISTS)) {
            starts.ready(String.format(
                    Locale.ROOT, "first ready answer, %,d states", bed.options().states()));
        }
    }

    private static void load(Testbed bed) throws Exception {
        List<Service> services = bed.startAll();
        Requests requests = new Requests(bed);
        requests.warmUp(services);
        if (bed.asked(Part.REQUESTS)) {
            requests.run(services);
        }
        if (bed.asked(Part.CYCLE)) {
            for (int clients : List.of(1, 8)) {
                requests.compare(
                        Part.CYCLE, services, new Requests.Case(Operation.CYCLE, Testbed.CYCLE_SIZE, clients), "");
            }
        }
        if (bed.asked(Part.LISTS, "memory", "local", "postgres")) {
            new Lists(bed).run(services);
        }
        for (Service service : services) {
            service.close();
        }
    }
}
