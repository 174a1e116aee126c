package io.kolumn.state.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateName;
import io.kolumn.state.StateStore;
import io.kolumn.state.StateVersion;
import io.kolumn.state.Transition;
import java.util.Optional;

/**
 * Keeps the contents of versions that were read or written lately in memory, up to so many bytes. A version never
 * changes, so its content can; a head can change in another process at any time, so it is always asked for.
 */
public final class CachingStore extends ForwardingStore {

    /** What a content costs beside its bytes. */
    private static final int OVERHEAD = 512;

    private record Key(StateName name, long number, String id) {
        static Key of(StateName name, StateVersion version) {
            return new Key(name, version.number(), version.id());
        }
    }

    private final long largest;
    private final Cache<Key, StateDocument> contents;

    /** A content larger than a quarter of {@code size}, in bytes, is not kept. */
    public CachingStore(StateStore store, long size) {
        super(store);
        this.largest = size / 4;
        this.contents = Caffeine.newBuilder()
                .maximumWeight(size)
                .weigher((Key key, StateDocument content) ->
                        (int) Math.min(Integer.MAX_VALUE, content.size() + OVERHEAD))
                .executor(Runnable::run)
                .build();
    }

    @Override
    public Optional<StateDocument> content(StateName name, StateVersion version) {
        StateDocument cached = contents.getIfPresent(Key.of(name, version));
        if (cached != null) {
            return Optional.of(cached);
        }
        Optional<StateDocument> content = super.content(name, version);
        content.ifPresent(document -> keep(name, version, document));
        return content;
    }

    @Override
    public boolean commit(Transition transition) {
        boolean done = super.commit(transition);
        if (done && transition.version() != null && transition.content() != null) {
            keep(transition.name(), transition.version(), transition.content());
        }
        return done;
    }

    private void keep(StateName name, StateVersion version, StateDocument content) {
        if (content.size() + OVERHEAD <= largest) {
            contents.put(Key.of(name, version), content);
        }
    }

    @Override
    public void deleteContent(StateName name, StateVersion version) {
        contents.invalidate(Key.of(name, version));
        super.deleteContent(name, version);
    }

    @Override
    public void clear(StateName name, long versions) {
        contents.asMap().keySet().removeIf(key -> key.name().equals(name));
        super.clear(name, versions);
    }

    @Override
    public void putAttachment(StateName name, StateVersion record, StateDocument document) {
        contents.invalidate(Key.of(name, record));
        super.putAttachment(name, record, document);
    }
}
