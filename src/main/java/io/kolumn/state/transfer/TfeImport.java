package io.kolumn.state.transfer;

import io.kolumn.state.Labels;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.StateSnapshot;
import io.kolumn.state.backend.WriteOptions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Histories of workspaces into a storage: every version with its bytes, time and author, oldest first. Some versions at a
 * time are in memory; each group of them is kept, so that a second import goes on behind it. Until the last one the state
 * is incomplete, and nobody reads or writes it.
 */
public final class TfeImport implements TfeArrival {

    private static final String OPERATION = "import";
    private static final int GROUP = 64;
    private static final long GROUP_BYTES = 32L << 20;

    private final TfeCatalog catalog;
    private final StateBackend target;
    private final StateImporter importer;
    private final OnConflict onConflict;
    private final WriteOptions options;
    private final Report report;
    private final BooleanSupplier interrupted;

    /**
     * @param run the id of this run, under which replaced states are kept
     * @param author who does it
     */
    public TfeImport(
            TfeCatalog catalog,
            StateBackend target,
            OnConflict onConflict,
            String run,
            String author,
            Report report,
            BooleanSupplier interrupted) {
        this.catalog = catalog;
        this.target = target;
        this.importer = new StateImporter(target, onConflict, run, author, report);
        this.onConflict = onConflict;
        this.options = WriteOptions.by(author);
        this.report = report;
        this.interrupted = interrupted;
    }

    @Override
    public Outcome bring(StateName name, TfeWorkspace workspace, List<TfeVersion> versions, boolean dryRun) {
        List<StateVersion> here = history(name);
        TfeNumbers numbers = new TfeNumbers(versions, here);
        boolean incomplete = target.head(name).filter(StateHead::incomplete).isPresent();
        if (numbers.newest() && !incomplete) {
            return Outcome.present();
        }
        boolean another = !here.isEmpty() && !numbers.any() && !incomplete;
        if (another && onConflict == OnConflict.SKIP) {
            return Outcome.skipped("Another state exists and was kept.");
        }
        if (another && onConflict == OnConflict.FAIL) {
            return Outcome.failed(TfeArrival.exists(name, here.getFirst()));
        }
        if (dryRun) {
            int missing = (int) versions.stream()
                    .filter(version -> numbers.known(version) == null)
                    .count();
            return new Outcome(another ? Outcome.Kind.REPLACED : Outcome.Kind.BROUGHT, missing, 0, "", null);
        }
        try {
            return new Passage(name, workspace, versions, numbers, labels(name, workspace)).run(!another);
        } catch (Conflict conflict) {
            if (conflict.reason() == Conflict.Reason.DIFFERS && onConflict == OnConflict.SKIP) {
                return Outcome.skipped("The state has gone on here and was kept.");
            }
            throw conflict;
        }
    }

    /** The tags, and the labels that are here, which win; null for neither. */
    private @Nullable Labels labels(StateName name, TfeWorkspace workspace) {
        StateHead head = target.head(name).orElse(null);
        Labels here = head == null ? null : head.labels();
        Labels known = here == null ? Labels.NONE : here;
        Labels all = known.with(new HashMap<>(TfeTags.added(catalog, workspace, known, report)));
        return all.isEmpty() ? here : all;
    }

    private List<StateVersion> history(StateName name) {
        List<StateVersion> all = new ArrayList<>();
        long before = Long.MAX_VALUE;
        List<StateVersion> page;
        do {
            page = target.history(name, before, ListQuery.MAX_LIMIT);
            all.addAll(page);
            before = page.isEmpty() ? before : page.getLast().number();
        } while (page.size() == ListQuery.MAX_LIMIT);
        return all;
    }

    /** One workspace under way. */
    private final class Passage {
        private final StateName name;
        private final TfeWorkspace workspace;
        private final List<TfeVersion> versions;
        private final TfeNumbers numbers;
        private final @Nullable Labels labels;
        private final List<StateVersion> records = new ArrayList<>();
        private final Map<Long, TfeVersion> sources = new HashMap<>();
        private final Map<Long, StateDocument> held = new HashMap<>();
        private long heldBytes;
        private int gone;

