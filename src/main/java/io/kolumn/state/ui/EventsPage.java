package io.kolumn.state.ui;

import io.kolumn.state.events.EventFilter;
import io.kolumn.state.http.EventAnswer;
import io.kolumn.state.http.EventStreams;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /ui/events}: the stream that a page follows while it is looked at. A session of the pages reads it. */
@Path("/ui/events")
@RunOnVirtualThread
final class EventsPage {

    private final EventStreams streams;

    EventsPage(EventStreams streams) {
        this.streams = streams;
    }

    /**
     * Streams events of the states whose names begin so.
     *
     * @param after the position at which the page was made
     * @param lastId what a browser that connects again has received
     */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(hidden = true)
    public RestResponse<EventAnswer> stream(
            @RestQuery @DefaultValue("") String prefix,
            @RestQuery @DefaultValue("") String after,
            @RestHeader("Last-Event-ID") @Nullable String lastId) {
        EventAnswer answer = streams.open(EventFilter.changes(prefix), lastId == null ? after : lastId);
        return RestResponse.ResponseBuilder.ok(answer, MediaType.SERVER_SENT_EVENTS_TYPE)
                .header("X-Accel-Buffering", "no")
                .build();
    }
}
