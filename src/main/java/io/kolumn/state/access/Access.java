package io.kolumn.state.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who may come in, and the policy on what they may do, as one configuration says it. Credentials that proved something
 * are remembered for a while, so that a slow hash or a signature is not computed for each request: by a keyed hash that
 * is good for nothing outside of this process, never by the credential itself. Safe for use by many threads.
 */
public final class Access {

    /** How long a credential is remembered: so long a key that its issuer takes back may still count. */
    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    private static final int MOST = 10_000;
    private static final String MAC = "HmacSHA256";

    private final Secrets secrets;
    private final Issuers issuers;
    private final Policy policy;
    private final Clock clock;
    private final SecretKeySpec key;
    private final Proof.Proven anonymous;
    private final Cache<ByteBuffer, Proof.Proven> remembered =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(REMEMBERED).build();

    Access(Secrets secrets, Issuers issuers, Policy policy, Clock clock) {
        this.secrets = secrets;
        this.issuers = issuers;
        this.policy = policy;
        this.clock = clock;
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, MAC);
        this.anonymous = new Proof.Proven(Identity.ANONYMOUS, policy.grants(Identity.ANONYMOUS));
    }

    public Policy policy() {
        return policy;
    }

    /** A user of the configuration by its name, with its groups. */
    public Optional<Identity> user(String name) {
        return secrets.knownUser(name);
    }

    /** A token of the configuration by its name, with its groups. */
    public Optional<Identity> token(String name) {
        return secrets.knownToken(name);
    }

    /** Somebody who shows nothing; empty if no rule is about them. */
    public Optional<Proof.Proven> anonymous() {
        return policy.admitsAnonymous() ? Optional.of(anonymous) : Optional.empty();
    }

    /** What is remembered of a credential; quick, and it blocks nowhere. */
    public Optional<Proof.Proven> remembered(Credential credential) {
        return Optional.ofNullable(remembered.getIfPresent(keyOf(credential)))
                .filter(proven -> issuers.stillGood(proven.identity(), clock.instant()));
    }

    /** Whether a wrong one of this kind may be a guess that is worth slowing: of a password, which people choose. */
    public boolean guessable(Credential credential) {
        return credential instanceof Credential.Basic basic && !Issuers.looksLikeJwt(basic.password());
    }

    /** Looks at a credential; may block. */
    public Proof prove(Credential credential) {
        Proof proof = switch (credential) {
            case Credential.Bearer bearer -> bearer(bearer.secret());
            case Credential.Basic basic -> basic(basic);
            case Credential.Certificate certificate ->
                proven(new Identity(
                        Identity.Kind.CERTIFICATE,
                        "",
                        certificate.subject(),
                        Set.of(),
                        certificate.attributes(),
                        null));
        };
        if (proof instanceof Proof.Proven proven) {
            remembered.put(keyOf(credential), proven);
        }
        return proof;
    }

    private Proof bearer(String secret) {
        if (Issuers.looksLikeJwt(secret)) {
            return jwt(secret);
        }
        return secrets.token(secret).<Proof>map(this::proven).orElseGet(() -> new Proof.Refused("no such token"));
    }

    private Proof basic(Credential.Basic basic) {
        if (Issuers.looksLikeJwt(basic.password())) {
            return jwt(basic.password());
        }
        return secrets.token(basic.password())
                .or(() -> secrets.user(basic.name(), basic.password()))
                .<Proof>map(this::proven)
                .orElseGet(() -> new Proof.Refused("no such user, or another password"));
    }

    private Proof jwt(String text) {
        try {
            return proven(issuers.verify(text, clock.instant()));
        } catch (Issuers.Refused e) {
            return new Proof.Refused(e.reason());
        } catch (Issuers.Away e) {
            return new Proof.Undecided(e.reason());
        }
    }

    private Proof.Proven proven(Identity identity) {
        return new Proof.Proven(identity, policy.grants(identity));
    }

    private ByteBuffer keyOf(Credential credential) {
        return switch (credential) {
            case Credential.Basic basic -> keyOf("basic", basic.name(), basic.password());
            case Credential.Bearer bearer -> keyOf("bearer", "", bearer.secret());
            case Credential.Certificate certificate ->
                keyOf(
                        "certificate",
                        certificate.subject(),
                        certificate.attributes().toString());
        };
    }

    private ByteBuffer keyOf(String kind, String name, String secret) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            for (String part : new String[] {kind, name, secret}) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
                mac.update(bytes);
            }
            return ByteBuffer.wrap(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + MAC, e);
        }
    }
}