        Passage(
                StateName name,
                TfeWorkspace workspace,
                List<TfeVersion> versions,
                TfeNumbers numbers,
                @Nullable Labels labels) {
            this.name = name;
            this.workspace = workspace;
            this.versions = versions;
            this.numbers = numbers;
            this.labels = labels;
        }

        /** @param grouping whether groups may be kept on the way; not where another state is to be replaced at the end */
        Outcome run(boolean grouping) {
            boolean keeping = grouping;
            int brought = 0;
            for (int at = 0; at < versions.size(); at++) {
                if (interrupted.getAsBoolean()) {
                    throw new TfeArrival.Interrupted();
                }
                boolean last = at == versions.size() - 1;
                brought += add(numbers.number(at), versions.get(at), last) ? 1 : 0;
                if (!last && (held.size() >= GROUP || heldBytes >= GROUP_BYTES)) {
                    keeping = keeping && keep();
                    held.clear();
                    heldBytes = 0;
                }
            }
            Outcome outcome = importer.bring(name, snapshot());
            if (gone > 0) {
                report.failure(
                        workspace.place(),
                        gone + " of its versions are no longer kept there. Their numbers are missing here.");
            }
            return outcome.kind() == Outcome.Kind.SKIPPED || outcome.kind() == Outcome.Kind.FAILED
                    ? outcome
                    : new Outcome(outcome.kind(), brought, 0, outcome.problem(), null);
        }

        /** Whether it was read now; one that is here is not read again. */
        private boolean add(long number, TfeVersion version, boolean last) {
            sources.put(number, version);
            StateVersion known = numbers.known(version);
            if (known != null) {
                records.add(known);
                return false;
            }
            StateDocument document = catalog.document(workspace, version).orElse(null);
            if (document == null) {
                if (last) {
                    throw new Unavailable(
                            "The current version " + version.id() + " of " + workspace.place()
                                    + " cannot be downloaded: " + catalog.host() + " no longer keeps it.",
                            null);
                }
                gone++;
                return false;
            }
            records.add(StateVersion.of(
                    number,
                    version.recordId(),
                    document,
                    later(version.created()),
                    catalog.author(version.author()),
                    OPERATION,
                    0));
            held.put(number, document);
            heldBytes += document.size();
            return true;
        }

        /** A version is later than the one before it. */
        private Instant later(Instant created) {
            Instant time = created.truncatedTo(ChronoUnit.MICROS);
            if (records.isEmpty() || time.isAfter(records.getLast().created())) {
                return time;
            }
            return records.getLast().created().plus(1, ChronoUnit.MICROS);
        }

        /** Keeps what there is so far; not where another state is in the way, which the end decides about. */
        private boolean keep() {
            if (records.isEmpty()) {
                return true;
            }
            try {
                target.importPart(name, snapshot(), options);
                held.values().forEach(document -> report.moved(document.size()));
                return true;
            } catch (Conflict conflict) {
                if (conflict.reason() == Conflict.Reason.DIFFERS && onConflict == OnConflict.REPLACE) {
                    return false;
                }
                throw conflict;
            }
        }

        private StateSnapshot snapshot() {
            StateVersion current = records.getLast();
            long serial = records.stream()
                    .mapToLong(record -> record.serial() == null ? -1 : record.serial())
                    .max()
                    .orElse(-1);
            StateHead head = new StateHead(
                    name, "", "tfe", current, null, current.number(), records.size(), 0, serial, current.created());
            return new StateSnapshot(head.labelled(labels), records, List.of(), this::content);
        }

        private StateDocument content(StateVersion record) {
            StateDocument there = held.get(record.number());
            if (there != null) {
                return there;
            }
            TfeVersion version = sources.get(record.number());
            if (version == null) {
                throw new IllegalArgumentException("No version " + record.number());
            }
            return catalog.document(workspace, version)
                    .orElseThrow(() -> new Unavailable(
                            "Version " + version.id() + " of " + workspace.place() + " is no longer kept there.",
                            null));
        }
    }
}
