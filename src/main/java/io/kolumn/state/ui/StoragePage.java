package io.kolumn.state.ui;

import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StoreCheck;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.server.BackendProbe;
import io.kolumn.state.server.ServiceConfig;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /ui/storage}: the storage that is served and its health, for administrators. */
@Path("/ui/storage")
@Produces(Pages.HTML)
@RunOnVirtualThread
public final class StoragePage {

    private final ServiceConfig config;
    private final BackendProbe probe;
    private final CallerSource callers;
    private final Pages pages;

    StoragePage(ServiceConfig config, BackendProbe probe, CallerSource callers, Pages pages) {
        this.config = config;
        this.probe = probe;
        this.callers = callers;
        this.pages = pages;
    }

    /**
     * What the page shows.
     *
     * @param problem what is wrong with the storage; null for nothing
     */
    public record View(
            String type,
            boolean healthy,
            boolean canRead,
            boolean canWrite,
            long latency,
            @Nullable String problem,
            List<StateView.Fact> configuration,
            List<StateView.Fact> capabilities) {}

    @GET
    @Operation(hidden = true)
    public RestResponse<String> show() {
        Caller caller = callers.caller();
        if (caller.expired() || !caller.mayEverywhere(Permission.ADMIN)) {
            throw new Forbidden(
                    Permission.ADMIN.label(),
                    "Permission 'admin' on all states ('**') is required to see the setup of the service.");
        }
        BackendProbe.Result result = probe.probe();
        StoreCheck check = result.check();
        View view = new View(
                config.type(),
                check.healthy(),
                check.canRead(),
                check.canWrite(),
                result.latency().toMillis(),
                check.problem(),
                facts(config.store().shown()),
                facts(check.capabilities()));
        return pages.page("Storage", "storage", frame -> Templates.storage(frame, view));
    }

    private static List<StateView.Fact> facts(Map<String, String> values) {
        return new TreeMap<>(values)
                .entrySet().stream()
                        .map(value -> new StateView.Fact(value.getKey(), value.getValue(), ""))
                        .toList();
    }
}
