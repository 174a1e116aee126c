/**
 * The toolkit of configuration: a key, a table of keys, tables of named entries, checked values, and hints for mistyped
 * names. Each subject keeps its own keys beside its code.
 */
@NullMarked
package io.kolumn.state.config;

import org.jspecify.annotations.NullMarked;
