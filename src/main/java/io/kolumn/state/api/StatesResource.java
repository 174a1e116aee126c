package io.kolumn.state.api;

import io.kolumn.state.HeadPage;
import io.kolumn.state.LabelSelector;
import io.kolumn.state.ListQuery;
import io.kolumn.state.StateDocument;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.VersionedDocument;
import io.kolumn.state.backend.PointInTime;
import io.kolumn.state.backend.StateBackend;
import io.kolumn.state.backend.WriteOptions;
import io.kolumn.state.backend.WriteResult;
import io.kolumn.state.http.ContentCoding;
import io.kolumn.state.http.DocumentAnswer;
import io.kolumn.state.http.EntityTags;
import io.kolumn.state.http.Exchange;
import io.kolumn.state.http.Problem;
import io.kolumn.state.http.QueryParameters;
import io.kolumn.state.http.RequestBodies;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /v1/states}: documents by the names of their states. */
@Path("/v1/states")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "States")
final class StatesResource {

    static final String EXAMPLE = """
            {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "22baec5a-b199-3700-0f9f-6a2186d2ad2b", \
            "outputs": {}, "resources": []}""";

    private static final String AT =
            "The version that was current then: the newest kept one accepted by that time. Deletions before"
                    + " a newer version are not recorded. With State-Exact: false, versions of that time may be gone.";

    private static final Set<String> INCLUDABLE = Set.of("deleted", "locked");

    private final StateBackend backend;
    private final RequestBodies bodies;
    private final Exchange exchange;

    StatesResource(StateBackend backend, RequestBodies bodies, Exchange exchange) {
        this.backend = backend;
        this.bodies = bodies;
        this.exchange = exchange;
    }

    @GET
    @Operation(
            operationId = "listStates",
            summary = "List states",
            description =
                    "In byte order of their names, with created ones that have no version yet. For the next page, repeat with after=next.")
    public StateList list(
            @BeanParam PageParameters page,
            @RestQuery
                    @DefaultValue("")
                    @Parameter(
                            allowEmptyValue = true,
                            description = "deleted: include tombstones; locked: include names that are only locked",
                            example = "deleted,locked")
                    String include,
            @RestQuery
                    @DefaultValue("")
                    @Parameter(
                            allowEmptyValue = true,
                            description =
                                    "Only states with all of these labels: key=value, or a key alone, with a comma between"
                                            + " them. A comma in a value is written as \\, and a backslash as \\\\",
                            example = "team=network,env")
                    String label) {
        Set<String> included = include.isEmpty() ? Set.of() : new HashSet<>(List.of(include.split(",", -1)));
        for (String kind : included) {
            if (!INCLUDABLE.contains(kind)) {
                throw new Invalid(
                        "include=" + QueryParameters.shown(include) + " is not one of 'deleted' and 'locked'.");
            }
        }
        HeadPage found = backend.list(new ListQuery(
                page.prefix(),
                page.position(StateName::of),
                page.size(),
                included.contains("deleted"),
                included.contains("locked"),
                LabelSelector.parse(label)));
        return StateList.of(found, backend.readsAll(page.prefix()));
    }

