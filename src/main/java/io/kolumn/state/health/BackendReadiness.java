package io.kolumn.state.health;

import io.kolumn.state.StoreCheck;
import io.kolumn.state.server.BackendProbe;
import io.kolumn.state.server.ServiceConfig;
import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;

/**
 * Ready while the served storage can be read and written. Anybody may ask: the answer has the kind of a failure, and nothing
 * of hosts, folders, buckets or users. Those are in the log, when the kind changes, and in {@code /v1/backend}.
 */
@Readiness
@ApplicationScoped
class BackendReadiness implements HealthCheck {

    private static final String NONE = "";
    private static final String WEAK = "The storage has a warning. See /v1/backend.";

    private final ServiceConfig config;
    private final BackendProbe probe;
    private final AtomicReference<String> last = new AtomicReference<>(NONE);

    BackendReadiness(ServiceConfig config, BackendProbe probe) {
        this.config = config;
        this.probe = probe;
    }

    @Override
    public HealthCheckResponse call() {
        BackendProbe.Result result = probe.probe();
        StoreCheck check = result.check();
        String problem = problem(result);
        report(problem, check.problem());
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("backend")
                .status(check.healthy())
                .withData("backend", config.type())
                .withData("latencyMs", result.latency().toMillis())
                .withData("canRead", check.canRead())
                .withData("canWrite", check.canWrite());
        String conditional = check.capabilities().get("conditionalWrites");
        if (conditional != null) {
            answer.withData("conditionalWrites", conditional);
        }
        if (check.capabilities().containsKey("warning")) {
            answer.withData("warning", WEAK);
        }
        return (problem.isEmpty() ? answer : answer.withData("problem", problem)).build();
    }

    private static String problem(BackendProbe.Result result) {
        StoreCheck check = result.check();
        if (check.healthy()) {
            return NONE;
        }
        if (result.late()) {
            return "The storage did not answer in time.";
        }
        return "The storage cannot be "
                + (check.canRead() ? "written." : check.canWrite() ? "read." : "read or written.");
    }

    /** Not with every question: anybody may ask as often as they like. */
    private void report(String problem, @Nullable String detail) {
        if (last.getAndSet(problem).equals(problem)) {
            return;
        }
        if (problem.isEmpty()) {
            Log.info("The storage can be read and written again.");
        } else {
            Log.warnf("Not ready. %s %s", problem, detail);
        }
    }
}
