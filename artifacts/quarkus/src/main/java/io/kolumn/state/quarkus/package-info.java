/** {@link io.kolumn.state.backend.StateBackend} as a bean of any Quarkus application: without endpoints, filters or log formats. */
@NullMarked
package io.kolumn.state.quarkus;

import org.jspecify.annotations.NullMarked;
