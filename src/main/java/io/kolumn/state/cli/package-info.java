/**
 * The same program as a command: one verb, one class. A verb works on {@link States}, which are those of a storage or of a
 * running service, and never asks which.
 */
@NullMarked
package io.kolumn.state.cli;

import org.jspecify.annotations.NullMarked;
