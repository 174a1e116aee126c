package io.kolumn.state.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Requests of one kind, by some clients at the same time, beside the bare side. */
final class Requests {

    /** What is asked for, with documents of how many bytes, by how many clients. */
    record Case(Operation operation, int size, int clients) {}

    private final Testbed bed;

    Requests(Testbed bed) {
        this.bed = bed;
    }

    void run(List<Service> services) throws Exception {
        for (Case one : cases()) {
            compare(Part.REQUESTS, services, one, "");
        }
    }

    private List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        switch (bed.storage().name()) {
            case "memory" -> {
                for (int clients : List.of(1, 8, 64)) {
                    cases.add(new Case(Operation.PUT, Testbed.KIB, clients));
                }
                for (int clients : List.of(1, 8, 64)) {
                    cases.add(new Case(Operation.GET, Testbed.KIB, clients));
                }
                cases.add(new Case(Operation.GET, 10 * Testbed.KIB, 8));
                cases.add(new Case(Operation.GET, 100 * Testbed.KIB, 64));
                cases.add(new Case(Operation.GET, Testbed.MIB, 64));
                cases.add(new Case(Operation.LOCK, Testbed.KIB, 1));
                // Last, since what is kept of them fills the heap.
                cases.add(new Case(Operation.POST, Testbed.MIB, 1));
                cases.add(new Case(Operation.PUT, 10 * Testbed.MIB, 1));
            }
            case "local" -> {
                cases.add(new Case(Operation.PUT, Testbed.KIB, 1));
                cases.add(new Case(Operation.PUT, Testbed.KIB, 8));
                cases.add(new Case(Operation.PUT, 100 * Testbed.KIB, 8));
                cases.add(new Case(Operation.PUT, Testbed.MIB, 8));
                cases.add(new Case(Operation.GET, Testbed.KIB, 64));
                cases.add(new Case(Operation.GET, bed.options().largest(), 1));
                cases.add(new Case(Operation.LOCK, Testbed.KIB, 8));
            }
            case "postgres" -> {
                for (int clients : List.of(1, 8, 32)) {
                    cases.add(new Case(Operation.PUT, Testbed.KIB, clients));
                }
                cases.add(new Case(Operation.PUT, 100 * Testbed.KIB, 8));
                for (int clients : List.of(1, 8, 32)) {
                    cases.add(new Case(Operation.GET, Testbed.KIB, clients));
                }
                cases.add(new Case(Operation.GET, 100 * Testbed.KIB, 8));
                cases.add(new Case(Operation.LOCK, Testbed.KIB, 8));
            }
            default -> {
                cases.add(new Case(Operation.PUT, Testbed.KIB, 1));
                cases.add(new Case(Operation.PUT, Testbed.KIB, 8));
                cases.add(new Case(Operation.PUT, Testbed.MIB, 1));
                cases.add(new Case(Operation.GET, Testbed.KIB, 1));
                cases.add(new Case(Operation.GET, Testbed.KIB, 8));
                cases.add(new Case(Operation.GET, Testbed.MIB, 8));
            }
        }
        return cases;
    }

    /** Puts each service under all kinds of load, until its code is compiled. */
    void warmUp(List<Service> services) throws Exception {
        for (Service service : services) {
            for (Operation operation : Operation.values()) {
                try (Calls calls = new Calls(service, operation, Testbed.CYCLE_SIZE, 8)) {
                    Load.measure(calls.all(), bed.options().warmUp().dividedBy(Operation.values().length));
                }
            }
        }
    }

    /** @param where what is said behind the case */
    void compare(Part part, List<Service> services, Case one, String where) throws Exception {
        String what = one.operation().label() + (one.operation() == Operation.LOCK ? "" : ", " + bytes(one.size()))
                + ", " + (one.clients() == 1 ? "1 client" : one.clients() + " clients") + where;
        Row rate = new Row(part, bed.storage().name(), what, "/s");
        Map<Service, Calls> ours = new LinkedHashMap<>();
        List<Storage.BareCall> bare = new ArrayList<>();
        try {
            for (Service service : services) {
                ours.put(service, new Calls(service, one.operation(), one.size(), one.clients()));
            }
            for (int client = 0; client < one.clients(); client++) {
                bed.storage().bare(one.operation(), one.size(), client).ifPresent(bare::add);
            }
            for (int round = -1; round < bed.options().rounds(); round++) { // the first one warms up
                boolean counts = round >= 0;
                for (Service service : Testbed.turn(List.copyOf(ours.keySet()), round)) {
                    List<Load.Call> calls = ours.get(service).all();
                    if (counts) {
                        Testbed.slice(service, calls, bed.options().slice(), rate);
                    } else {
                        Load.measure(calls, bed.options().slice());
                    }
                }
                if (!bare.isEmpty()) {
                    Load.Result result = Load.measure(bare, bed.options().slice());
                    if (counts) {
                        rate.add(
                                bed.storage().bareLabel(one.operation()),
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
        bed.report().add(rate);
    }

    private static String bytes(int size) {
        return size >= Testbed.MIB ? size / Testbed.MIB + " MiB" : size / Testbed.KIB + " KiB";
    }
}
