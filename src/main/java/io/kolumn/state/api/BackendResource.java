package io.kolumn.state.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.server.BackendProbe;
import io.kolumn.state.server.ServiceConfig;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** {@code /v1/backend}: the storage that is served. */
@Path("/v1/backend")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Backends")
final class BackendResource {

    private final ServiceConfig config;
    private final BackendProbe probe;
    private final CallerSource guard;

    BackendResource(ServiceConfig config, BackendProbe probe, CallerSource guard) {
        this.config = config;
        this.probe = probe;
        this.guard = guard;
    }

    /** The served backend as JSON. */
    @Schema(requiredProperties = {"type", "configuration", "capabilities", "check"})
    record Backend(String type, Map<String, String> configuration, Map<String, String> capabilities, Check check) {}

    /** A check of it as JSON. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(requiredProperties = {"canRead", "canWrite", "latencyMs"})
    record Check(
            boolean canRead,
            boolean canWrite,
            long latencyMs,
            @Nullable String problem) {}

    @GET
    @Operation(
            operationId = "getBackend",
            summary = "The served storage",
            description =
                    "Its configuration without secrets, and its condition. Requires the permission admin on all states.")
    public Backend served() {
        Administrators.only(guard);
        BackendProbe.Result result = probe.probe();
        StoreCheck check = result.check();
        return new Backend(
                config.type(),
                config.store().shown(),
                check.capabilities(),
                new Check(check.canRead(), check.canWrite(), result.latency().toMillis(), check.problem()));
    }
}
