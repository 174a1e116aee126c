package io.kolumn.state.access;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.config.NamedEntry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Makes an {@link Authenticator} of a configuration, and finds everything that is wrong with one. */
final class AccessReader {

    /** The key of who may make personal tokens, which is not one of identities and rules. */
    static final String MAKERS = "kolumn.state.access.personal-tokens";

    private final AccessConfig config;
    private final Function<Path, Optional<String>> files;
    private final List<Problem> problems;

    /**
     * @param files the text of a file; empty if it cannot be read
     * @param problems gets what is wrong, beside what it has already
     */
    AccessReader(AccessConfig config, Function<Path, Optional<String>> files, List<Problem> problems) {
        this.config = config;
        this.files = files;
        this.problems = problems;
    }

    /**
     * @param keys the keys of an issuer
     * @param passwords that were right before
     * @param personal the records of personal tokens, and who may make them
     * @throws Configuration with every problem there is
     */
    Authenticator read(
            Duration grace,
            Function<IssuerReader.IssuerKeysOf, IssuerKeys> keys,
            KnownPasswords passwords,
            PersonalTokens personal,
            Clock clock) {
        UserDirectory secrets = new UserDirectory(users(), tokens(), passwords);
        IssuerReader issuers = new IssuerReader(files, keys, problems);
        config.issuers().values().forEach(issuers::read);
        List<Rule> rules = config.rules().values().stream().map(this::rule).toList();
        List<RuleSubject> makers = makers(personal);
        if (!problems.isEmpty()) {
            throw new Configuration(problems);
        }
        Issuers trusted = new Issuers(issuers.issuers(), issuers.signIns(), grace);
        Policy policy = new Policy(rules);
        PersonalAccess tokens = new PersonalAccess(personal, makers, secrets, trusted, policy, clock);
        return new Authenticator(secrets, trusted, policy, clock, tokens);
    }

    /** An issuer that is not there is no problem: its removal from a file must not be one, for it ends its tokens. */
    private List<RuleSubject> makers(PersonalTokens personal) {
        List<RuleSubject> makers = new ArrayList<>();
        for (String text : personal.makers()) {
            try {
                RuleSubject subject = RuleSubject.parse(
                        text, Set.of(text.substring(text.indexOf(':') + 1).strip()));
                if (!subject.person()) {
                    throw new IllegalArgumentException(
                            "'" + text
                                    + "' cannot have personal tokens; give user:<name>, group:<name>, issuer:<name> or authenticated");
                }
                makers.add(subject);
            } catch (IllegalArgumentException e) {
                problems.add(new Problem(MAKERS, text, String.valueOf(e.getMessage())));
            }
        }
        return makers;
    }

    private Map<String, UserDirectory.User> users() {
        Map<String, UserDirectory.User> users = new LinkedHashMap<>();
        for (NamedEntry entry : config.users().values()) {
            List<SecretHash> hashes = hashes(entry);
            if (hashes.stream().anyMatch(hash -> !hash.slow())) {
                problems.add(entry.problem(
                        "hash",
                        null,
                        "is a hash for tokens. A password needs a pbkdf2-sha256 hash, because it can be guessed"));
            }
            Set<String> groups = Set.copyOf(entry.list("groups"));
            users.put(entry.name(), new UserDirectory.User(Identity.user(entry.name(), groups), hashes));
        }
        return users;
    }

    private Map<SecretHash, Identity> tokens() {
        Map<SecretHash, Identity> tokens = new HashMap<>();
        Map<String, String> seen = new HashMap<>();
        for (NamedEntry entry : config.tokens().values()) {
            for (SecretHash hash : hashes(entry)) {
                if (hash.slow()) {
                    problems.add(entry.problem(
                            "hash", null, "is a hash for passwords. Create a token hash with 'token create'"));
                }
                String other = seen.put(hash.text(), entry.name());
                if (other != null) {
                    problems.add(entry.problem("hash", null, "is the same as that of the token '" + other + "'"));
                }
                tokens.put(hash, Identity.token(entry.name(), Set.copyOf(entry.list("groups"))));
            }
        }
        return tokens;
    }

