/**
 * The store on local files: a log for each state in a hidden folder, and beside it each current document as a plain file.
 * Safe for several threads and several processes on one folder, durable.
 */
@NullMarked
package io.kolumn.state.store.local;

import org.jspecify.annotations.NullMarked;
