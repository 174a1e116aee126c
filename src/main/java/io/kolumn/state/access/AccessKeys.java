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
                    ConfigKey.of(
                                    "hash",
                                    TEXT,
                                    "Hash of the password. Several, separated by commas, while it is being changed.")
                            .confidential(),
                    ConfigKey.of("hash_file", PATH, "File with the hash instead, such as a mounted secret."),
                    ConfigKey.of("groups", TEXT, "Groups of the user, separated by commas.")),
            "");

    static final NamedTable TOKENS = new NamedTable(
            "token",
            List.of(
                    ConfigKey.of(
                                    "hash",
                                    TEXT,
                                    "Hash of the token. Several, separated by commas, while it is being changed.")
                            .confidential(),
                    ConfigKey.of("hash_file", PATH, "File with the hash instead, such as a mounted secret."),
                    ConfigKey.of("groups", TEXT, "Groups of the holder of the token, separated by commas.")),
            "");

    static final NamedTable ISSUERS = new NamedTable(
            "issuer",
            List.of(
                    ConfigKey.of("url", TEXT, "URL of the issuer, as its tokens name it (iss).")
                            .mandatory(),
                    ConfigKey.of("audience", TEXT, "Accepted audiences (aud) of its tokens, separated by commas.")
                            .mandatory(),
                    ConfigKey.of("jwks_url", TEXT, "URL of its keys. Found by the issuer's discovery if not set."),
                    ConfigKey.of("jwks_file", PATH, "File with its keys instead."),
                    ConfigKey.of("algorithms", TEXT, "Accepted signature algorithms, separated by commas.")
                            .withDefault("RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA"),
                    ConfigKey.of("subject_claim", TEXT, "Claim with the name of the identity.")
                            .withDefault("sub"),
                    ConfigKey.of("groups_claim", TEXT, "Claim with the groups of the identity, such as groups."),
                    ConfigKey.of("ca_file", PATH, "Trusted CA certificates (PEM) for connections to the issuer."),
                    ConfigKey.of(
                            "bearer_file",
                            PATH,
                            "File with the bearer token for fetching the keys, if the issuer requires one."),
                    ConfigKey.of(
                            "client_id",
                            TEXT,
                            "Client of the issuer for sign-in at the pages. If not set: the issuer offers none."),
                    ConfigKey.of(
                            "client_secret_file",
                            PATH,
                            "File with the secret of the client. A public client has none."),
                    ConfigKey.of("scopes", TEXT, "Scopes of the sign-in, separated by commas.")
                            .withDefault("openid"),
                    ConfigKey.of(
                            "display_name", TEXT, "What the sign-in page calls the issuer. If not set: its name here."),
                    ConfigKey.choice(
                                    "sign_in_token",
                                    List.of("id", "access"),
                                    "Token of the issuer that a session holds: the ID token, or the access token if it is a JWT for an accepted audience.")
                            .withDefault("id")),
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
