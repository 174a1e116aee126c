package io.kolumn.state;

import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
        Optional<WholeState> whole = snapshot(name);
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
        throw new Unavailable("State '" + name + "' is changed by others all the time; try again.", null);
    }

    private WholeState whole(StateName name, @Nullable IndexedHead indexed, List<StateVersion> aside) {
        StateHead head = indexed == null ? StateHead.unborn(name, committer.now()) : indexed.head();
        List<StateVersion> newestFirst = indexed == null ? List.of() : indexed.kept();
        return new WholeState(head, newestFirst.reversed(), aside, version -> content(name, version));
    }

    private StateDocument content(StateName name, StateVersion version) {
        Reading.readable(name, version);
        return store.content(name, version).orElseThrow(() -> Reading.damaged(name, version));
    }

    private List<StateVersion> history(StateName name) {
        return store.history(name, Long.MAX_VALUE, Integer.MAX_VALUE);
    }

    Adopted adopt(StateName name, WholeState whole, WriteOptions options) {
        unconditional(options);
        return new Adoption(name, whole, options).run();
    }

    /**
     * Carries over as many of these states as go together: those of which nothing is here yet, unless something comes in
     * between. Whatever is in the way of one leaves it out, for {@link #adopt(StateName, WholeState, WriteOptions)} to tell.
     */
    Map<StateName, Adopted> adopt(Map<StateName, WholeState> states, WriteOptions options, StoreBatch batch) {
        unconditional(options);
        Map<StateName, Adopted> done = new LinkedHashMap<>();
        List<Planned> planned = new ArrayList<>();
        Instant start = committer.now();
        states.forEach((name, whole) -> {
            if (whole.aside().isEmpty()) {
                planned.addAll(new Adoption(name, whole, options).plan(StateHead.unborn(name, start), 0));
            }
        });
        while (!planned.isEmpty()) {
            List<Planned> committed = committed(planned, batch);
            planned.clear();
            for (Planned step : committed) {
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
    private static List<Planned> committed(List<Planned> planned, StoreBatch batch) {
        List<Boolean> moved;
        try {
            moved = batch.commit(planned.stream().map(Planned::transition).toList());
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
        if (old != null && !new Adoption(name, whole, options).follows(old.head())) {
            adopt(keptAs, old, WriteOptions.by(options.author()));
            committer.change(name, (head, now) -> emptied(head, old, rules.admit(head, options, now)));
        }
        return adopt(name, whole, options);
    }

    /** Takes everything away from a state that now stands elsewhere; its fence goes on. */
    private Step<Boolean> emptied(StateHead head, WholeState old, @Nullable Lock lock) {
        if (head.adopting() && head.versions() == 0) {
            return Step.answer(true);
        }
        if (!head.revision().equals(old.head().revision())) {
            throw new Conflict(
                    head.name(),
                    Conflict.Reason.DIFFERS,
                    head.current(),
                    "State '" + head.name() + "' was changed while it was to be replaced; try again.");
        }
        StateHead to = new StateHead(
                head.name(), "", StateHead.adoptingId(), null, lock, 0, 0, head.fence(), -1, head.changed());
        return Step.commit(head, to, null, old.versions(), true);
    }

    /** One state on its way. */
    private final class Adoption {
        private final StateName name;
        private final WholeState whole;
        private final WriteOptions options;

        /** The commit whose head is known to hold nothing but what it shall. */
        private String proven = "";

        private @Nullable StateVersion next;
        private @Nullable StateDocument content;

        Adoption(StateName name, WholeState whole, WriteOptions options) {
            this.name = name;
            this.whole = whole;
            this.options = options;
        }

        Adopted run() {
            int aside = whole.aside().isEmpty() ? 0 : bringAside();
            int versions = 0;
            boolean changed = aside > 0;
            while (true) {
                Progress progress = committer.change(name, this::step);
                versions += progress.version() ? 1 : 0;
                changed |= progress.changed();
                if (progress.complete()) {
                    return new Adopted(versions, aside, changed);
                }
            }
        }

        /** What is to be committed next over this head; empty if that is nothing, or refused. */
        List<Planned> plan(StateHead head, int versions) {
            try {
                Step<Progress> step = step(head, committer.now());
                Progress progress = step.result();
                return step.transition() == null
                        ? List.of()
                        : List.of(new Planned(
                                this, step.transition(), progress, versions + (progress.version() ? 1 : 0)));
            } catch (StateException refused) {
                return List.of();
            }
        }

        /** Nothing, if what is here is another state. */
        private int bringAside() {
            Instant now = committer.now();
            step(store.head(name).orElseGet(() -> StateHead.unborn(name, now)), now);
            Set<String> there = store.aside(name).stream().map(StateVersion::id).collect(Collectors.toSet());
            List<StateVersion> missing = whole.aside().stream()
                    .filter(record -> !there.contains(record.id()))
                    .toList();
            missing.forEach(record -> store.setAside(name, record, whole.content(record)));
            return missing.size();
        }

        /** The next commit over this head; none if there is nothing left to bring. */
        private Step<Progress> step(StateHead head, Instant now) {
            if (!head.commit().equals(proven) && !follows(head)) {
                throw new Conflict(
                        name,
                        Conflict.Reason.DIFFERS,
                        head.current(),
                        "State '" + name + "' is there already and is another than the one to be carried over"
                                + " (" + WriteRules.shown(head.current())
                                + "): nothing was changed. Leave it, or have it replaced.");
            }
            if (complete(head)) {
                return Step.answer(new Progress(false, false, true));
            }
            Lock lock = rules.admit(head, options, now);
            StateVersion missing = firstAfter(head.versions());
            StateHead to = missing == null || last(missing) ? finished(head, missing, lock) : half(head, missing, lock);
            proven = to.commit();
            return Step.commit(
                    head, to, contentOf(missing), List.of(), new Progress(missing != null, true, complete(to)));
        }

        /** Whether nothing is there but the beginning, or all, of what is to be carried over. */
        boolean follows(StateHead head) {
            StateHead source = whole.head();
            if (head.versions() == 0) {
                return true;
            }
            boolean deletedHere = head.current() == null && !head.adopting();
            if (head.versions() > source.versions()
                    || (deletedHere && (source.current() != null || head.versions() != source.versions()))) {
                return false;
            }
            List<StateVersion> there = history(name).stream()
                    .filter(version -> version.number() <= head.versions())
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
                    .filter(version -> version.number() <= head.versions())
                    .toList();
            return shared.equals(expected)
                    && (expected.isEmpty()
                            ? there.isEmpty()
                            : expected.getLast().equals(there.getFirst()));
        }

        private boolean complete(StateHead head) {
            StateHead source = whole.head();
            return !head.adopting()
                    && Objects.equals(head.current(), source.current())
                    && head.versions() >= source.versions()
                    && head.fence() >= source.fence()
                    && head.highestSerial() >= source.highestSerial();
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
                    RandomId.next(),
                    source.current(),
                    lock,
                    Math.max(head.versions(), source.versions()),
                    head.kept() + (added == null ? 0 : 1),
                    Math.max(head.fence(), source.fence()),
                    Math.max(head.highestSerial(), source.highestSerial()),
                    source.changed());
        }

        private StateHead half(StateHead head, StateVersion added, @Nullable Lock lock) {
            StateHead next = head.withVersion(added, 0, lock);
            return next.withCommit(StateHead.adoptingId());
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
    }

    /**
     * A step that is to be committed together with those of other states.
     *
     * @param versions how many versions there are with it
     */
    private record Planned(Adoption adoption, Transition transition, Progress progress, int versions) {}

    /**
     * What a step came to.
     *
     * @param version it brought a version
     * @param changed it changed anything
     * @param complete nothing is left to do
     */
    private record Progress(boolean version, boolean changed, boolean complete) {}
}
