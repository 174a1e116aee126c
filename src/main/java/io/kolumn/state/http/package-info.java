/**
 * What both protocols share on HTTP: what is refused before a resource is asked, reading and writing documents, tags, and
 * errors as problem+json. Knows neither protocol.
 */
@NullMarked
package io.kolumn.state.http;

import org.jspecify.annotations.NullMarked;
