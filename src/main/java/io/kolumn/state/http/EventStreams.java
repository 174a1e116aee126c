package io.kolumn.state.http;

import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.events.EventFeed;
import io.kolumn.state.events.EventFilter;
import io.kolumn.state.events.EventStream;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Begins streams of events for whoever makes the request. */
@Singleton
public final class EventStreams {

    private final EventFeed feed;
    private final CallerSource callers;
    private final Exchange exchange;
    private final Clock clock;

    EventStreams(EventFeed feed, CallerSource callers, Exchange exchange, Clock clock) {
        this.feed = feed;
        this.callers = callers;
        this.exchange = exchange;
        this.clock = clock;
    }

    /**
     * Begins a stream of what the caller may read. For a request of the head alone it ends at once.
     *
     * @param lastId the {@code Last-Event-ID} of the request; null or empty for what happens from now on
     */
    public EventAnswer open(EventFilter filter, @Nullable String lastId) {
        Supplier<Optional<Caller>> standing = callers.standing();
        Caller caller = standing.get().orElseThrow(() -> new Unauthenticated("Your token has expired."));
        EventStream stream = feed.open(
                exchange.caller(),
                filter,
                lastId == null || lastId.isEmpty() ? null : lastId,
                event -> caller.may(Permission.READ, event.state()));
        if (exchange.headOnly()) {
            stream.close();
            return new EventAnswer(out -> {}, () -> {});
        }
        EventText text = new EventText(feed, stream, standing, clock);
        return new EventAnswer(text::write, stream::close);
    }
}
