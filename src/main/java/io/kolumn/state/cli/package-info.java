/**
 * The same program as a command: one command, one class. A command works on {@link States} of a storage or of a
 * running service, without knowing which.
 */
@NullMarked
package io.kolumn.state.cli;

import org.jspecify.annotations.NullMarked;
