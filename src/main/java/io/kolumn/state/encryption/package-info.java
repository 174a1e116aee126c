/**
 * Encryption of documents before a storage sees them: a store over another store, the envelope of a document, the keys of
 * states, and {@link io.kolumn.state.encryption.KeyProvider}, what wraps those keys.
 */
@NullMarked
package io.kolumn.state.encryption;

import org.jspecify.annotations.NullMarked;
