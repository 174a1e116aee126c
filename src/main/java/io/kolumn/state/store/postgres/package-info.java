/** Heads, locks and versions as rows of PostgreSQL. */
@NullMarked
package io.kolumn.state.store.postgres;

import org.jspecify.annotations.NullMarked;
