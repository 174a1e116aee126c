package io.kolumn.state.backend;

import io.kolumn.state.StateVersion;
import org.jspecify.annotations.Nullable;

/**
 * A quarantined document.
 *
 * @param record of the document
 * @param recovered the number of the kept version that has its content, with whatever serial; null if it is in no version
 */
public record QuarantinedDocument(
        StateVersion record, @Nullable Long recovered) {}
