package io.kolumn.state.api;

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
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /v1/events}: what happens to states, as it happens. */
@Path("/v1/events")
@RunOnVirtualThread
@Tag(name = "Events")
final class EventsResource {

    private static final String LAST_ID = "Last-Event-ID";

    private final EventStreams streams;

    EventsResource(EventStreams streams) {
        this.streams = streams;
    }

    /** One type alone: with two, Quarkus REST 3.32.1 looks for a writer of RestResponse and not of what is in it. */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(
            operationId = "streamEvents",
            summary = "Stream events",
            description =
                    "Server-Sent Events of states that the caller can read: each is a CloudEvent 1.0 as JSON. The stream"
                            + " ends when the client or the service ends it, or the credential expires. With"
                            + " Last-Event-ID it continues where another ended.")
    @APIResponse(
            responseCode = "200",
            description = "The stream",
            content = @Content(mediaType = "text/event-stream", schema = @Schema(type = SchemaType.STRING)))
    public RestResponse<EventAnswer> stream(
            @RestQuery
                    @DefaultValue("")
                    @Parameter(
                            allowEmptyValue = true,
                            description = "Only states whose names begin so",
                            example = "team-a/")
                    String prefix,
            @RestQuery
                    @DefaultValue("")
                    @Parameter(
                            allowEmptyValue = true,
                            description =
                                    "Types, separated by commas; an asterisk at the end matches all that begin so",
                            example = "version.written,lock*")
                    String type,
            @RestHeader(LAST_ID)
                    @Parameter(description = "The last id of a stream that ended, to go on there")
                    @Nullable
                    String lastId) {
        EventAnswer answer = streams.open(EventFilter.parse(prefix, type), lastId);
        return RestResponse.ResponseBuilder.ok(answer, MediaType.SERVER_SENT_EVENTS_TYPE)
                .header("X-Accel-Buffering", "no")
                .build();
    }
}
