/**
 * The values of the field, and what a storage must do: names, documents, versions, heads and locks; and
 * {@link io.kolumn.state.StateStore}, the interface of a storage. Knows no other package. The rules stand in
 * {@code io.kolumn.state.backend}.
 */
@NullMarked
package io.kolumn.state;

import org.jspecify.annotations.NullMarked;
