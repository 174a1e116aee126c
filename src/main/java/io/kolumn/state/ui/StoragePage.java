package io.kolumn.state.ui;

import io.kolumn.state.StoreCheck;
import io.kolumn.state.events.EventFeed;
import io.kolumn.state.events.WebhookStatus;
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
import java.util.ArrayList;
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
    private final EventFeed events;
    private final Pages pages;
    private final Clock clock;

    StoragePage(
            ServiceConfig config,
            BackendProbe probe,
            Administrators administrators,
            Inventory inventory,
            EventFeed events,
            Pages pages,
            Clock clock) {
        this.config = config;
        this.probe = probe;
        this.administrators = administrators;
        this.inventory = inventory;
        this.events = events;
        this.pages = pages;
        this.clock = clock;
    }

    /**
     * What the page shows.
     *
     * @param problem what is wrong with the storage; null for nothing
     * @param encryption how documents are encrypted, and by which key; empty if they are not
     * @param index how far the inventory is, or why there is none
     * @param webhooks in the order of the configuration; empty if there are none
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
            List<StateView.Fact> encryption,
            String index,
            List<Hook> webhooks) {}

    /**
     * What became of the events of a webhook since this process was started.
     *
     * @param receiver its scheme, host and port
     * @param last how long ago an event was given up; null if none was
     * @param at when that was
     * @param reason why
     */
    public record Hook(
            String name,
            String receiver,
            long delivered,
            int waiting,
            long dead,
            @Nullable String last,
            String at,
            String reason) {}

    @GET
    @Operation(hidden = true)
    public RestResponse<String> show() {
        administrators.check("to see the setup of the service");
        BackendProbe.Result result = probe.probe();
        StoreCheck check = result.check();
        Map<String, String> capabilities = new TreeMap<>(check.capabilities());
        List<StateView.Fact> encryption = encryption(capabilities);
        Instant now = clock.instant();
        View view = new View(
                config.type(),
                check.healthy(),
                check.canRead(),
                check.canWrite(),
                result.latency().toMillis(),
                check.problem(),
                facts(config.store().shown()),
                facts(capabilities),
                encryption,
                index(now),
                events.webhooks().stream().map(webhook -> hook(webhook, now)).toList());
        return pages.page("Storage", "storage", frame -> Templates.storage(frame, view));
    }

    /** Takes what a check says of keys out of the other capabilities. */
    private List<StateView.Fact> encryption(Map<String, String> capabilities) {
        String mode = capabilities.remove("encryption");
        String key = capabilities.remove("encryptionKey");
        String provider = config.keyProvider().orElse(null);
        if (provider == null) {
            return List.of();
        }
        List<StateView.Fact> facts = new ArrayList<>();
        facts.add(new StateView.Fact("Key provider", provider, ""));
        facts.add(new StateView.Fact("Key of new documents", key == null ? "not known now" : key, ""));
        facts.add(new StateView.Fact(
                "New documents", "on".equals(mode) ? "encrypted" : "plain; encrypted ones are read", ""));
        config.keyProviderShown().forEach((name, value) -> facts.add(new StateView.Fact(name, value, "")));
        return facts;
    }

    private static Hook hook(WebhookStatus webhook, Instant now) {
        WebhookStatus.GivenUp last = webhook.last();
        return new Hook(
                webhook.name(),
                webhook.receiver(),
                webhook.delivered(),
                webhook.waiting(),
                webhook.dead(),
                last == null ? null : Texts.ago(last.at(), now),
                last == null ? "" : Texts.time(last.at()),
                last == null ? "" : last.reason());
    }

    private String index(Instant now) {
        String off = inventory.off();
        if (off != null) {
            return off;
        }
        IndexLag lag = inventory.lag();
        Instant checked = lag.checked();
        if (checked == null) {
            return "The index is being made.";
        }
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
