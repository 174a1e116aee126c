package io.kolumn.state.access;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who proved who they are, or nobody.
 *
 * @param kind how it was proven
 * @param source the issuer's name in the configuration; empty for other kinds
 * @param name of the user or token, the token's subject, or the certificate's
 * @param groups that it belongs to
 * @param claims what else is known of it by name; values that a policy can match or put into a state's name
 * @param expires end of the proof; null for one without
 */
public record Identity(
        Kind kind,
        String source,
        String name,
        Set<String> groups,
        Map<String, List<String>> claims,
        @Nullable Instant expires) {

    /** How an identity is proven. */
    public enum Kind {
        ANONYMOUS("anonymous", "none"),
        USER("user", "password"),
        TOKEN("token", "token"),
        ISSUER("issuer", "jwt"),
        CERTIFICATE("certificate", "certificate");

        private final String label;
        private final String authMethod;

        Kind(String label, String authMethod) {
            this.label = label;
            this.authMethod = authMethod;
        }

        public String label() {
            return label;
        }

        /** Returns the authentication method, as the audit trail names it. */
        public String authMethod() {
            return authMethod;
        }
    }

    private static final int LONGEST = 1_000;

    /** A caller without credentials. */
    public static final Identity ANONYMOUS = new Identity(Kind.ANONYMOUS, "", "", Set.of(), Map.of(), null);

    public Identity {
        groups = Set.copyOf(groups);
        claims = Map.copyOf(claims);
    }

    /**
     * Whether a name that somebody else chose can be one: it is stored with what the identity writes, and not every storage
     * keeps every character.
     */
    public static boolean fit(String name) {
        return !name.isEmpty()
                && name.length() <= LONGEST
                && name.codePoints()
                        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    }

    public static Identity user(String name, Set<String> groups) {
        return new Identity(Kind.USER, "", name, groups, Map.of("name", List.of(name)), null);
    }

    public static Identity token(String name, Set<String> groups) {
        return new Identity(Kind.TOKEN, "", name, groups, Map.of("name", List.of(name)), null);
    }

    public boolean anonymous() {
        return kind == Kind.ANONYMOUS;
    }

    /** The same for all credentials of one identity: {@code user/ada}, {@code github/repo:acme/app:ref:refs/heads/main}. */
    public String subject() {
        return switch (kind) {
            case ANONYMOUS -> "anonymous";
            case ISSUER -> source + "/" + name;
            case USER, TOKEN, CERTIFICATE -> kind.label() + "/" + name;
        };
    }

    public boolean expired(Instant now) {
        return expires != null && !now.isBefore(expires);
    }
}
