/**
 * Who may do what, without any HTTP: identities and the secrets that prove them, the policy, tokens of issuers, and the
 * audit trail. The layer {@code security} asks it for each request, and commands may.
 */
@NullMarked
package io.kolumn.state.access;

import org.jspecify.annotations.NullMarked;
