package io.kolumn.state.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** What the parts share: one storage, the services on it, and the report. */
final class Testbed implements AutoCloseable {

    static final int KIB = 1024;
    static final int MIB = 1024 * 1024;

    /** Bytes of a document of which Terraform's cycle is played. */
    static final int CYCLE_SIZE = 10 * KIB;

    private final Options options;
    private final Report report;
    private final Storage storage;
    private final Path log;
    private final List<AutoCloseable> open = new ArrayList<>();

    /** @param log of all services */
    Testbed(Options options, Report report, Storage storage, Path log) {
        this.options = options;
        this.report = report;
        this.storage = storage;
        this.log = log;
        open.add(storage);
    }

    Options options() {
        return options;
    }

    Report report() {
        return report;
    }

    Storage storage() {
        return storage;
    }

    /** Whether a part is asked for, on this storage if it has one of its own. */
    boolean asked(Part part, String... storages) {
        return options.parts().contains(part)
                && (storages.length == 0 || List.of(storages).contains(storage.name()));
    }

    /** Starts a service of a package. It ends with this at the latest. */
    Service start(Subject subject) throws Exception {
        Service service = Service.start(subject, storage.settings(subject), log);
        open.add(service);
        return service;
    }

    /** Starts a service of each package. */
    List<Service> startAll() throws Exception {
        List<Service> services = new ArrayList<>();
        for (Subject subject : options.packages()) {
            services.add(start(subject));
        }
        return services;
    }

    /** Who begins takes turns, too. */
    static <T> List<T> turn(List<T> sides, int round) {
        return round % 2 == 0 ? sides : sides.reversed();
    }

    /** Measures calls of a service, and adds what they cost to a row. */
    static void slice(Service service, List<Load.Call> calls, Duration length, Row row) throws Exception {
        OptionalDouble before = service.processorTime();
        Load.Result result = Load.measure(calls, length);
        OptionalDouble after = service.processorTime();
        double processor = before.isPresent() && after.isPresent()
                ? (after.getAsDouble() - before.getAsDouble()) / result.calls()
                : Row.NONE;
        row.add(service.subject().label(), new Row.Round(result.rate(), result.p99(), processor));
    }

    /** Ends what was started, the storage last. */
    @Override
    public void close() throws Exception {
        Exception failure = null;
        for (AutoCloseable one : open.reversed()) {
            try {
                one.close();
            } catch (Exception e) {
                failure = e; // what else was started must not stay
            }
        }
        open.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
