package io.kolumn.state;

import io.kolumn.state.StateException.Conflict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One state that is carried over, on its way. */
final class Adoption {
    private final StateStore store;
    private final Committer committer;
    private final WriteRules rules;
    private final StateName name;
    private final WholeState whole;
    private final WriteOptions options;

    /** The commit whose head is known to hold nothing but what it shall. */
    private String proven = "";

    private @Nullable StateVersion next;
    private @Nullable StateDocument content;

    Adoption(
            StateStore store,
            Committer committer,
            WriteRules rules,
            StateName name,
            WholeState whole,
            WriteOptions options) {
        this.store = store;
        this.committer = committer;
        this.rules = rules;
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
                    : List.of(new Planned(this, step.transition(), progress, versions + (progress.version() ? 1 : 0)));
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
                    head.purged()
                            ? "State '" + name + "' was purged here, and what is carried over could bring back what"
                                    + " was meant to go: nothing was changed. Have it replaced if it may come."
                            : "State '" + name + "' is there already and is another than the one to be carried over"
                                    + " (" + WriteRules.shown(head.current())
                                    + "): nothing was changed. Leave it, or have it replaced.");
        }
        if (complete(head)) {
            return Step.stands(new Progress(false, false, true));
        }
        Lock lock = rules.admit(head, options, now);
        StateVersion missing = firstAfter(head.versions());
        StateHead to = missing == null || last(missing) ? finished(head, missing, lock) : half(head, missing, lock);
        proven = to.commit();
        return Step.commit(head, to, contentOf(missing), List.of(), new Progress(missing != null, true, complete(to)));
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
        List<StateVersion> there = store.history(name, Long.MAX_VALUE, Integer.MAX_VALUE).stream()
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
                && (expected.isEmpty() ? there.isEmpty() : expected.getLast().equals(there.getFirst()));
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
                source.changed(),
                head.former().and(head.lock(), lock));
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

    /**
     * A step that is to be committed together with those of other states.
     *
     * @param versions how many versions there are with it
     */
    record Planned(Adoption adoption, Transition transition, Progress progress, int versions) {}

    /**
     * What a step came to.
     *
     * @param version it brought a version
     * @param changed it changed anything
     * @param complete nothing is left to do
     */
    record Progress(boolean version, boolean changed, boolean complete) {}
}
