package io.kolumn.state.backend;

import io.kolumn.state.Labels;
import io.kolumn.state.Lock;
import io.kolumn.state.MovedTo;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The import of one state, in steps. */
final class StateImport {
    private final StateStore store;
    private final Committer committer;
    private final WriteRules rules;
    private final StateName name;
    private final StateSnapshot whole;
    private final WriteOptions options;
    private final Manner manner;

    /** The commit whose head is known to have nothing but imported versions. */
    private String proven = "";

    private @Nullable StateVersion next;
    private @Nullable StateDocument content;

    StateImport(
            StateStore store,
            Committer committer,
            WriteRules rules,
            StateName name,
            StateSnapshot whole,
            WriteOptions options,
            Manner manner) {
        this.store = store;
        this.committer = committer;
        this.rules = rules;
        this.name = name;
        this.whole = whole;
        this.options = options;
        this.manner = manner;
    }

    /** The kind of an import. */
    enum Manner {
        /** From another storage. An earlier import is continued. */
        FOLLOWED,
        /** From another name. A complete state here is another state. */
        COPIED,
        /** Like {@link #COPIED}, but the state stays incomplete until {@link StateHead#completed}. */
        HELD,
        /** Like {@link #FOLLOWED}, but the state stays incomplete: more of its source follows. */
        PART;

        private boolean follows() {
            return this == FOLLOWED || this == PART;
        }

        private boolean staysIncomplete() {
            return this == HELD || this == PART;
        }
    }

    ImportResult run() {
        int quarantined = whole.quarantined().isEmpty() ? 0 : bringQuarantined();
        int versions = 0;
        boolean changed = quarantined > 0;
        while (true) {
            Progress progress = committer.change(name, this::step);
            versions += progress.version() ? 1 : 0;
            changed |= progress.changed();
            if (progress.complete()) {
                return new ImportResult(versions, quarantined, changed);
            }
        }
    }

    /** Returns the next commit over this head, or none if there is none or it is rejected. */
    List<Planned> plan(StateHead head, int versions) {
        try {
            HeadUpdate<Progress> step = step(head, committer.now());
            Progress progress = step.result();
            return step.transition() == null
                    ? List.of()
                    : List.of(new Planned(this, step.transition(), progress, versions + (progress.version() ? 1 : 0)));
        } catch (StateException refused) {
            return List.of();
        }
    }

    /** Imports the missing quarantined documents, and returns their number. Throws first if another state exists here. */
    private int bringQuarantined() {
        Instant now = committer.now();
        step(store.head(name).orElseGet(() -> StateHead.unborn(name, now)), now);
        Set<String> there =
                store.attachments(name).stream().map(StateVersion::id).collect(Collectors.toSet());
        List<StateVersion> missing = whole.quarantined().stream()
                .filter(record -> !there.contains(record.id()))
                .toList();
        missing.forEach(record -> store.putAttachment(name, record, whole.content(record)));
        return missing.size();
    }

    /** Returns the next commit over this head; without a transition if the import is complete. */
    private HeadUpdate<Progress> step(StateHead head, Instant now) {
        if (!head.commit().equals(proven) && !follows(head)) {
            throw !manner.follows()
                    ? exists(head)
                    : new Conflict(
                            name,
                            Conflict.Reason.DIFFERS,
                            head.current(),
                            head.purged()
                                    ? "State '" + name
                                            + "' was purged here, and the import could bring purged data back. Nothing was changed. Import it"
                                            + " with replace if that is intended."
                                    : "State '" + name + "' already exists and differs from the imported one ("
                                            + WriteRules.shown(head.current())
                                            + "). Nothing was changed. Skip it, or import it with replace.");
        }
        if (complete(head)) {
            return HeadUpdate.stands(new Progress(false, false, true));
        }
        if (!manner.follows() && (head.lastVersion() > 0 || head.created()) && !head.incomplete()) {
            throw exists(head);
        }
        Lock lock = comesBack(head) ? null : rules.admit(head, options, now);
        StateVersion missing = firstAfter(head.lastVersion());
        StateHead to = missing == null || last(missing) ? finished(head, missing, lock) : half(head, missing, lock);
        proven = to.commit();
        return HeadUpdate.commit(
                head, to, contentOf(missing), List.of(), new Progress(missing != null, true, complete(to)));
    }

