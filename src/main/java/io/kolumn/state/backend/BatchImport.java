package io.kolumn.state.backend;

import io.kolumn.state.HeadWithHistory;
import io.kolumn.state.Lock;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.StoreBatch;
import io.kolumn.state.Transition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Imports states with all their records, and exports them for that. */
final class BatchImport {

    /** The number of reads of a state that keeps changing. */
    private static final int LOOKS = 16;

    private static final Logger LOG = Logger.getLogger(BatchImport.class);

    private final StateStore store;
    private final Committer committer;
    private final WriteRules rules;

    BatchImport(StateStore store, Committer committer, WriteRules rules) {
        this.store = store;
        this.committer = committer;
        this.rules = rules;
    }

    /**
     * Returns a state with all its records, or empty if there is none. Of a moved state, only documents quarantined since are left.
     *
     * @throws Unavailable if it is incomplete
     */
    Optional<StateSnapshot> whole(StateName name) {
        Optional<StateSnapshot> whole = snapshot(name).filter(state -> !nothing(state));
        whole.map(StateSnapshot::head).ifPresent(WriteRules::whole);
        return whole.flatMap(found -> found.head().moved() ? leftBehind(found) : whole);
    }

    private Optional<StateSnapshot> leftBehind(StateSnapshot moved) {
        StateHead head = moved.head();
        StateHead nothing = new StateHead(
                head.name(), head.revision(), head.commit(), null, null, 0, 0, head.fence(), -1, head.changed());
        return moved.quarantined().isEmpty()
                ? Optional.empty()
                : Optional.of(new StateSnapshot(nothing, List.of(), moved.quarantined(), moved.contents()));
    }

    /**
     * Returns head and records of one moment. Contents are read on demand. A restored document leaves the quarantine when its
     * version is committed. So the quarantine is read first, and again afterwards.
     */
    private Optional<StateSnapshot> snapshot(StateName name) {
        List<StateVersion> quarantined = store.attachments(name);
        for (int look = 0; look < LOOKS; look++) {
            HeadWithHistory indexed = store.headWithHistory(name).orElse(null);
            List<StateVersion> after = quarantined.isEmpty() ? quarantined : store.attachments(name);
            if (after.equals(quarantined)) {
                return indexed == null && quarantined.isEmpty()
                        ? Optional.empty()
                        : Optional.of(whole(name, indexed, quarantined));
            }
            quarantined = after;
        }
        throw Unavailable.forEverybody("State '" + name + "' is being changed by others. Try again.", null);
    }

    private StateSnapshot whole(StateName name, @Nullable HeadWithHistory indexed, List<StateVersion> quarantined) {
        StateHead head = indexed == null ? StateHead.unborn(name, committer.now()) : indexed.head();
        List<StateVersion> newestFirst = indexed == null ? List.of() : indexed.kept();
        return new StateSnapshot(head, newestFirst.reversed(), quarantined, version -> content(name, version));
    }

    private static boolean nothing(StateSnapshot state) {
        return state.head().purged() && state.quarantined().isEmpty();
    }

    private StateDocument content(StateName name, StateVersion version) {
        Reads.readable(name, version);
        return store.content(name, version).orElseThrow(() -> Reads.damaged(name, version));
    }

    private StateImport adoption(StateName name, StateSnapshot whole, WriteOptions options) {
        return adoption(name, whole, options, StateImport.Manner.FOLLOWED);
    }

    private StateImport adoption(StateName name, StateSnapshot whole, WriteOptions options, StateImport.Manner manner) {
        return new StateImport(store, committer, rules, name, whole, options, manner);
    }

    /** Copies a state of this storage to another name. */
    ImportResult copy(StateName name, StateSnapshot whole, WriteOptions options, StateImport.Manner manner) {
        unconditional(options);
        return adoption(name, whole, options, manner).run();
    }

    ImportResult adopt(StateName name, StateSnapshot whole, WriteOptions options) {
        unconditional(options);
        return adoption(name, whole, options).run();
    }

    /** Imports the oldest versions. The state stays incomplete, since more of it follows. */
    ImportResult adoptPart(StateName name, StateSnapshot part, WriteOptions options) {
        unconditional(options);
        return adoption(name, part, options, StateImport.Manner.PART).run();
    }

