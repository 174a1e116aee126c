package io.kolumn.state.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Who may come in, and the policy on what they may do, as one configuration says it. Credentials that proved something
 * are remembered for a while, so that a slow hash or a signature is not computed for each request: by a keyed hash that
 * is good for nothing outside of this process, never by the credential itself. Safe for use by many threads.
 */
public final class Authenticator {

    /** How long a proof is remembered: so long a key that its issuer takes back may still count. */
    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    private static final int MOST = 10_000;

    private final UserDirectory secrets;
    private final Issuers issuers;
    private final Policy policy;
    private final Clock clock;
    private final KeyedHash names = new KeyedHash();
    private final Authentication.Authenticated anonymous;
    private final Cache<ByteBuffer, Authentication.Authenticated> remembered =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(REMEMBERED).build();

    Authenticator(UserDirectory secrets, Issuers issuers, Policy policy, Clock clock) {
        this.secrets = secrets;
        this.issuers = issuers;
        this.policy = policy;
        this.clock = clock;
        this.anonymous = new Authentication.Authenticated(Identity.ANONYMOUS, policy.grants(Identity.ANONYMOUS));
    }

    public Policy policy() {
        return policy;
    }

    /** How long after its end a proof may still serve to finish what was begun under a lock. */
    public Duration grace() {
        return issuers.grace();
    }

    /** A user of the configuration by its name, with its groups. */
    public Optional<Identity> user(String name) {
        return secrets.knownUser(name);
    }

    /** A token of the configuration by its name, with its groups. */
    public Optional<Identity> token(String name) {
        return secrets.knownToken(name);
    }

    /** The names of all issuers of the configuration. */
    public Set<String> issuers() {
        return issuers.names();
    }

    /** Somebody who shows nothing; empty if no rule is about them. */
    public Optional<Authentication.Authenticated> anonymous() {
        return policy.admitsAnonymous() ? Optional.of(anonymous) : Optional.empty();
    }

    /** What is remembered of a credential; quick, and it blocks nowhere. */
    public Optional<Authentication.Authenticated> remembered(Credential credential) {
        return Optional.ofNullable(remembered.getIfPresent(keyOf(credential)))
                .filter(proven -> issuers.stillGood(proven.identity(), clock.instant()));
    }

    /**
     * What can be told of a credential at once, blocking nowhere and at the price of a quick hash: all but a JWT and a
     * password that was not right before, which take {@link #prove}. A token is looked up and never a guess.
     */
    public Optional<Authentication> atOnce(Credential credential) {
        Optional<Authentication.Authenticated> before = remembered(credential);
        if (before.isPresent()) {
            return Optional.of(before.get());
        }
        Optional<Authentication> told = switch (credential) {
            case Credential.Bearer bearer
            when !Issuers.looksLikeJwt(bearer.secret()) -> Optional.of(ofToken(bearer.secret()));
            case Credential.Basic basic when !Issuers.looksLikeJwt(basic.password()) -> known(basic);
            case Credential.Certificate certificate -> Optional.of(certificate(certificate));
            case Credential.Bearer bearer -> Optional.empty();
            case Credential.Basic basic -> Optional.empty();
        };
        told.ifPresent(proof -> remember(credential, proof));
        return told;
    }

    /**
     * Whether this may be a guess that is worth slowing: a password, which people choose, unless it was right before. One whose
     * hash was changed is looked at again, and stands in no line for it.
     */
    public boolean guessable(Credential credential) {
        return credential instanceof Credential.Basic basic
                && !Issuers.looksLikeJwt(basic.password())
                && !secrets.wasRight(basic.name(), basic.password());
    }

    /** Looks at a credential; may block, and hashes a password. */
    public Authentication prove(Credential credential) {
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

    /** In place of a password also a token. */
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
