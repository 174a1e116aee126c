package io.kolumn.state.health;

import io.kolumn.state.StoreCheck;
import io.kolumn.state.config.BackendProbe;
import io.kolumn.state.config.ServiceConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;

/** Ready while the served storage can be read and written. */
@Readiness
@ApplicationScoped
class BackendReadiness implements HealthCheck {

    /** What of a storage decides whether to trust it, where it says so. */
    private static final List<String> SHOWN = List.of("conditionalWrites", "warning");

    private final ServiceConfig config;
    private final BackendProbe probe;

    BackendReadiness(ServiceConfig config, BackendProbe probe) {
        this.config = config;
        this.probe = probe;
    }

    @Override
    public HealthCheckResponse call() {
        BackendProbe.Result result = probe.probe();
        StoreCheck check = result.check();
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("backend")
                .status(check.healthy())
                .withData("backend", config.provider().type())
                .withData("latencyMs", result.latency().toMillis())
                .withData("canRead", check.canRead())
                .withData("canWrite", check.canWrite());
        SHOWN.forEach(
                capability -> shown(answer, capability, check.capabilities().get(capability)));
        shown(answer, "problem", check.problem());
        return answer.build();
    }

    private static void shown(HealthCheckResponseBuilder answer, String name, @Nullable String value) {
        if (value != null) {
            answer.withData(name, value);
        }
    }
}
