/**
 * The providers that wrap keys of states, and their configuration: named keys of a file or of the configuration, the
 * transit engine of Vault, and AWS KMS.
 */
@NullMarked
package io.kolumn.state.encryption.keys;

import org.jspecify.annotations.NullMarked;
