package io.kolumn.state.access;

/** A sign-in by an issuer that came to nothing. The message is for the person who wanted in, and holds no secret. */
public final class SignInFailed extends Exception {

    /** Whose fault it is. */
    public enum Reason {
        /** The issuer cannot be reached, or answers what is no answer. */
        AWAY,
        /** The code was used before, has ended, or was never the issuer's. */
        CODE,
        /** The issuer does not take this service for the client that it was configured as. */
        CLIENT,
        /** The tokens of the issuer prove nothing here. */
        TOKEN
    }

    private final Reason reason;
    private final String detail;

    SignInFailed(Reason reason, String message, String detail) {
        super(message);
        this.reason = reason;
        this.detail = detail;
    }

    public Reason reason() {
        return reason;
    }

    /** Returns what an administrator wants to know, for the log. It holds no secret. */
    public String detail() {
        return detail;
    }

    /** Returns the message, which is always there. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
