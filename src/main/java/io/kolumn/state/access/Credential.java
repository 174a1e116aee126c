package io.kolumn.state.access;

import java.util.List;
import java.util.Map;

/** The credentials of a caller. None of them shows a secret as text. */
public sealed interface Credential {

    /** A name and a password, or with any name a token or JWT as the password. */
    record Basic(String name, String password) implements Credential {
        @Override
        public String toString() {
            return "Basic[" + name + "]";
        }
    }

    /** A token of the configuration, or a JWT. */
    record Bearer(String secret) implements Credential {
        @Override
        public String toString() {
            return "Bearer";
        }
    }

    /**
     * A client certificate that the TLS layer has verified.
     *
     * @param subject its distinguished name, by RFC 2253
     * @param attributes of that name, in lower case: cn, o, ou, …, with {@code dns}, {@code uri} and {@code email} of its
     *     alternative names
     */
    record Certificate(String subject, Map<String, List<String>> attributes) implements Credential {}
}
