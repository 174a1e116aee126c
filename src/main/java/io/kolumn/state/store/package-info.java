/**
 * What storages share: the interface of a type of storage and of a foreign layout, the JSON of heads and records, and
 * decorators that are stores themselves. One package below for each storage, with its keys beside it; none knows another.
 */
@NullMarked
package io.kolumn.state.store;

import org.jspecify.annotations.NullMarked;
