/**
 * The core: names, documents, heads, versions and locks as values; {@link io.kolumn.state.StateStore}, what a storage
 * must do; and {@link io.kolumn.state.StateBackend}, where every rule stands. Nothing here knows HTTP, JDBC, a cloud's
 * SDK or a subpackage.
 */
@NullMarked
package io.kolumn.state;

import org.jspecify.annotations.NullMarked;
