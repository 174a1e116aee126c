package io.kolumn.state;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a store found out about itself.
 *
 * @param canRead heads and contents can be read now
 * @param canWrite a commit can succeed now
 * @param capabilities what this storage can do, for people, such as {@code durable=true}; never a secret
 * @param problem what is wrong and what to do, null if nothing is
 */
public record StoreCheck(
        boolean canRead,
        boolean canWrite,
        Map<String, String> capabilities,
        @Nullable String problem) {

    public StoreCheck {
        capabilities = Map.copyOf(capabilities);
    }

    public boolean healthy() {
        return canRead && canWrite;
    }
}
