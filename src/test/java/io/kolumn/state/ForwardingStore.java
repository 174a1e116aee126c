package io.kolumn.state;

import java.util.List;
import java.util.Optional;

/** Does as the store below; a test overrides what shall go otherwise. */
public class ForwardingStore implements StateStore {

    private final StateStore below;

    public ForwardingStore(StateStore below) {
        this.below = below;
    }

    @Override
    public Optional<StateHead> head(StateName name) {
        return below.head(name);
    }

    @Override
    public Optional<StateHead> recent(StateName name) {
        return below.recent(name);
    }

    @Override
    public Optional<StateDocument> content(StateName name, StateVersion version) {
        return below.content(name, version);
    }

    @Override
    public boolean commit(Transition transition) {
        return below.commit(transition);
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
