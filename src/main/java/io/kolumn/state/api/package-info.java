/** The REST API {@code /v1}: its resources and the JSON that they speak. */
@NullMarked
package io.kolumn.state.api;

import org.jspecify.annotations.NullMarked;
