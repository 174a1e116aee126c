package io.kolumn.state.terraform;

import io.kolumn.state.health.LocalFolderProfile;

/** A folder of its own for OpenTofu, whose tests use the names of Terraform's. */
public final class TofuFolderProfile extends LocalFolderProfile {}
