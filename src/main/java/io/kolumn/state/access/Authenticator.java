package io.kolumn.state.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Authenticates callers by one configuration, and has its policy. Verified credentials are cached for a while, so
 * that a slow hash or signature is not computed for each request. The cache key is a keyed hash that is useless
 * outside of this process, never the credential. Safe for use by many threads.
 */
public final class Authenticator {

    /** The time that a verified credential is cached; a revoked key of its issuer may be accepted so long. */
    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    private static final int MAX_ENTRIES = 10_000;

    private final UserDirectory secrets;
    private final Issuers issuers;
    private final Policy policy;
    private final Clock clock;
    private final PersonalAccess personal;
    private final KeyedHash names = new KeyedHash();
    private final Authentication.Authenticated anonymous;
    private final Cache<ByteBuffer, Authentication.Authenticated> remembered = Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(REMEMBERED)
            .build();

    Authenticator(UserDirectory secrets, Issuers issuers, Policy policy, Clock clock, PersonalAccess personal) {
        this.secrets = secrets;
        this.issuers = issuers;
        this.policy = policy;
        this.clock = clock;
        this.personal = personal;
        this.anonymous = new Authentication.Authenticated(Identity.ANONYMOUS, policy.grants(Identity.ANONYMOUS));
    }

    public Policy policy() {
        return policy;
    }

    /** Returns who may make personal tokens, and the tokens. */
    public PersonalAccess personal() {
        return personal;
    }

    /** Returns the grace for finishing an operation under a lock after the credentials have expired. */
    public Duration grace() {
        return issuers.grace();
    }

    /** Returns a configured user with its groups, or empty if there is none. */
    public Optional<Identity> user(String name) {
        return secrets.knownUser(name);
    }

    /** Returns a configured token with its groups, or empty if there is none. */
    public Optional<Identity> token(String name) {
        return secrets.knownToken(name);
    }

    /** Returns the names of all configured issuers. */
    public Set<String> issuers() {
        return issuers.names();
    }

    /** Returns the issuers at which people sign in. */
    public List<SignInIssuer> signIns() {
        return issuers.signIns();
    }

    /** Returns the result for a caller without credentials, or empty if no rule applies to them. */
    public Optional<Authentication.Authenticated> anonymous() {
        return policy.admitsAnonymous() ? Optional.of(anonymous) : Optional.empty();
    }

    /** Returns the cached result for a credential, or empty. Fast, without blocking. */
    public Optional<Authentication.Authenticated> remembered(Credential credential) {
        return Optional.ofNullable(remembered.getIfPresent(keyOf(credential)))
                .filter(proven -> issuers.stillGood(proven.identity(), clock.instant()));
    }

    /**
     * Returns the result for a credential that needs no blocking call and no slow hash, or empty. JWTs and passwords
     * that were not verified before need {@link #prove}. A token is looked up and is never a guess. A personal token is
     * not cached here: it may be revoked.
     */
    public Optional<Authentication> atOnce(Credential credential) {
        String token = personal.secretIn(credential);
        if (token != null) {
            return personal.atOnce(token);
        }
        Optional<Authentication.Authenticated> before = remembered(credential);
        if (before.isPresent()) {
            return Optional.of(before.get());
        }
        Optional<Authentication> authentication = switch (credential) {
            case Credential.Bearer bearer
            when !Issuers.looksLikeJwt(bearer.secret()) -> Optional.of(ofToken(bearer.secret()));
            case Credential.Basic basic when !Issuers.looksLikeJwt(basic.password()) -> known(basic);
            case Credential.Certificate certificate -> Optional.of(certificate(certificate));
            case Credential.Bearer bearer -> Optional.empty();
            case Credential.Basic basic -> Optional.empty();
        };
        authentication.ifPresent(proof -> remember(credential, proof));
        return authentication;
    }

    /**
     * Returns whether the credential may be a guess to slow down: a password that was not verified before. A password
     * with a changed hash is checked again, without a delay.
     */
    public boolean isPassword(Credential credential) {
        return credential instanceof Credential.Basic basic
                && !Issuers.looksLikeJwt(basic.password())
                && personal.secretIn(basic) == null
                && !secrets.wasRight(basic.name(), basic.password());
    }

    /** Checks a credential. May block, and hashes a password. */
    public Authentication prove(Credential credential) {
        String token = personal.secretIn(credential);
        if (token != null) {
            return personal.prove(token);
        }
        return atOnce(credential).orElseGet(() -> {
            Authentication proof = slowly(credential);
            remember(credential, proof);
            return proof;
        });
    }

    private Authentication slowly(Credential credential) {
        return switch (credential) {
            case Credential.Bearer bearer -> jwt(bearer.secret());
            case Credential.Basic basic ->
                Issuers.looksLikeJwt(basic.password())
                        ? jwt(basic.password())
                        : secrets.user(basic.name(), basic.password())
                                .<Authentication>map(this::proven)
                                .orElseGet(Authenticator::wrongPassword);
            case Credential.Certificate certificate -> certificate(certificate);
        };
    }

    private void remember(Credential credential, Authentication proof) {
        if (proof instanceof Authentication.Authenticated proven) {
            remembered.put(keyOf(credential), proven);
        }
    }

    private Authentication ofToken(String secret) {
        return secrets.token(secret)
                .<Authentication>map(this::proven)
                .orElseGet(() -> new Authentication.Rejected("no such token"));
    }

    /** Checks a token as the password. */
    private Optional<Authentication> known(Credential.Basic basic) {
        Optional<Authentication> found = secrets.token(basic.password())
                .or(() -> secrets.knownUser(basic.name(), basic.password()))
                .map(this::proven);
        return found.isPresent() || secrets.hasUsers() ? found : Optional.of(wrongPassword());
    }

    private static Authentication wrongPassword() {
        return new Authentication.Rejected("no such user, or another password");
    }

    private Authentication certificate(Credential.Certificate certificate) {
        return proven(new Identity(
                Identity.Kind.CERTIFICATE, "", certificate.subject(), Set.of(), certificate.attributes(), null));
    }

    private Authentication jwt(String text) {
        try {
            return proven(issuers.verify(text, clock.instant()));
        } catch (Issuers.Refused e) {
            return new Authentication.Rejected(e.reason());
        } catch (Issuers.Away e) {
            return new Authentication.Undecidable(e.reason());
        }
    }

    private Authentication.Authenticated proven(Identity identity) {
        return new Authentication.Authenticated(identity, policy.grants(identity));
    }

    private ByteBuffer keyOf(Credential credential) {
        return switch (credential) {
            case Credential.Basic basic -> names.of("basic", basic.name(), basic.password());
            case Credential.Bearer bearer -> names.of("bearer", "", bearer.secret());
            case Credential.Certificate certificate ->
                names.of(
                        "certificate",
                        certificate.subject(),
                        certificate.attributes().toString());
        };
    }
}
