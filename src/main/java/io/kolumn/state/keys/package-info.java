/**
 * What wraps the keys of states: named keys of a file or of the configuration, the transit engine of Vault, and AWS KMS.
 * Each is a {@link io.kolumn.state.store.KeyProvider}; nothing here knows of documents, or of how a provider is chosen.
 */
@NullMarked
package io.kolumn.state.keys;

import org.jspecify.annotations.NullMarked;
