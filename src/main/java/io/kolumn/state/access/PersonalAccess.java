package io.kolumn.state.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.access.Authentication.Authenticated;
import io.kolumn.state.access.Authentication.Rejected;
import io.kolumn.state.access.Authentication.Undecidable;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Personal tokens under one configuration: who may make them, and which are still accepted. A token is accepted as long
 * as its owner may make tokens, by the groups and claims of then, and its owner's user or issuer is still configured.
 * Safe for use by many threads.
 */
public final class PersonalAccess {

    private static final String PERMISSION = "personal-tokens";

    private final PersonalTokens tokens;
    private final List<RuleSubject> makers;
    private final UserDirectory users;
    private final Issuers issuers;
    private final Policy policy;
    private final Clock clock;

    /** By the id of the record, which never changes. */
    private final Cache<String, Authentication> standing = Caffeine.newBuilder()
            .maximumSize(PersonalTokens.MAX_TOKENS)
            .executor(Runnable::run)
            .build();

    PersonalAccess(
            PersonalTokens tokens,
            List<RuleSubject> makers,
            UserDirectory users,
            Issuers issuers,
            Policy policy,
            Clock clock) {
        this.tokens = tokens;
        this.makers = List.copyOf(makers);
        this.users = users;
        this.issuers = issuers;
        this.policy = policy;
        this.clock = clock;
    }

    /** Returns whether anyone may make personal tokens. */
    public boolean enabled() {
        return !makers.isEmpty();
    }

    /** Returns the maximum life of a token. */
    public Duration longest() {
        return tokens.longest();
    }

    /** The secret of a credential that has the form of a personal token; null if it is another credential. */
    @Nullable
    String secretIn(Credential credential) {
        String secret = switch (credential) {
            case Credential.Bearer bearer -> bearer.secret();
            case Credential.Basic basic -> basic.password();
            case Credential.Certificate certificate -> "";
        };
        return enabled() && PersonalToken.idIn(secret) != null ? secret : null;
    }

    /** Empty if the records must be read for it. Does not block. */
    Optional<Authentication> atOnce(String secret) {
        return tokens.known(secret).map(this::stands);
    }

    /** May read the records. */
    Authentication prove(String secret) {
        try {
            return tokens.find(secret)
                    .map(this::stands)
                    .orElseGet(() -> new Rejected("no such personal token, or a revoked one"));
        } catch (Unavailable e) {
            return new Undecidable("personal tokens cannot be read: " + e.getMessage());
        }
    }

    private Authentication stands(PersonalToken token) {
        return issuers.stillGood(token.owner(), clock.instant())
                ? standing.get(token.id(), _ -> configured(token))
                : new Rejected("the personal token " + token.id() + " of '"
                        + token.owner().subject() + "' expired at " + token.expires());
    }

    private Authentication configured(PersonalToken token) {
        Optional<Identity> owner =
                Collections.disjoint(basis(token.owner()), token.basis()) ? Optional.empty() : present(token);
        return owner.filter(this::listed)
                .<Authentication>map(identity -> new Authenticated(identity, policy.grants(identity)))
                .orElseGet(() -> new Rejected("the personal token " + token.id() + " of '"
                        + token.owner().subject()
                        + "', whose user, password or issuer is not configured any more, or who may have no tokens"));
    }

    /** A user has the groups of the present configuration. What an issuer says now, nobody knows here. */
    private Optional<Identity> present(PersonalToken token) {
        Identity owner = token.owner();
        return owner.kind() == Identity.Kind.USER
                ? users.knownUser(owner.name()).map(user -> user.withToken(token.id(), token.expires()))
                : Optional.of(owner);
    }

    private Set<String> basis(Identity owner) {
        return switch (owner.kind()) {
            case USER -> users.marks(owner.name());
            case ISSUER -> issuers.urls(owner.source());
            case ANONYMOUS, TOKEN, CERTIFICATE -> Set.of();
        };
    }

    private boolean listed(Identity identity) {
        boolean person = identity.kind() == Identity.Kind.USER || identity.kind() == Identity.Kind.ISSUER;
        return person && makers.stream().anyMatch(maker -> maker.is(identity));
    }

    /**
     * Makes a token for an identity.
     *
     * @param life null for the maximum
     * @throws Forbidden if the identity may have none, or was itself proven by a personal token
     * @throws Unauthenticated if its proof has expired
     * @throws Invalid if the name or the life is not possible, or there are too many tokens
     */
    public PersonalTokens.Made make(Identity owner, String name, @Nullable Duration life) {
        if (!enabled()) {
            throw new Forbidden(
                    PERMISSION,
                    "Personal tokens are disabled. An administrator can enable them"
                            + " (kolumn.state.access.personal-tokens), or add a token to the configuration"
                            + " (kolumn-state token create).");
        }
        if (owner.token() != null) {
            throw new Forbidden(
                    PERMISSION, "A personal token cannot create tokens. Use your password or a JWT of your issuer.");
        }
        if (owner.expired(clock.instant())) {
            throw new Unauthenticated("Your token has expired.");
        }
        if (!listed(owner)) {
            throw new Forbidden(
                    PERMISSION,
                    "'" + owner.subject() + "' cannot have personal tokens"
                            + " (kolumn.state.access.personal-tokens lists who can).");
        }
        return tokens.make(owner, basis(owner), name, life);
    }

    /** Returns the kept records, oldest first, also of expired tokens; none if personal tokens are disabled. */
    public List<PersonalToken> all() {
        return enabled() ? tokens.all() : List.of();
    }

    /** Revokes a token. Returns its record, or empty if there is none with this id. */
    public Optional<PersonalToken> revoke(String id) {
        return enabled() ? tokens.revoke(id) : Optional.empty();
    }
}
