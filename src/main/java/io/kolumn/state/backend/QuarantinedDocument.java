package io.kolumn.state.backend;

import io.kolumn.state.StateVersion;
import org.jspecify.annotations.Nullable;

/**
 * A quarantined document.
 *
 * @param record the record of the document
 * @param recovered the number of the kept version with the same content, whatever its serial; null if there is none
 */
public record QuarantinedDocument(
        StateVersion record, @Nullable Long recovered) {}
