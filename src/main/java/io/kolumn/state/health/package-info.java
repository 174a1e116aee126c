/** Whether the service can do its work: live by answering, started by listening, ready by its storage. */
@NullMarked
package io.kolumn.state.health;

import org.jspecify.annotations.NullMarked;
