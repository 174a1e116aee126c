package io.kolumn.state.ui;

import io.kolumn.state.StoreCheck;
import io.kolumn.state.inventory.IndexLag;
import io.kolumn.state.inventory.Inventory;
import io.kolumn.state.server.BackendProbe;
import io.kolumn.state.server.ServiceConfig;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.time.Clock;
import java.time.Instant;
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
    private final Administrators administrators;
    private final Inventory inventory;
    private final Pages pages;
    private final Clock clock;

    StoragePage(
            ServiceConfig config,
            BackendProbe probe,
            Administrators administrators,
            Inventory inventory,
            Pages pages,
            Clock clock) {
        this.config = config;
        this.probe = probe;
        this.administrators = administrators;
        this.inventory = inventory;
        this.pages = pages;
        this.clock = clock;
    }

    /**
     * What the page shows.
     *
     * @param problem what is wrong with the storage; null for nothing
     * @param index how far the inventory is, or why there is none
     */
    public record View(
            String type,
            boolean healthy,
            boolean canRead,
            boolean canWrite,
            long latency,
            @Nullable String problem,
            List<StateView.Fact> configuration,
            List<StateView.Fact> capabilities,
            String index) {}

    @GET
    @Operation(hidden = true)
    public RestResponse<String> show() {
        administrators.check("to see the setup of the service");
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
                facts(check.capabilities()),
                index());
        return pages.page("Storage", "storage", frame -> Templates.storage(frame, view));
    }

    private String index() {
        String off = inventory.off();
        if (off != null) {
            return off;
        }
        IndexLag lag = inventory.lag();
        Instant checked = lag.checked();
        if (checked == null) {
            return "The index is being made.";
        }
        Instant now = clock.instant();
        Instant oldest = lag.oldest();
        return (lag.behind() == 0
                        ? "The index knows the current version of every state."
                        : "The index lacks the current version of " + Texts.count(lag.behind(), "state")
                                + (oldest == null ? "." : ", the oldest written " + Texts.ago(oldest, now) + "."))
                + " All processes were last looked at " + Texts.ago(checked, now) + ".";
    }

    private static List<StateView.Fact> facts(Map<String, String> values) {
        return new TreeMap<>(values)
                .entrySet().stream()
                        .map(value -> new StateView.Fact(value.getKey(), value.getValue(), ""))
                        .toList();
    }
}
