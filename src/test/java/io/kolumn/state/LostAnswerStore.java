package io.kolumn.state;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.store.ForwardingStore;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * A store whose answers to commits get lost, as those over a network do. What happens to the next commits is said by
 * {@link #next}; when nothing is left to happen, it does as the store below. Not for several threads at once.
 */
public final class LostAnswerStore extends ForwardingStore {

    /** What becomes of one commit. */
    public enum Fate {
        /** It goes through, and so does its answer. */
        ANSWERED,
        /** It happens, the answer is lost. */
        DONE,
        /** It never reaches the storage. */
        NEVER,
        /** It is still on its way, and reaches the storage just before the next commit does. */
        LATE,
        /** The storage says that it failed: nothing happened, and that is known. */
        FAILED
    }

    private final Queue<Fate> fates = new ArrayDeque<>();
    private final Queue<Transition> onTheWay = new ArrayDeque<>();
    private Runnable meanwhile = () -> {};
    private int commits;

    public LostAnswerStore(StateStore below) {
        super(below);
    }

    /** What becomes of the commits to come, one after the other. */
    public LostAnswerStore next(Fate... coming) {
        fates.addAll(List.of(coming));
        return this;
    }

    /** What others do, once, after the next answer was lost and before its caller knows. */
    public LostAnswerStore meanwhile(Runnable others) {
        meanwhile = others;
        return this;
    }

    /** How many commits were asked for. */
    public int commits() {
        return commits;
    }

    @Override
    public boolean commit(Transition transition) {
        commits++;
        while (!onTheWay.isEmpty()) {
            super.commit(onTheWay.remove());
        }
        Fate fate = fates.isEmpty() ? Fate.ANSWERED : fates.remove();
        return switch (fate) {
            case ANSWERED -> super.commit(transition);
            case DONE -> {
                super.commit(transition);
                throw lost(transition);
            }
            case NEVER -> throw lost(transition);
            case LATE -> {
                onTheWay.add(transition);
                throw lost(transition);
            }
            case FAILED ->
                throw new Unavailable("The storage of state '" + transition.name() + "' failed, by the test.", null);
        };
    }

    private Unavailable lost(Transition transition) {
        Runnable others = meanwhile;
        meanwhile = () -> {};
        others.run();
        return Unavailable.outcomeUnknown(
                "The answer to a commit of state '" + transition.name() + "' was lost, by the test.", null);
    }
}
