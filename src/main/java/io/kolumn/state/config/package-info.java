/**
 * What can be chosen and set: the types of storage with their keys, reading and checking the configuration as a whole, and
 * the producer of the backend that the service serves; and the layouts of other tools, with the names of what is in them.
 */
@NullMarked
package io.kolumn.state.config;

import org.jspecify.annotations.NullMarked;
