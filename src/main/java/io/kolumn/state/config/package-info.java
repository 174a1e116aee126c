/**
 * What can be chosen and set: the types of storage with their keys, reading and checking the configuration as a whole, and
 * the producer of the backend that the service serves.
 */
@NullMarked
package io.kolumn.state.config;

import org.jspecify.annotations.NullMarked;
