/**
 * The audit trail as a file: its records, the chain that shows changes, and the space that is kept for it. Knows no other
 * package.
 */
@NullMarked
package io.kolumn.state.audit;

import org.jspecify.annotations.NullMarked;
