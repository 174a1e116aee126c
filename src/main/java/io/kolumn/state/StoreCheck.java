package io.kolumn.state;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of a check of a store.
 *
 * @param canRead heads and contents can be read now
 * @param canWrite a commit can succeed now
 * @param capabilities capabilities of this storage, for people, such as {@code durable=true}; never a secret
 * @param problem the problem and what to do; null if there is none
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
