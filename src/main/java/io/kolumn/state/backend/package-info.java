/**
 * The rules. {@link io.kolumn.state.backend.StateBackend} is the one door to states for every protocol, command and
 * program: it checks permissions, locks and preconditions, commits, and keeps history. {@link
 * io.kolumn.state.backend.BackendFactory} makes one over a configured storage. Knows no HTTP, JDBC or cloud SDK.
 */
@NullMarked
package io.kolumn.state.backend;

import org.jspecify.annotations.NullMarked;
