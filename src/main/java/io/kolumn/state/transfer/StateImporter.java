package io.kolumn.state.transfer;

import io.kolumn.state.HeadPage;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.BackendBatch;
import io.kolumn.state.backend.ImportResult;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.StateSnapshot;
import io.kolumn.state.backend.WriteOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** Where whole states arrive: each is adopted, by the policy for conflicts, and then read back. */
public final class StateImporter {

    private static final Logger LOG = Logger.getLogger(StateImporter.class);

    private final StateBackend target;
    private final Optional<BackendBatch> batch;
    private final OnConflict onConflict;
    private final String run;
    private final String author;
    private final Report report;
    private final Set<StateName> known = new HashSet<>();
    private boolean looked;

    /**
     * @param run the id of this run, under which replaced states are kept
     * @param author who does it
     */
    public StateImporter(StateBackend target, OnConflict onConflict, String run, String author, Report report) {
        this.target = target;
        this.batch = target.batch();
        this.onConflict = onConflict;
        this.run = run;
        this.author = author;
        this.report = report;
    }

    /** Notes which names there are, so that no others have to be asked for. */
    void look(String prefix) {
        ListQuery query = new ListQuery(prefix, null, ListQuery.MAX_LIMIT, true, true);
        looked = true;
        HeadPage page;
        do {
            page = target.list(query);
            page.heads().forEach(head -> known.add(head.name()));
            query = page.more()
                    ? new ListQuery(prefix, page.heads().getLast().name(), ListQuery.MAX_LIMIT, true, true)
                    : query;
        } while (page.more());
    }

    /** Whether there was anything of this name when {@link #look} looked. */
    boolean knows(StateName name) {
        return known.contains(name);
    }

    /** Brings a state, or what is missing of it, and proves that it is there. */
    public Outcome bring(StateName name, StateSnapshot state) {
        StateSnapshot counted = counted(state);
        WriteOptions options = WriteOptions.by(author);
        Outcome outcome;
        try {
            outcome = brought(target.importState(name, counted, options), Outcome.Kind.BROUGHT, "");
        } catch (Conflict conflict) {
            if (conflict.reason() != Conflict.Reason.DIFFERS) {
                throw conflict;
            }
            if (arrived(name, state)) {
                verify(name, state);
                return Outcome.present();
            }
            if (onConflict == OnConflict.FAIL) {
                throw conflict;
            }
            if (onConflict == OnConflict.SKIP) {
                return Outcome.skipped("Another state exists and was kept.");
            }
            StateName keptAs = keptAs(name);
            ImportResult replaced = target.replace(name, counted, options, keptAs);
            outcome = brought(replaced, Outcome.Kind.REPLACED, "The previous state is kept as '" + keptAs + "'.");
        }
        verify(name, state);
        return outcome;
    }

    /** How many small states at once are worth while; 1 if one after the other is as good. */
    int together() {
        return batch.map(BackendBatch::size).orElse(1);
    }

    /**
     * Brings states of which nothing is there yet, in as few questions as the target can do with, and reads them back.
     *
     * @return what came of those that are there and proven; the others are for {@link #bring(StateName, StateSnapshot)}, which
     *     brings them or tells why not
     */
    Map<StateName, Outcome> bring(Map<StateName, StateSnapshot> states) {
        Map<StateName, Outcome> proven = new LinkedHashMap<>();
        try {
            Map<StateName, StateSnapshot> counted = new LinkedHashMap<>();
            states.forEach((name, state) -> counted.put(name, counted(state)));
            BackendBatch many = batch.orElseThrow();
            Map<StateName, ImportResult> adopted = many.adopt(counted, WriteOptions.by(author));
            Map<StateName, List<VersionedDocument>> there = many.read(adopted.keySet());
            states.forEach((name, state) -> {
                ImportResult result = adopted.get(name);
                if (result != null && shows(there.getOrDefault(name, List.of()), state)) {
                    proven.put(name, brought(result, Outcome.Kind.BROUGHT, ""));
                }
            });
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.debugf(e, "%d states could not be imported together and are imported one by one.", states.size());
        }
        return proven;
    }

    private static boolean shows(List<VersionedDocument> there, StateSnapshot state) {
        return there.stream().map(VersionedDocument::version).toList().equals(state.versions())
                && there.stream().allMatch(stored -> stored.version().describes(stored.document()));
    }

    private StateSnapshot counted(StateSnapshot state) {
        return new StateSnapshot(state.head(), state.versions(), state.quarantined(), version -> {
            StateDocument content = state.contents().of(version);
            report.moved(content.size());
            return content;
        });
    }

    private static Outcome brought(ImportResult adopted, Outcome.Kind kind, String remark) {
        return adopted.changed()
                ? new Outcome(kind, adopted.versions(), adopted.quarantined(), remark, null)
                : Outcome.present();
    }

