/**
 * Workspaces: the API that Terraform's {@code cloud} block and {@code backend "remote"} speak, on the same states and locks. Runs
 * are not offered; execution is local.
 */
@NullMarked
package io.kolumn.state.tfe;

import org.jspecify.annotations.NullMarked;
