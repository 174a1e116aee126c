package io.kolumn.state.health;

import io.kolumn.state.StoreCheck;
import io.kolumn.state.config.BackendProbe;
import io.kolumn.state.config.ServiceConfig;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready while the served storage can be read and written. */
@Readiness
@ApplicationScoped
class BackendReadiness implements HealthCheck {

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
        return (check.problem() == null ? answer : answer.withData("problem", check.problem())).build();
    }
}
