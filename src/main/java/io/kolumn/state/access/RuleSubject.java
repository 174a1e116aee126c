package io.kolumn.state.access;

import java.util.Set;

/** Whom a rule is about. */
sealed interface RuleSubject {

    boolean is(Identity identity);

    /** As a policy has it. */
    String text();

    /** Whether such an identity has claims of its issuer. */
    default boolean claiming() {
        return true;
    }

    /** Whether people can be meant, who log in by a password or through an issuer. */
    default boolean person() {
        return true;
    }

    /** Whoever proved anything. */
    record Authenticated() implements RuleSubject {
        @Override
        public boolean is(Identity identity) {
            return !identity.anonymous();
        }

        @Override
        public String text() {
            return "authenticated";
        }
    }

    /** Whoever proved nothing. */
    record Anonymous() implements RuleSubject {
        @Override
        public boolean is(Identity identity) {
            return identity.anonymous();
        }

        @Override
        public String text() {
            return "anonymous";
        }

        @Override
        public boolean claiming() {
            return false;
        }

        @Override
        public boolean person() {
            return false;
        }
    }

    /** A user, a token or a certificate by its name, or an issuer by that of its configuration. */
    record Named(Identity.Kind kind, ValuePattern name) implements RuleSubject {
        @Override
        public boolean is(Identity identity) {
            String named = kind == Identity.Kind.ISSUER ? identity.source() : identity.name();
            return identity.kind() == kind && name.matches(named);
        }

        @Override
        public String text() {
            return kind == Identity.Kind.CERTIFICATE ? kind.label() : kind.label() + ":" + name;
        }

        @Override
        public boolean claiming() {
            return kind == Identity.Kind.ISSUER || kind == Identity.Kind.CERTIFICATE;
        }

        @Override
        public boolean person() {
            return kind == Identity.Kind.USER || kind == Identity.Kind.ISSUER;
        }
    }

    /** A member of a group. */
    record Group(String name) implements RuleSubject {
        @Override
        public boolean is(Identity identity) {
            return identity.groups().contains(name);
        }

        @Override
        public String text() {
            return "group:" + name;
        }
    }

    /**
     * Reads one.
     *
     * @param issuers the names of the configured issuers
     * @throws IllegalArgumentException if it is none; the message says what is wrong with it
     */
    static RuleSubject parse(String text, Set<String> issuers) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        String name = colon < 0 ? "" : text.substring(colon + 1).strip();
        if (kind.equals("authenticated") && colon < 0) {
            return new Authenticated();
        }
        if (kind.equals("anonymous") && colon < 0) {
            return new Anonymous();
        }
        if (kind.equals("certificate") && colon < 0) {
            return new Named(Identity.Kind.CERTIFICATE, ValuePattern.of("**"));
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' is not one of user:<name>, token:<name>, group:<name>,"
                    + " issuer:<name>, certificate, authenticated, anonymous");
        }
        return switch (kind) {
            case "user" -> new Named(Identity.Kind.USER, ValuePattern.of(name));
            case "token" -> new Named(Identity.Kind.TOKEN, ValuePattern.of(name));
            case "group" -> new Group(name);
            case "issuer" -> {
                if (!issuers.contains(name)) {
                    throw new IllegalArgumentException("'" + text + "' is not a configured issuer; the issuers are "
                            + (issuers.isEmpty() ? "none" : String.join(", ", issuers)));
                }
                yield new Named(Identity.Kind.ISSUER, ValuePattern.of(name));
            }
            default ->
                throw new IllegalArgumentException("'" + text + "' is not one of user:<name>, token:<name>,"
                        + " group:<name>, issuer:<name>, certificate, authenticated, anonymous");
        };
    }
}
