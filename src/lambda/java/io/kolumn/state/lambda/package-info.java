/** What is added where the service runs as a function of AWS Lambda: in the package of {@code -Dlambda} alone. */
@NullMarked
package io.kolumn.state.lambda;

import org.jspecify.annotations.NullMarked;
