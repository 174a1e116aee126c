package io.kolumn.state.security;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Not ready while changes are refused because they could not be recorded; where they go on nevertheless it says so. */
@Readiness
@ApplicationScoped
class AuditReadiness implements HealthCheck {

    private final AuditTrail trail;

    AuditReadiness(AuditTrail trail) {
        this.trail = trail;
    }

    @Override
    public HealthCheckResponse call() {
        boolean writable = trail.writable();
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("audit").status(writable || !trail.refuses());
        if (!writable) {
            answer.withData("problem", "The audit trail cannot be written.");
        }
        return answer.build();
    }
}