    private List<SecretHash> hashes(NamedEntry entry) {
        List<String> texts = new ArrayList<>(entry.list("hash"));
        String key = "hash";
        Optional<Path> file = entry.values().path("hash_file");
        if (file.isPresent()) {
            key = "hash_file";
            Optional<String> text = files.apply(file.get());
            if (text.isEmpty()) {
                problems.add(entry.problem(key, file.get().toString(), "cannot be read"));
                return List.of();
            }
            text.get().lines().map(NamedEntry::parts).forEach(texts::addAll);
        }
        if (texts.isEmpty()) {
            problems.add(
                    entry.problem(key, null, "is required: without one no one can log in as '" + entry.name() + "'"));
        }
        List<SecretHash> hashes = new ArrayList<>();
        for (String text : texts) {
            try {
                hashes.add(SecretHash.parse(text));
            } catch (IllegalArgumentException e) {
                problems.add(entry.problem(key, null, String.valueOf(e.getMessage())));
            }
        }
        return hashes;
    }

    private Rule rule(NamedEntry entry) {
        List<RuleSubject> who = parsed(
                entry,
                "subjects",
                text -> RuleSubject.parse(text, config.issuers().keySet()));
        List<NamePattern> states = parsed(entry, "states", NamePattern::parse);
        Set<Permission> allowed = EnumSet.noneOf(Permission.class);
        for (String name : entry.list("roles")) {
            Role.of(name)
                    .ifPresentOrElse(
                            role -> allowed.addAll(role.permissions()),
                            () -> problems.add(entry.problem(
                                    "roles", name, "is not one of reader, planner, writer, operator, admin")));
        }
        allowed.addAll(permissions(entry, "permissions", false));
        Set<Permission> denied = permissions(entry, "deny", true);
        if (entry.list("roles").isEmpty()
                && entry.list("permissions").isEmpty()
                && entry.list("deny").isEmpty()) {
            problems.add(entry.problem("roles", null, "is required, or permissions, or deny: the rule has no effect"));
        }
        Map<String, List<ValuePattern>> claims = claims(entry);
        boolean needsClaims = !claims.isEmpty();
        if (needsClaims && !who.isEmpty() && who.stream().noneMatch(RuleSubject::claiming)) {
            problems.add(entry.problem("claims", null, "has no effect: no subject of the rule has claims"));
        }
        return new Rule(entry.name(), who, claims, states, allowed, denied);
    }

    private static Map<String, List<ValuePattern>> claims(NamedEntry entry) {
        Map<String, List<ValuePattern>> claims = new HashMap<>();
        entry.further()
                .forEach((claim, patterns) -> claims.put(
                        claim,
                        NamedEntry.parts(patterns).stream()
                                .map(ValuePattern::of)
                                .toList()));
        return claims;
    }

    private Set<Permission> permissions(NamedEntry entry, String key, boolean rolesToo) {
        Set<Permission> permissions = new HashSet<>();
        for (String name : entry.list(key)) {
            Optional<Permission> permission = Permission.of(name);
            Optional<Role> role = rolesToo && permission.isEmpty() ? Role.of(name) : Optional.empty();
            permission.ifPresent(permissions::add);
            role.ifPresent(known -> permissions.addAll(known.permissions()));
            if (permission.isEmpty() && role.isEmpty()) {
                problems.add(entry.problem(
                        key,
                        name,
                        "is not one of outputs, read, lock, write, restore, delete, unlock-force, force, admin, purge"
                                + (rolesToo ? ", reader, planner, writer, operator" : "")));
            }
        }
        return permissions;
    }

    private <T> List<T> parsed(NamedEntry entry, String key, Function<String, T> parser) {
        List<T> parsed = new ArrayList<>();
        for (String text : entry.list(key)) {
            try {
                parsed.add(parser.apply(text));
            } catch (IllegalArgumentException e) {
                problems.add(entry.problem(key, text, String.valueOf(e.getMessage())));
            }
        }
        return parsed;
    }
}
