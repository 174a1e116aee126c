/**
 * Who calls, and what that caller may do: asks for a proof at the door of every request, and answers the backend, which
 * asks on every call. Also what every answer says to browsers, and the audit trail.
 */
@NullMarked
package io.kolumn.state.security;

import org.jspecify.annotations.NullMarked;
