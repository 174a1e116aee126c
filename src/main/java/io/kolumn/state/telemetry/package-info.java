/** What the service tells of its work: metrics, and one line of the log for each change and for each refused request. */
@NullMarked
package io.kolumn.state.telemetry;

import org.jspecify.annotations.NullMarked;
