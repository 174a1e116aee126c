package io.kolumn.state.access;

import static io.kolumn.state.config.ConfigKey.Type.PATH;
import static io.kolumn.state.config.ConfigKey.Type.TEXT;

import io.kolumn.state.config.ConfigKey;
import io.kolumn.state.config.NamedTable;
import java.util.List;

/** The keys of users, tokens, issuers and rules. */
public final class AccessKeys {

    static final NamedTable USERS = new NamedTable(
            "user",
            List.of(
                    ConfigKey.of("hash", TEXT, "Hash of the password; several, with commas, while it is changed.")
                            .confidential(),
                    ConfigKey.of("hash_file", PATH, "A file that holds the hash instead, such as a mounted secret."),
                    ConfigKey.of("groups", TEXT, "Groups that the user is in, with commas.")),
            "");

    static final NamedTable TOKENS = new NamedTable(
            "token",
            List.of(
                    ConfigKey.of("hash", TEXT, "Hash of the token; several, with commas, while it is changed.")
                            .confidential(),
                    ConfigKey.of("hash_file", PATH, "A file that holds the hash instead, such as a mounted secret."),
                    ConfigKey.of("groups", TEXT, "Groups of the holder of the token, separated by commas.")),
            "");

    static final NamedTable ISSUERS = new NamedTable(
            "issuer",
            List.of(
                    ConfigKey.of("url", TEXT, "The issuer as its tokens name it (iss).")
                            .mandatory(),
                    ConfigKey.of(
                                    "audience",
                                    TEXT,
                                    "Whom its tokens must be made for (aud); any of several, with commas.")
                            .mandatory(),
                    ConfigKey.of("jwks_url", TEXT, "Where its keys are; found by the issuer's discovery if not set."),
                    ConfigKey.of("jwks_file", PATH, "A file that holds its keys instead."),
                    ConfigKey.of("algorithms", TEXT, "The signatures that are taken, with commas.")
                            .withDefault("RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA"),
                    ConfigKey.of("subject_claim", TEXT, "The claim that names the identity.")
                            .withDefault("sub"),
                    ConfigKey.of("groups_claim", TEXT, "The claim that lists its groups, such as groups."),
                    ConfigKey.of("ca_file", PATH, "Certificates (PEM) that the issuer's own must come from."),
                    ConfigKey.of(
                            "bearer_file", PATH, "A file with the token to fetch the keys with, where one is needed.")),
            "");

    static final NamedTable RULES = new NamedTable(
            "policy",
            List.of(
                    ConfigKey.of(
                                    "subjects",
                                    TEXT,
                                    "Any of user:<name>, token:<name>, group:<name>, issuer:<name>, certificate, authenticated, anonymous, separated by commas.")
                            .mandatory()
                            .formerly("who"),
                    ConfigKey.of(
                                    "states",
                                    TEXT,
                                    "Patterns of state names, separated by commas: team-a/**, */prod, {repository}/**.")
                            .mandatory(),
                    ConfigKey.of("roles", TEXT, "Allowed roles: reader, planner, writer, operator, admin."),
                    ConfigKey.of(
                                    "permissions",
                                    TEXT,
                                    "Allowed permissions: outputs, read, lock, write, restore, delete, unlock-force, force, admin, purge.")
                            .formerly("verbs"),
                    ConfigKey.of(
                            "deny", TEXT, "Denied permissions or roles. A deny overrides every rule that allows.")),
            "claims.");

    public static final List<NamedTable> ALL = List.of(USERS, TOKENS, ISSUERS, RULES);

    private AccessKeys() {}
}
