package io.kolumn.state.backend;

import io.kolumn.state.Lock;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Asks a rule about the head and commits its decision. If the head moved in between, it asks again. */
final class Committer {

    /** The number of decisions over a head that keeps moving, before the caller has to try again. */
    private static final int JUDGEMENTS = 64;

    /** The number of tries of a commit with the same id after a lost answer. */
    private static final int TRIES = 4;

    /** The known status of a commit. */
    private enum CommitStatus {
        /** It happened. */
        SUCCESS,
        /** It did not happen and will not: the head had moved. */
        CONFLICT,
        /** The head has not moved: the commit may yet happen, and can be tried again. */
        NOT_APPLIED,
        /** The answer was lost and the head has moved. The commit may have happened before that. */
        UNKNOWN
    }

    private static final Logger LOG = Logger.getLogger(Committer.class);

    private final StateStore store;
    private final Clock clock;

    Committer(StateStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    Instant now() {
        return clock.instant();
    }

    /**
     * Changes a state by one commit.
     *
     * @param rule decides over the head, an unborn one if there is none, and the time; called once for each head. Its exception
     *     rejects the change
     * @throws Unavailable if the head moved each time, the storage is unavailable, or the outcome is unknown
     */
    <T> T change(StateName name, BiFunction<StateHead, Instant, HeadUpdate<T>> rule) {
        return change(name, () -> rule);
    }

    /** Changes a state like {@link #change(StateName, BiFunction)}, by a rule with memory: a new one for each new beginning. */
    <T> T change(StateName name, Supplier<BiFunction<StateHead, Instant, HeadUpdate<T>>> rules) {
        return committed(name, rules).result();
    }

    /** Changes a state like {@link #change(StateName, BiFunction)}. The result has the lock of the caller and the transition. */
    <T> Committed<T> committed(StateName name, BiFunction<StateHead, Instant, HeadUpdate<T>> rule) {
        return committed(name, () -> rule);
    }

    private <T> Committed<T> committed(StateName name, Supplier<BiFunction<StateHead, Instant, HeadUpdate<T>>> rules) {
        StateHead recent = store.recent(name).orElse(null);
        BiFunction<StateHead, Instant, HeadUpdate<T>> rule = rules.get();
        HeadUpdate<T> step = recent == null ? null : tentative(recent, rule);
        if (step == null || step.transition() == null) {
            return fromFresh(name, recent == null ? rule : rules.get(), false);
        }
        CommitStatus status = commit(step, step.transition());
        if (status == CommitStatus.SUCCESS) {
            return done(step, step.transition());
        }
        boolean uncertain = status == CommitStatus.UNKNOWN;
        return fromFresh(name, uncertain ? rule : rules.get(), uncertain);
    }

    /** Returns the decision over a head that may be outdated, or null for a refusal. Only a commit of it counts. */
    private <T> @Nullable HeadUpdate<T> tentative(
            StateHead recent, BiFunction<StateHead, Instant, HeadUpdate<T>> rule) {
        try {
            return rule.apply(recent, now());
        } catch (StateException refusal) {
            return null;
        }
    }

    private <T> Committed<T> fromFresh(
            StateName name, BiFunction<StateHead, Instant, HeadUpdate<T>> rule, boolean doubt) {
        boolean uncertain = doubt;
        Lock lock = null;
        for (int judgement = 0; judgement < JUDGEMENTS; judgement++) {
            Optional<StateHead> found = store.head(name);
            Instant now = now(); // after the head, so that it is no older than what the head tells of
            StateHead head = found.orElseGet(() -> StateHead.unborn(name, now));
            HeadUpdate<T> step = rule.apply(head, now);
            Transition transition = step.transition();
            lock = step.lock();
            if (transition == null) {
                return stays(head, step);
            }
            if (uncertain && step.retryUnsafe()) {
                throw Unavailable.outcomeUnknown(
                                "State '" + name
                                        + "' was changed by others, and the answer to this change was lost. Check the state before you try"
                                        + " again.",
                                null)
                        .under(lock);
            }
            CommitStatus status = commit(step, transition);
            if (status == CommitStatus.SUCCESS) {
                return done(step, transition);
            }
            uncertain |= status == CommitStatus.UNKNOWN;
            pause(judgement);
        }
        throw Unavailable.forEverybody("State '" + name + "' is being changed by others. Try again.", null)
                .under(lock);
    }

    private <T> Committed<T> stays(StateHead head, HeadUpdate<T> step) {
        try {
            if (step.stands() && !head.isUnborn()) {
                store.confirm(head.name());
            }
        } catch (Unavailable failure) {
            throw failure.under(step.lock());
        }
        return new Committed<>(step.result(), step.lock(), null);
    }

    private <T> Committed<T> done(HeadUpdate<T> step, Transition transition) {
        transition.dropped().forEach(version -> forget(transition.name(), version));
        return new Committed<>(step.result(), step.lock(), transition);
    }

    private CommitStatus commit(HeadUpdate<?> step, Transition transition) {
        try {
            return commit(transition);
        } catch (Unavailable failure) {
            throw failure.under(step.lock());
        }
    }

    /** Commits like {@link StateStore#commit}, but finds out an unknown outcome. */
    private CommitStatus commit(Transition transition) {
        try {
            return store.commit(transition) ? CommitStatus.SUCCESS : CommitStatus.CONFLICT;
        } catch (Unavailable lost) {
            if (!lost.outcomeUnknown()) {
                throw lost;
            }
            CommitStatus status = checkStatus(transition, lost);
            if (status == CommitStatus.NOT_APPLIED) {
                throw lost;
            }
            return status;
        }
    }

    /** Tries again with the same id while the head has not moved. After any failure here, the outcome stays unknown. */
    private CommitStatus checkStatus(Transition transition, Unavailable lost) {
        try {
            CommitStatus status = status(transition);
            for (int attempt = 1; status == CommitStatus.NOT_APPLIED && attempt < TRIES; attempt++) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20L * attempt));
                status = commitAgain(transition) ? CommitStatus.SUCCESS : status(transition);
            }
            return status;
        } catch (Unavailable e) {
            lost.addSuppressed(e);
            throw lost;
        }
    }

    private boolean commitAgain(Transition transition) {
        try {
            return store.commit(transition);
        } catch (Unavailable e) {
            if (!e.outcomeUnknown()) {
                throw e;
            }
            return false;
        }
    }

    /** Returns the status of the commit. If it happened, it is durable then. */
    private CommitStatus status(Transition transition) {
        CommitStatus found = found(transition);
        if (found == CommitStatus.SUCCESS) {
            store.confirm(transition.name());
        }
        return found;
    }

    /** Returns the status of the commit. Its own id in the head or in the history means that it happened. */
    private CommitStatus found(Transition transition) {
        Optional<StateHead> head = store.head(transition.name());
        if (head.isPresent() && head.get().commit().equals(transition.id())) {
            return CommitStatus.SUCCESS;
        }
        StateVersion version = transition.version();
        if (version != null) {
            List<StateVersion> there = store.history(transition.name(), version.number() + 1, 1);
            if (!there.isEmpty() && there.getFirst().id().equals(version.id())) {
                return CommitStatus.SUCCESS;
            }
        }
        StateHead from = transition.from();
        boolean untouched = from == null
                ? head.isEmpty()
                : head.isPresent() && head.get().revision().equals(from.revision());
        return untouched ? CommitStatus.NOT_APPLIED : CommitStatus.UNKNOWN;
    }

    /** Deletes the content of a dropped version. A failure is logged, since the commit stands. */
    private void forget(StateName name, StateVersion version) {
        try {
            store.deleteContent(name, version);
        } catch (Unavailable e) {
            LOG.warnf(
                    e,
                    "Version %d of state '%s' is no longer kept, but its content (id %s) could not be deleted.",
                    version.number(),
                    name,
                    version.id());
        }
    }

    /** Pauses a little longer each time, so that others can finish their changes of the same head. */
    private static void pause(int judgement) {
        if (judgement > 2) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(Math.min(50L << Math.min(judgement, 10), 20_000)));
        }
    }
}
