package io.kolumn.state.access;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An authenticated identity, or an anonymous one.
 *
 * @param kind the kind of credentials
 * @param source the issuer's name in the configuration; empty for other kinds
 * @param name of the user or token, or the subject of the JWT or certificate
 * @param groups the groups of the identity
 * @param claims other attributes by name, for conditions and state names in a policy
 * @param expires the expiry of the credentials; null without one
 * @param token the id of the personal token that is the credential; null for all others
 */
public record Identity(
        Kind kind,
        String source,
        String name,
        Set<String> groups,
        Map<String, List<String>> claims,
        @Nullable Instant expires,
        @Nullable String token) {

    private static final String PERSONAL = "personal-token";

    /** The kind of credentials. */
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

        /** Returns the authentication method without a personal token. */
        String authMethod() {
            return authMethod;
        }
    }

    private static final int LONGEST = 1_000;

    /** A caller without credentials. */
    public static final Identity ANONYMOUS = new Identity(Kind.ANONYMOUS, "", "", Set.of(), Map.of(), null);

    /** Creates an identity that no personal token proves. */
    public Identity(
            Kind kind,
            String source,
            String name,
            Set<String> groups,
            Map<String, List<String>> claims,
            @Nullable Instant expires) {
        this(kind, source, name, groups, claims, expires, null);
    }

    public Identity {
        groups = Set.copyOf(groups);
        claims = Map.copyOf(claims);
    }

    /**
     * Returns whether an external name is usable: it is stored with every write, and not every storage keeps every
     * character.
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

    /**
     * Returns the subject, the same for all credentials of the identity: {@code user/ada}, {@code
     * github/repo:acme/app:ref:refs/heads/main}.
     */
    public String subject() {
        return switch (kind) {
            case ANONYMOUS -> "anonymous";
            case ISSUER -> source + "/" + name;
            case USER, TOKEN, CERTIFICATE -> kind.label() + "/" + name;
        };
    }

    /** Returns the authentication method, as the audit trail names it. */
    public String authMethod() {
        return token == null ? kind.authMethod() : PERSONAL;
    }

    /** Returns the same identity, as a personal token proves it. */
    Identity withToken(String id, Instant until) {
        return new Identity(kind, source, name, groups, claims, until, id);
    }

    /** Returns whether both have the same subject, whatever their credentials. */
    public boolean same(Identity other) {
        return kind == other.kind && source.equals(other.source) && name.equals(other.name);
    }

    public boolean expired(Instant now) {
        return expires != null && !now.isBefore(expires);
    }
}
