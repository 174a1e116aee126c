package io.kolumn.state.access;

/** The result of checking a {@link Credential}. */
public sealed interface Authentication {

    /** The caller is authenticated; {@code grants} are its permissions. */
    record Authenticated(Identity identity, Policy.Grants grants) implements Authentication {}

    /** The credential is not valid. {@code reason} is only for the log: callers do not see it. */
    record Rejected(String reason) implements Authentication {}

    /** The result is unknown, because the issuer's keys are unavailable. A retry may help. */
    record Undecidable(String reason) implements Authentication {}
}
