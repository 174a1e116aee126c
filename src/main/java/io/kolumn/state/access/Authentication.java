package io.kolumn.state.access;

/** What became of a {@link Credential}. */
public sealed interface Authentication {

    /** It is somebody's; {@code grants} are what the policy says of that identity. */
    record Authenticated(Identity identity, Policy.Grants grants) implements Authentication {}

    /** It proves nothing. {@code reason} is for the log alone: a caller is not told what was wrong. */
    record Rejected(String reason) implements Authentication {}

    /** Nobody can tell now, since the issuer's keys cannot be had; trying again may help. */
    record Undecidable(String reason) implements Authentication {}
}