    /** Returns whether a state returns to its former name, whose head says that it was moved. */
    private boolean comesBack(StateHead head) {
        MovedTo moved = head.movedTo();
        return manner == Manner.HELD && moved != null && whole.head().name().equals(moved.name());
    }

    static Conflict exists(StateHead head) {
        String state = head.purged()
                ? "was purged and keeps its counters"
                : head.tombstone() ? "was deleted and keeps its history" : "exists";
        return new Conflict(
                head.name(),
                Conflict.Reason.EXISTS,
                head.current(),
                "State '" + head.name() + "' " + state + ". Nothing was changed. Choose another name.");
    }

    /** Returns whether the state here is the beginning, or all, of the imported one. */
    boolean follows(StateHead head) {
        StateHead source = whole.head();
        if (head.lastVersion() == 0) {
            return true;
        }
        boolean deletedHere = head.current() == null && !head.incomplete();
        if (head.lastVersion() > source.lastVersion()
                || (deletedHere && (source.current() != null || head.lastVersion() != source.lastVersion()))) {
            return false;
        }
        List<StateVersion> there = store.history(name, Long.MAX_VALUE, Integer.MAX_VALUE).stream()
                .filter(version -> version.number() <= head.lastVersion())
                .toList();
        List<StateVersion> shared = new ArrayList<>();
        for (StateVersion version : there.reversed()) {
            StateVersion ours = whole.version(version.number());
            if (ours != null && !ours.equals(version)) {
                return false;
            }
            if (ours != null) {
                shared.add(version);
            }
        }
        List<StateVersion> expected = whole.versions().stream()
                .filter(version -> version.number() <= head.lastVersion())
                .toList();
        return shared.equals(expected)
                && (expected.isEmpty() ? there.isEmpty() : expected.getLast().equals(there.getFirst()));
    }

    private boolean complete(StateHead head) {
        StateHead source = whole.head();
        return head.incomplete() == manner.staysIncomplete()
                && Objects.equals(head.current(), source.current())
                && head.lastVersion() >= source.lastVersion()
                && head.fence() >= source.fence()
                && head.highestSerial() >= source.highestSerial()
                && labelled(head);
    }

    /** Returns whether the head has the labels of the source. A copy is another state, with its own labels. */
    private boolean labelled(StateHead head) {
        boolean whole = manner == Manner.COPIED && head.lastVersion() > 0;
        return whole || Objects.equals(head.labels(), labels(head));
    }

    /** Returns the labels of the source. A source without any, such as an older archive, leaves those of an existing state. */
    private @Nullable Labels labels(StateHead head) {
        StateHead source = whole.head();
        return source.labels() == null && source.current() != null ? head.labels() : source.labels();
    }

    private @Nullable StateVersion firstAfter(long number) {
        return whole.versions().stream()
                .filter(version -> version.number() > number)
                .findFirst()
                .orElse(null);
    }

    /** Whether nothing is to be done after it; a deleted state still has to be deleted. */
    private boolean last(StateVersion version) {
        return version.equals(whole.head().current());
    }

    private StateHead finished(StateHead head, @Nullable StateVersion added, @Nullable Lock lock) {
        StateHead source = whole.head();
        return new StateHead(
                name,
                "",
                manner.staysIncomplete() ? StateHead.incompleteId(RandomId.next()) : RandomId.next(),
                source.current(),
                lock,
                Math.max(head.lastVersion(), source.lastVersion()),
                head.versionCount() + (added == null ? 0 : 1),
                Math.max(head.fence(), source.fence()),
                Math.max(head.highestSerial(), source.highestSerial()),
                source.changed(),
                head.former().and(head.lock(), lock),
                labels(head));
    }

    private StateHead half(StateHead head, StateVersion added, @Nullable Lock lock) {
        StateHead next = head.withVersion(added, 0, lock);
        return next.withCommit(StateHead.incompleteId(RandomId.next()));
    }

    private @Nullable StateDocument contentOf(@Nullable StateVersion version) {
        if (version == null) {
            return null;
        }
        if (!version.equals(next)) {
            content = whole.content(version);
            next = version;
        }
        return content;
    }

    /**
     * A step that is committed together with those of other states.
     *
     * @param versions the number of versions after it
     */
    record Planned(StateImport adoption, Transition transition, Progress progress, int versions) {}

    /**
     * The result of a step.
     *
     * @param version whether it imported a version
     * @param changed whether it changed anything
     * @param complete whether nothing is left to do
     */
    record Progress(boolean version, boolean changed, boolean complete) {}
}
