package io.kolumn.state.terraform;

import io.kolumn.state.security.TlsAccessProfile;

/** A service of its own for OpenTofu, whose tests use the names of Terraform's. */
public final class TofuAccessProfile extends TlsAccessProfile {}
