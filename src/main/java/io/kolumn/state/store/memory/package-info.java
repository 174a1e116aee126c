/**
 * The store that keeps everything in this process: for tests, for trying things out, and for states that may be lost.
 * Nothing outlives the process.
 */
@NullMarked
package io.kolumn.state.store.memory;

import org.jspecify.annotations.NullMarked;
