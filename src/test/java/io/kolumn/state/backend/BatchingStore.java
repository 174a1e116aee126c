package io.kolumn.state.backend;

import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StoreBatch;
import io.kolumn.state.Transition;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.store.ForwardingStore;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Does one after the other, and what a test wants in between. */
final class BatchingStore extends ForwardingStore implements StoreBatch {
    private final StateStore below;
    Runnable before = () -> {};
    boolean remembers = true;
    boolean failing;

    BatchingStore(StateStore below) {
        super(below);
        this.below = below;
    }

    @Override
    public Optional<StoreBatch> batch() {
        return Optional.of(this);
    }

    @Override
    public Optional<StateHead> recent(StateName name) {
        return remembers ? below.head(name) : Optional.empty();
    }

    @Override
    public int size() {
        return 8;
    }

    @Override
    public List<Boolean> commit(List<Transition> transitions) {
        Runnable first = before;
        before = () -> {};
        first.run();
        List<Boolean> done = transitions.stream().map(below::commit).toList();
        if (failing) {
            throw Unavailable.outcomeUnknown("The answer was lost, by the test.", null);
        }
        return done;
    }

    @Override
    public Map<StateName, List<VersionedDocument>> read(Collection<StateName> names) {
        Map<StateName, List<VersionedDocument>> read = new LinkedHashMap<>();
        for (StateName name : names) {
            read.put(
                    name,
                    below.history(name, Long.MAX_VALUE, 9).reversed().stream()
                            .map(version -> new VersionedDocument(
                                    version, below.content(name, version).orElseThrow()))
                            .toList());
        }
        return read;
    }
}