    /**
     * Whether a state that was not there when this run began is there with every version of its source, and has gone on
     * since: brought by this run, although its answer was lost, or before it was read back.
     */
    private boolean arrived(StateName name, StateSnapshot state) {
        return looked
                && !known.contains(name)
                && there(name)
                        .filter(there -> new HashSet<>(there.versions()).containsAll(state.versions()))
                        .isPresent();
    }

    private StateName keptAs(StateName name) {
        try {
            return StateName.of("replaced-" + run + "/" + name);
        } catch (Invalid e) {
            throw new Invalid("State '" + name
                    + "' cannot be replaced: the name for the previous state would be too long. Rename it first.");
        }
    }

    /** What {@link #bring} would do, as far as records tell. */
    public Outcome would(StateName name, StateSnapshot state) {
        StateSnapshot there = there(name).orElse(null);
        if (there == null || (there.head().lastVersion() == 0 && !there.head().created())) {
            return new Outcome(
                    Outcome.Kind.BROUGHT,
                    state.versions().size(),
                    state.quarantined().size(),
                    "",
                    null);
        }
        if (covers(there, state)) {
            return Outcome.present();
        }
        boolean follows = new HashSet<>(state.versions()).containsAll(there.versions());
        if (follows || onConflict == OnConflict.REPLACE) {
            int missing = state.versions().size() - (follows ? there.versions().size() : 0);
            Outcome.Kind kind = follows ? Outcome.Kind.BROUGHT : Outcome.Kind.REPLACED;
            return new Outcome(kind, missing, state.quarantined().size(), "", null);
        }
        return onConflict == OnConflict.SKIP
                ? Outcome.skipped("Another state exists and would be kept.")
                : Outcome.failed(
                        new Conflict(name, Conflict.Reason.DIFFERS, there.head().current(), "Another state exists."));
    }

    /** Whether the target has all of a state, as its records say. */
    boolean has(StateName name, StateSnapshot state) {
        return there(name).filter(there -> covers(there, state)).isPresent();
    }

    /** Empty also of a state that is there in part. */
    private Optional<StateSnapshot> there(StateName name) {
        return target.head(name).filter(head -> !head.incomplete()).flatMap(head -> target.snapshot(name));
    }

    private static boolean covers(StateSnapshot there, StateSnapshot state) {
        return !there.head().incomplete()
                && there.versions().equals(state.versions())
                && quarantinedOf(there).containsAll(state.quarantined())
                && there.head().lastVersion() >= state.head().lastVersion()
                && there.head().fence() >= state.head().fence()
                && there.head().highestSerial() >= state.head().highestSerial()
                && there.head().tombstone() == state.head().tombstone()
                && labelled(there.head(), state.head());
    }

    /** A source without labels, such as an archive of before there were any, asks for none. */
    private static boolean labelled(StateHead there, StateHead state) {
        return state.labels() == null || state.labels().equals(there.labels());
    }

    private static Set<StateVersion> quarantinedOf(StateSnapshot state) {
        return new HashSet<>(state.quarantined());
    }

    /**
     * Reads everything of a state back.
     *
     * @throws Unavailable if a version is not there, or its bytes are not those of the source's record
     */
    void verify(StateName name, StateSnapshot state) {
        if (state.versions().size() == 1
                && state.quarantined().isEmpty()
                && state.head().current() != null) {
            verifyCurrent(name, state.head().current());
            return;
        }
        StateSnapshot there = target.snapshot(name).orElseThrow(() -> lost(name, "it is missing"));
        List<StateVersion> wanted = new ArrayList<>(state.versions());
        wanted.removeAll(new HashSet<>(there.versions()));
        if (!wanted.isEmpty()) {
            throw lost(name, "version " + wanted.getFirst().number() + " is missing or differs");
        }
        List<StateVersion> all = new ArrayList<>(state.versions());
        all.addAll(state.quarantined());
        for (StateVersion version : all) {
            compare(name, version, there.contents().of(version));
        }
        report.verified(all.size());
    }

    /** As most states are; in fewer questions. */
    private void verifyCurrent(StateName name, StateVersion version) {
        VersionedDocument there = target.get(name).orElse(null);
        if (there == null || !there.version().equals(version)) {
            verifyOlder(name, version);
            return;
        }
        compare(name, version, there.document());
        report.verified(1);
    }

    /** The target has gone on since, or was deleted there. */
    private void verifyOlder(StateName name, StateVersion version) {
        VersionedDocument there = target.get(name, version.number())
                .filter(stored -> stored.version().equals(version))
                .orElseThrow(() -> lost(name, "version " + version.number() + " is missing or differs"));
        compare(name, version, there.document());
        report.verified(1);
    }

    private static void compare(StateName name, StateVersion version, StateDocument content) {
        if (!version.describes(content)) {
            throw lost(
                    name,
                    "version " + version.number() + " has the sha-256 " + content.sha256() + ", not "
                            + version.sha256());
        }
    }

    private static Unavailable lost(StateName name, String what) {
        return new Unavailable("State '" + name + "' was not imported completely: " + what + ".", null);
    }
}
