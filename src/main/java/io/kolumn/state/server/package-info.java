/**
 * The wiring of the service: its configuration as a whole, the backend that it serves, and the checks at start and end.
 */
@NullMarked
package io.kolumn.state.server;

import org.jspecify.annotations.NullMarked;
