package io.kolumn.state;

import io.kolumn.state.StateException.Unavailable;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * A store whose answers to commits get lost, as those over a network do. What happens to the next commits is said by
 * {@link #next}; when nothing is left to happen, it does as the store below. Not for several threads at once.
 */
final class LostAnswerStore implements StateStore {

    /** What becomes of one commit. */
    enum Fate {
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

    private final StateStore below;
    private final Queue<Fate> fates = new ArrayDeque<>();
    private final Queue<Transition> onTheWay = new ArrayDeque<>();
    private Runnable meanwhile = () -> {};
    private int commits;

    LostAnswerStore(StateStore below) {
        this.below = below;
    }

    /** What becomes of the commits to come, one after the other. */
    LostAnswerStore next(Fate... coming) {
        fates.addAll(List.of(coming));
        return this;
    }

    /** What others do, once, after the next answer was lost and before its caller knows. */
    LostAnswerStore meanwhile(Runnable others) {
        meanwhile = others;
        return this;
    }

    /** How many commits were asked for. */
    int commits() {
        return commits;
    }

    @Override
    public boolean commit(Transition transition) {
        commits++;
        while (!onTheWay.isEmpty()) {
            below.commit(onTheWay.remove());
        }
        Fate fate = fates.isEmpty() ? Fate.ANSWERED : fates.remove();
        return switch (fate) {
            case ANSWERED -> below.commit(transition);
            case DONE -> {
                below.commit(transition);
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

    @Override
    public Optional<StateHead> head(StateName name) {
        return below.head(name);
    }

    @Override
    public Optional<StateDocument> content(StateName name, StateVersion version) {
        return below.content(name, version);
    }

    @Override
    public HeadPage list(ListQuery query) {
        return below.list(query);
    }

    @Override
    public List<StateVersion> history(StateName name, long before, int limit) {
        return below.history(name, before, limit);
    }

    @Override
    public void forget(StateName name, StateVersion version) {
        below.forget(name, version);
    }

    @Override
    public void setAside(StateName name, StateVersion record, StateDocument document) {
        below.setAside(name, record, document);
    }

    @Override
    public List<StateVersion> aside(StateName name) {
        return below.aside(name);
    }

    @Override
    public StoreCheck check() {
        return below.check();
    }

    @Override
    public void close() {
        below.close();
    }
}