    @GET
    @Path("/{name:.+}")
    @Operation(
            operationId = "getState",
            summary = "Read a document",
            description = "The exact bytes that were written.")
    @APIResponse(
            responseCode = "200",
            description =
                    "The document, described by State-Version, State-Serial, State-Lineage, State-Checksum and ETag.",
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(type = SchemaType.OBJECT),
                            examples = @ExampleObject(name = "state", value = EXAMPLE)))
    @APIResponse(responseCode = "304", description = "The client has this version already (If-None-Match).")
    @APIResponse(responseCode = "404", description = "There is no such state or version.")
    public RestResponse<StateDocument> read(
            @RestPath String name,
            @RestQuery
                    @Parameter(
                            description = "Number of a version; the current one if missing",
                            schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "1"))
                    @Nullable
                    String version,
            @RestQuery @Parameter(description = "Id of a quarantined document") @Nullable String quarantined,
            @RestQuery
                    @Parameter(
                            description = AT,
                            example = "2026-11-23T10:00:00Z",
                            schema = @Schema(type = SchemaType.STRING, format = "date-time"))
                    @Nullable
                    String at,
            @Context HttpHeaders headers) {
        StateName state = StateName.of(name);
        if (at != null) {
            onlyOne(version, quarantined);
            PointInTime then = then(state, at);
            VersionedDocument stored =
                    stored(state, Long.toString(then.version().number()));
            return certain(then, DocumentAnswer.of(stored, headers));
        }
        String known = headers.getHeaderString(HttpHeaders.IF_NONE_MATCH);
        if (known != null && version == null && quarantined == null) {
            StateVersion current = backend.current(state).orElseThrow(() -> missing(state, null));
            if (EntityTags.fresh(known, current)) {
                return DocumentAnswer.notModified(current, headers);
            }
        }
        VersionedDocument stored = quarantined != null ? quarantined(state, quarantined) : stored(state, version);
        return quarantined == null && EntityTags.fresh(known, stored.version())
                ? DocumentAnswer.notModified(stored.version(), headers)
                : DocumentAnswer.of(stored, headers);
    }

    private VersionedDocument stored(StateName state, @Nullable String version) {
        return (version == null
                        ? backend.get(state, exchange::reserve)
                        : backend.get(state, QueryParameters.version(version), exchange::reserve))
                .orElseThrow(() -> missing(state, version));
    }

    private static void onlyOne(@Nullable String version, @Nullable String quarantined) {
        if (version != null || quarantined != null) {
            throw new Invalid("Give one of 'at', 'version' and 'quarantined'.");
        }
    }

    private PointInTime then(StateName state, String at) {
        Instant time = QueryParameters.time("at", at);
        return backend.at(state, time)
                .orElseThrow(() -> new NotFound(
                        state,
                        "State '" + state + "' had no document at " + time
                                + ", or its versions of that time are no longer kept."));
    }

    private static <T> RestResponse<T> certain(PointInTime then, RestResponse<T> answer) {
        answer.getHeaders().putSingle("State-Exact", then.certain());
        return answer;
    }

    private VersionedDocument quarantined(StateName state, String id) {
        return backend.getQuarantined(state, id)
                .orElseThrow(() -> new NotFound(
                        state,
                        "There is no quarantined document '" + QueryParameters.shown(id) + "' of state '" + state
                                + "'."));
    }

    @HEAD
    @Path("/{name:.+}")
    @Operation(operationId = "headState", summary = "Headers of GET without the document")
    @APIResponse(responseCode = "200", description = "The document exists; the headers describe it")
    @APIResponse(responseCode = "304", description = "The client has this version already (If-None-Match).")
    @APIResponse(responseCode = "404", description = "There is no such state or version.")
    public RestResponse<Void> head(
            @RestPath String name,
            @RestQuery
                    @Parameter(schema = @Schema(type = SchemaType.INTEGER, format = "int64", minimum = "1"))
                    @Nullable
                    String version,
            @RestQuery @Parameter(schema = @Schema(type = SchemaType.STRING, format = "date-time")) @Nullable String at,
            @Context HttpHeaders headers) {
        StateName state = StateName.of(name);
        if (at != null) {
            onlyOne(version, null);
            PointInTime then = then(state, at);
            return certain(then, DocumentAnswer.headOf(then.version(), headers));
        }
        StateVersion found = (version == null
                        ? backend.current(state)
                        : backend.version(state, QueryParameters.version(version)))
                .orElseThrow(() -> missing(state, version));
        return EntityTags.fresh(headers.getHeaderString(HttpHeaders.IF_NONE_MATCH), found)
                ? DocumentAnswer.notModified(found, headers)
                : DocumentAnswer.headOf(found, headers);
    }

    @PUT
    @Path("/{name:.+}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "putState",
            summary = "Write a document",
            description = "Checks lock, serial and lineage. Writing the bytes of the current document again succeeds"
                    + " without a change. If-Match and If-None-Match are obeyed.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(type = SchemaType.OBJECT),
                            examples = @ExampleObject(name = "state", value = EXAMPLE)))
    @APIResponse(responseCode = "200", description = "Replaced, or unchanged")
    @APIResponse(responseCode = "201", description = "Created")
    @APIResponse(
            responseCode = "403",
            description = "Not allowed. The document of a caller who holds or held the lock is quarantined; else"
                    + " notQuarantined says why not.")
    @APIResponse(responseCode = "409", description = "The lock was lost, or serial or lineage does not match")
    @APIResponse(responseCode = "412", description = "If-Match or If-None-Match does not hold")
    @APIResponse(responseCode = "423", description = "Locked")
    @Parameter(
            name = "force",
            in = ParameterIn.QUERY,
            description = "Skips the checks of serial and lineage",
            schema = @Schema(type = SchemaType.BOOLEAN))
    public RestResponse<VersionView> write(
            @RestPath String name,
            @RestQuery @Parameter(description = "Id of the client's lock") @Nullable String lock,
            @Context UriInfo asked,
            InputStream body,
            @Context HttpHeaders headers)
            throws IOException {
        StateName state = StateName.of(name);
        QueryParameters.checkTyped(headers);
        WriteOptions options = options(lock, QueryParameters.flag("force", asked), headers);
        backend.expect(state, RequestBodies.announced(headers), options);
        StateDocument document = bodies.document(body, headers);
        WriteResult written = backend.put(state, document, options);
        RestResponse.ResponseBuilder<VersionView> answer = RestResponse.ResponseBuilder.create(
                written.created() ? RestResponse.Status.CREATED : RestResponse.Status.OK,
                VersionView.of(written.version()));
        return DocumentAnswer.describe(answer, written.version(), ContentCoding.IDENTITY)
                .build();
    }

    @DELETE
    @Path("/{name:.+}")
    @Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE
    }) // only its errors have a body, and clients accept those alone
    @Operation(
            operationId = "deleteState",
            summary = "Delete a document",
            description = "Its history and counters stay.")
    @APIResponse(responseCode = "204", description = "Deleted")
    @APIResponse(responseCode = "404", description = "There is no such state")
    @APIResponse(responseCode = "409", description = "The lock was lost")
    @APIResponse(responseCode = "412", description = "If-Match or If-None-Match does not hold")
    @APIResponse(responseCode = "423", description = "Locked")
    public RestResponse<Void> delete(
            @RestPath String name,
            @RestQuery @Parameter(description = "Id of the client's lock") @Nullable String lock,
            @Context HttpHeaders headers) {
        StateName state = StateName.of(name);
        if (!backend.delete(state, options(lock, false, headers))) {
            throw missing(state, null);
        }
        return RestResponse.noContent();
    }

    private static WriteOptions options(@Nullable String lock, boolean force, HttpHeaders headers) {
        return new WriteOptions(
                "", lock == null || lock.isEmpty() ? null : lock, force, EntityTags.preconditions(headers));
    }

    private static NotFound missing(StateName state, @Nullable String version) {
        return new NotFound(
                state,
                version == null
                        ? "There is no state '" + state + "'."
                        : "State '" + state + "' has no version " + version
                                + ". It may have been removed by retention.");
    }
}
