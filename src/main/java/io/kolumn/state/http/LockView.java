package io.kolumn.state.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kolumn.state.Lock;
import io.kolumn.state.LockInfo;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A lock as JSON of {@code /v1}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "Lock",
        requiredProperties = {"id", "path", "who", "version", "reason", "operation", "fence", "acquired"})
public record LockView(
        @Schema(examples = "9db590f1-b6fe-c5f2-2678-8804f089deba")
        String id,

        String path,
        @Schema(examples = "ada@build-7") String who,
        String version,
        @Nullable Instant created,

        @Schema(description = "Terraform's Info", examples = "nightly deploy")
        String reason,

        @Schema(examples = "OperationTypeApply") String operation,

        @Schema(description = "Grows with every acquisition of this state")
        long fence,

        Instant acquired,

        @Schema(
                description = "The authenticated identity that took it; missing if there was none",
                examples = "user/ada")
        @Nullable
        String owner,

        @Schema(description = "End of the lease; missing for a lock without one") @Nullable
        Instant expires) {

    public static LockView of(Lock lock) {
        LockInfo info = lock.info();
        return new LockView(
                info.id(),
                info.path(),
                info.who(),
                info.version(),
                info.created(),
                info.info(),
                info.operation(),
                lock.fence(),
                lock.acquired(),
                lock.owner().isEmpty() ? null : lock.owner(),
                lock.expires());
    }
}
