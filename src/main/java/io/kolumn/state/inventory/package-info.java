/**
 * Which resources are in which state: the index of each current version, kept up behind the commits, and the search in it
 * by what a caller may read. Holds no index of its own where a storage keeps one.
 */
@NullMarked
package io.kolumn.state.inventory;

import org.jspecify.annotations.NullMarked;
