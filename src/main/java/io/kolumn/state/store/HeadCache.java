package io.kolumn.state.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kolumn.state.StateHead;
import io.kolumn.state.StateName;
import java.util.Optional;

/** The heads that a store saw or made lately, for {@link io.kolumn.state.StateStore#recent}. */
public final class HeadCache {

    /** About 10 MB. */
    private static final int MAX_ENTRIES = 10_000;

    private final Cache<StateName, StateHead> heads = Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .executor(Runnable::run)
            .build();

    public Optional<StateHead> get(StateName name) {
        return Optional.ofNullable(heads.getIfPresent(name));
    }

    /** Of two that are put at the same time either may stay: the older one costs its reader a refused commit. */
    public void put(StateHead head) {
        heads.put(head.name(), head);
    }

    public void drop(StateName name) {
        heads.invalidate(name);
    }
}
