/**
 * What every storage shares: the JSON of heads and records, and decorators that are stores themselves. One package below
 * for each storage, with its provider and its keys beside it; none of them knows another.
 */
@NullMarked
package io.kolumn.state.store;

import org.jspecify.annotations.NullMarked;
