package io.kolumn.state;

import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Carries whole states over from other storages, and takes them out whole for that. */
final class Adopting {

    /** How often a state that changes all the time is read again. */
    private static final int LOOKS = 16;

    private static final Logger LOG = Logger.getLogger(Adopting.class);

    private final StateStore store;
    private final Committer committer;
    private final WriteRules rules;

    Adopting(StateStore store, Committer committer, WriteRules rules) {
        this.store = store;
        this.committer = committer;
        this.rules = rules;
    }

    /** Refuses one that is only half here. */
    Optional<WholeState> whole(StateName name) {
        Optional<WholeState> whole = snapshot(name).filter(state -> !nothing(state));
        whole.map(WholeState::head).ifPresent(WriteRules::whole);
        return whole;
    }

    /**
     * Head and records of one moment; the contents are read when they are asked for. A document that is restored leaves the
     * quarantine when its version is committed: what was set aside is looked at first, so that it is missing nowhere, and
     * again afterwards, so that nothing is named that is gone.
     */
    private Optional<WholeState> snapshot(StateName name) {
        List<StateVersion> aside = store.aside(name);
        for (int look = 0; look < LOOKS; look++) {
            IndexedHead indexed = store.indexed(name).orElse(null);
            List<StateVersion> after = aside.isEmpty() ? aside : store.aside(name);
            if (after.equals(aside)) {
                return indexed == null && aside.isEmpty() ? Optional.empty() : Optional.of(whole(name, indexed, aside));
            }
            aside = after;
        }
        throw Unavailable.forEverybody("State '" + name + "' is changed by others all the time; try again.", null);
    }

    private WholeState whole(StateName name, @Nullable IndexedHead indexed, List<StateVersion> aside) {
        StateHead head = indexed == null ? StateHead.unborn(name, committer.now()) : indexed.head();
        List<StateVersion> newestFirst = indexed == null ? List.of() : indexed.kept();
        return new WholeState(head, newestFirst.reversed(), aside, version -> content(name, version));
    }

    private static boolean nothing(WholeState state) {
        return state.head().purged() && state.aside().isEmpty();
    }

    private StateDocument content(StateName name, StateVersion version) {
        Reading.readable(name, version);
        return store.content(name, version).orElseThrow(() -> Reading.damaged(name, version));
    }

    private Adoption adoption(StateName name, WholeState whole, WriteOptions options) {
        return new Adoption(store, committer, rules, name, whole, options);
    }

    Adopted adopt(StateName name, WholeState whole, WriteOptions options) {
        unconditional(options);
        return adoption(name, whole, options).run();
    }

    /**
     * Carries over as many of these states as go together: those of which nothing is here yet, unless something comes in
     * between. Whatever is in the way of one leaves it out, for {@link #adopt(StateName, WholeState, WriteOptions)} to tell.
     */
    Map<StateName, Adopted> adopt(Map<StateName, WholeState> states, WriteOptions options, StoreBatch batch) {
        unconditional(options);
        Map<StateName, Adopted> done = new LinkedHashMap<>();
        List<Adoption.Planned> planned = new ArrayList<>();
        Instant start = committer.now();
        states.forEach((name, whole) -> {
            if (whole.aside().isEmpty()) {
                planned.addAll(adoption(name, whole, options).plan(StateHead.unborn(name, start), 0));
            }
        });
        while (!planned.isEmpty()) {
            List<Adoption.Planned> committed = committed(planned, batch);
            planned.clear();
            for (Adoption.Planned step : committed) {
                if (step.progress().complete()) {
                    done.put(step.transition().name(), new Adopted(step.versions(), 0, true));
                } else {
                    recent(step.transition())
                            .ifPresent(head -> planned.addAll(step.adoption().plan(head, step.versions())));
                }
            }
        }
        return done;
    }

    /** Those that are known to have happened. */
    private static List<Adoption.Planned> committed(List<Adoption.Planned> planned, StoreBatch batch) {
        List<Boolean> moved;
        try {
            moved = batch.commit(
                    planned.stream().map(Adoption.Planned::transition).toList());
        } catch (Unavailable e) {
            LOG.debugf(e, "%d states that were to be carried over together are tried one by one.", planned.size());
            return List.of();
        }
        return IntStream.range(0, planned.size())
                .filter(moved::get)
                .mapToObj(planned::get)
                .toList();
    }

    /** The head that this commit made, if the store still knows it. */
    private Optional<StateHead> recent(Transition transition) {
        return store.recent(transition.name()).filter(head -> head.commit().equals(transition.id()));
    }

    private static void unconditional(WriteOptions options) {
        if (!options.preconditions().isEmpty()) {
            throw new IllegalArgumentException("A state is carried over in several steps; a condition is for one");
        }
    }

    Adopted replace(StateName name, WholeState whole, WriteOptions options, StateName keptAs) {
        if (keptAs.equals(name)) {
            throw new Invalid("State '" + name + "' is to be replaced, so it cannot be kept under its own name.");
        }
        WholeState old = snapshot(name).orElse(null);
        if (old != null && !adoption(name, whole, options).follows(old.head())) {
            if (!nothing(old)) {
                adopt(keptAs, old, WriteOptions.by(options.author()));
            }
            committer.change(name, (head, now) -> emptied(head, old, rules.admit(head, options, now)));
        }
        return adopt(name, whole, options);
    }

    /** Takes everything away from a state that now stands elsewhere; its fence goes on. */
    private Step<Boolean> emptied(StateHead head, WholeState old, @Nullable Lock lock) {
        if (head.adopting() && head.versions() == 0) {
            return Step.stands(true);
        }
        if (!head.revision().equals(old.head().revision())) {
            throw new Conflict(
                    head.name(),
                    Conflict.Reason.DIFFERS,
                    head.current(),
                    "State '" + head.name() + "' was changed while it was to be replaced; try again.");
        }
        StateHead to = new StateHead(
                head.name(),
                "",
                StateHead.adoptingId(),
                null,
                lock,
                0,
                0,
                head.fence(),
                -1,
                head.changed(),
                head.former().and(head.lock(), lock));
        return Step.commit(head, to, null, old.versions(), true);
    }
}
