package io.kolumn.state;

/**
 * A version with its bytes.
 *
 * @param version its record
 * @param document its content
 */
public record VersionedDocument(StateVersion version, StateDocument document) {}
