package io.kolumn.state.inventory;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an inventory.
 *
 * @param off why there is none, for people; null if there is one
 * @param maxDocumentSize the largest document that is indexed, in bytes
 * @param cacheSize memory for indexes of a storage without tables, in bytes
 * @param scanInterval how often changes by other processes are looked for
 */
public record InventorySettings(@Nullable String off, long maxDocumentSize, long cacheSize, Duration scanInterval) {

    public InventorySettings {
        if (maxDocumentSize < 0 || cacheSize < 0 || scanInterval.isNegative()) {
            throw new IllegalArgumentException("Settings out of their range: documents of " + maxDocumentSize
                    + " bytes, cache of " + cacheSize + " bytes, interval " + scanInterval);
        }
    }

    /** Returns the default settings. */
    public static InventorySettings defaults() {
        return new InventorySettings(null, 32L << 20, 32L << 20, Duration.ofSeconds(30));
    }
}