    /**
     * Imports those of these states that do not exist here, many at once. A state with any problem is left out; {@link
     * #adopt(StateName, StateSnapshot, WriteOptions)} then tells the problem.
     */
    Map<StateName, ImportResult> adopt(Map<StateName, StateSnapshot> states, WriteOptions options, StoreBatch batch) {
        unconditional(options);
        Map<StateName, ImportResult> done = new LinkedHashMap<>();
        List<StateImport.Planned> planned = new ArrayList<>();
        Instant start = committer.now();
        states.forEach((name, whole) -> {
            if (whole.quarantined().isEmpty()) {
                planned.addAll(adoption(name, whole, options).plan(StateHead.unborn(name, start), 0));
            }
        });
        while (!planned.isEmpty()) {
            List<StateImport.Planned> committed = committed(planned, batch);
            planned.clear();
            for (StateImport.Planned step : committed) {
                if (step.progress().complete()) {
                    done.put(step.transition().name(), new ImportResult(step.versions(), 0, true));
                } else {
                    recent(step.transition())
                            .ifPresent(head -> planned.addAll(step.adoption().plan(head, step.versions())));
                }
            }
        }
        return done;
    }

    /** Commits the steps, and returns those that are known to have happened. */
    private static List<StateImport.Planned> committed(List<StateImport.Planned> planned, StoreBatch batch) {
        List<Boolean> moved;
        try {
            moved = batch.commit(
                    planned.stream().map(StateImport.Planned::transition).toList());
        } catch (Unavailable e) {
            LOG.debugf(e, "%d states could not be imported together and are imported one by one.", planned.size());
            return List.of();
        }
        return IntStream.range(0, planned.size())
                .filter(moved::get)
                .mapToObj(planned::get)
                .toList();
    }

    /** Returns the head of this commit, or empty if the store does not know it any more. */
    private Optional<StateHead> recent(Transition transition) {
        return store.recent(transition.name()).filter(head -> head.commit().equals(transition.id()));
    }

    private static void unconditional(WriteOptions options) {
        if (!options.preconditions().isEmpty()) {
            throw new IllegalArgumentException("An import has several steps; a condition applies to one");
        }
    }

    ImportResult replace(StateName name, StateSnapshot whole, WriteOptions options, StateName keptAs) {
        if (keptAs.equals(name)) {
            throw new Invalid("State '" + name + "' is to be replaced and cannot be kept under its own name.");
        }
        StateSnapshot old = snapshot(name).orElse(null);
        if (old != null && !adoption(name, whole, options).follows(old.head())) {
            if (!nothing(old)) {
                adopt(keptAs, old, WriteOptions.by(options.author()));
            }
            committer.change(name, (head, now) -> emptied(head, old, rules.admit(head, options, now)));
        }
        return adopt(name, whole, options);
    }

    /** Removes everything from a state that was copied to another name. Its fence stays. */
    private HeadUpdate<Boolean> emptied(StateHead head, StateSnapshot old, @Nullable Lock lock) {
        if (head.incomplete() && head.lastVersion() == 0) {
            return HeadUpdate.stands(true);
        }
        if (!head.revision().equals(old.head().revision())) {
            throw new Conflict(
                    head.name(),
                    Conflict.Reason.DIFFERS,
                    head.current(),
                    "State '" + head.name() + "' was changed while it was being replaced. Try again.");
        }
        return HeadUpdate.commit(head, nothing(head, lock), null, old.versions(), true);
    }

    private static StateHead nothing(StateHead head, @Nullable Lock lock) {
        return new StateHead(
                head.name(),
                "",
                StateHead.incompleteId(RandomId.next()),
                null,
                lock,
                0,
                0,
                head.fence(),
                -1,
                head.changed(),
                head.former().and(head.lock(), lock),
                null);
    }

    /** Removes the imported part of an incomplete state, so that it can be imported as it is now. */
    void undo(StateName name) {
        committer.change(
                name,
                (head, now) -> head.incomplete() && head.lastVersion() > 0
                        ? HeadUpdate.commit(
                                head,
                                nothing(head, head.lock()),
                                null,
                                store.history(name, Long.MAX_VALUE, Integer.MAX_VALUE),
                                true)
                        : HeadUpdate.stands(false));
    }
}
