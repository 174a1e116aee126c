/**
 * The protocol of Terraform's and OpenTofu's {@code http} backend. Every rule about states is in StateBackend; what is
 * here is what those clients send and what they take for success.
 */
@NullMarked
package io.kolumn.state.terraform;

import org.jspecify.annotations.NullMarked;
