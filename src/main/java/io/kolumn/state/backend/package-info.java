/**
 * Every rule of reading, writing, locking and history, behind {@link io.kolumn.state.backend.StateBackend}, and the factory
 * that makes one over a configured storage. Knows no HTTP, JDBC or cloud SDK.
 */
@NullMarked
package io.kolumn.state.backend;

import org.jspecify.annotations.NullMarked;
