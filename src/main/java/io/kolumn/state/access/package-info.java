/**
 * Who may do what, without any HTTP: identities and the secrets that prove them, tokens of issuers, rules, and their
 * configuration.
 */
@NullMarked
package io.kolumn.state.access;

import org.jspecify.annotations.NullMarked;
