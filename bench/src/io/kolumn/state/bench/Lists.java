package io.kolumn.state.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lists, and requests beside many states. */
final class Lists {

    private static final int PAGE = 1000;

    private final Testbed bed;

    Lists(Testbed bed) {
        this.bed = bed;
    }

    /** Fills the storage, too. */
    void run(List<Service> services) throws Exception {
        list(services, "few");
        for (Service service : services) {
            fill(service);
        }
        String many = String.format(Locale.ROOT, "%,d", bed.options().states());
        list(services, many);
        for (Operation operation : List.of(Operation.PUT, Operation.GET)) {
            new Requests(bed)
                    .compare(
                            Part.LISTS,
                            services,
                            new Requests.Case(operation, Testbed.KIB, 8),
                            ", beside " + many + " states");
        }
    }

    private void list(List<Service> services, String among) throws Exception {
        String what = "list of " + PAGE + " among " + among + " states, 1 client";
        Row rate = new Row(Part.LISTS, bed.storage().name(), what, "/s");
        for (int round = -1; round < bed.options().rounds(); round++) {
            for (Service service : Testbed.turn(services, round)) {
                try (Client client = new Client(service.port())) {
                    List<Load.Call> calls = List.of(() -> client.send("GET", "/v1/states?limit=" + PAGE, new byte[0]));
                    if (round < 0) {
                        Load.measure(calls, bed.options().slice());
                    } else {
                        Testbed.slice(service, calls, bed.options().slice(), rate);
                    }
                }
            }
        }
        bed.report().add(rate);
    }

    private void fill(Service service) throws Exception {
        int clients = 16;
        List<Load.Call> calls = new ArrayList<>();
        for (int number = 0; number < clients; number++) {
            int first = number;
            calls.add(() -> {
                Documents document = new Documents(Testbed.KIB);
                try (Client client = new Client(service.port())) {
                    for (int state = first; state < bed.options().states(); state += clients) {
                        client.send("PUT", "/v1/states/list/" + state % 100 + "/" + state, document.next());
                    }
                }
            });
        }
        Load.measure(calls, Duration.ZERO);
    }
}
