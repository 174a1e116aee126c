/**
 * What happens to states, as events behind the commits: their types, the feed that keeps the latest and hands them on, and
 * webhooks. No event holds a value of a state or the id of a lock.
 */
@NullMarked
package io.kolumn.state.events;

import org.jspecify.annotations.NullMarked;
