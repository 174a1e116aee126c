package io.kolumn.state.access;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.InvalidAlgorithmException;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/** Verifies the tokens of one issuer: signature, issuer, audience and times. */
final class Issuer {

    /** How far clocks may be apart. */
    private static final Duration SKEW = Duration.ofSeconds(30);

    private static final int MOST_VALUES = 1_000;

    /** The last second of the year 9999; what is beyond, such as a time in milliseconds, is not a time. */
    private static final long LAST_SECOND = 253_402_300_799L;

    /**
     * What is known of an issuer.
     *
     * @param name in the configuration
     * @param url as its tokens name it
     * @param audiences any of which a token must be for
     * @param algorithms of signatures that are taken, none of them with a shared secret
     * @param subjectClaim the claim that names the identity
     * @param groupsClaim the claim that lists its groups; null for none
     */
    record Settings(
            String name,
            String url,
            Set<String> audiences,
            List<String> algorithms,
            String subjectClaim,
            @Nullable String groupsClaim) {

        Settings {
            audiences = Set.copyOf(audiences);
            algorithms = List.copyOf(algorithms);
        }
    }

    private final Settings settings;
    private final IssuerKeys keys;
    private final JwtConsumer signatures;

    Issuer(Settings settings, IssuerKeys keys) {
        this.settings = settings;
        this.keys = keys;
        this.signatures = new JwtConsumerBuilder()
                .setSkipAllValidators()
                .setJwsAlgorithmConstraints(
                        AlgorithmConstraints.ConstraintType.PERMIT,
                        settings.algorithms().toArray(String[]::new))
                .setVerificationKeyResolver((jws, nesting) -> keys.resolve(jws))
                .build();
    }

    String url() {
        return settings.url();
    }

    String name() {
        return settings.name();
    }

    Identity verify(String jwt, Instant now) throws Issuers.Refused, Issuers.Away {
        try {
            keys.ready();
            return identity(signed(jwt), now);
        } catch (InvalidJwtException e) {
            if (e.getCause() instanceof UnresolvableKeyException unknown
                    && unknown.getCause() instanceof Issuers.Away away) {
                throw away;
            }
            throw new Issuers.Refused(unsigned(e));
        } catch (MalformedClaimException e) {
            throw new Issuers.Refused("a claim in a token of '" + settings.name() + "' has an invalid value");
        }
    }

    private String unsigned(InvalidJwtException e) {
        String token = "a token of '" + settings.name() + "' ";
        if (e.getCause() instanceof UnresolvableKeyException) {
            return token + "with a signature by a key that the issuer does not have";
        }
        if (e.getCause() instanceof InvalidAlgorithmException) {
            return token + "with a signature algorithm that is not accepted; accepted are "
                    + String.join(", ", settings.algorithms());
        }
        return token + "with an invalid signature";
    }

    /** The parser meets numbers that no number of Java can hold, and says so by any exception. */
    private JwtClaims signed(String jwt) throws InvalidJwtException, Issuers.Refused {
        try {
            return signatures.processToClaims(jwt);
        } catch (RuntimeException e) {
            throw new Issuers.Refused("a token of '" + settings.name() + "' that cannot be parsed");
        }
    }

    private Identity identity(JwtClaims claims, Instant now) throws MalformedClaimException, Issuers.Refused {
        if (!settings.url().equals(claims.getIssuer())) {
            throw new Issuers.Refused("another issuer");
        }
        if (claims.getAudience().stream().noneMatch(settings.audiences()::contains)) {
            throw new Issuers.Refused("a token of '" + settings.name() + "' for the audience "
                    + Issuers.shown(String.join(", ", claims.getAudience())) + ", and not for "
                    + String.join(", ", settings.audiences()));
        }
        Instant end = time(claims, "exp");
        Instant from = time(claims, "nbf");
        time(claims, "iat");
        if (end == null) {
            throw new Issuers.Refused("a token of '" + settings.name() + "' without an expiry time");
        }
        if (from != null && now.plus(SKEW).isBefore(from)) {
            throw new Issuers.Refused("a token of '" + settings.name() + "' that is not valid before " + from);
        }
        Map<String, List<String>> flat = new HashMap<>();
        flatten("", claims.getClaimsMap(), flat);
        List<String> subject = flat.getOrDefault(settings.subjectClaim(), List.of());
        if (subject.size() != 1 || !Identity.fit(subject.getFirst())) {
            throw new Issuers.Refused(
                    "a token of '" + settings.name() + "' without a usable '" + settings.subjectClaim() + "'");
        }
        Set<String> groups = settings.groupsClaim() == null
                ? Set.of()
                : new HashSet<>(flat.getOrDefault(settings.groupsClaim(), List.of()));
        return new Identity(Identity.Kind.ISSUER, settings.name(), subject.getFirst(), groups, flat, end.plus(SKEW));
    }

    /** RFC 7519 lets seconds have a fraction. Null if there is no such claim. */
    private @Nullable Instant time(JwtClaims claims, String name) throws Issuers.Refused {
        if (!claims.hasClaim(name)) {
            return null;
        }
        double seconds = claims.getClaimValue(name) instanceof Number number ? number.doubleValue() : Double.NaN;
        if (seconds >= 0 && seconds <= LAST_SECOND) {
            return Instant.ofEpochMilli((long) (seconds * 1000));
        }
        throw new Issuers.Refused("the claim '" + name + "' of a token of '" + settings.name() + "' is not a time");
    }

    /** Members of an object within get its name and a dot before theirs. */
    private static void flatten(String prefix, Map<?, ?> claims, Map<String, List<String>> flat) {
        claims.forEach((name, value) -> {
            String full = prefix + name;
            if (value instanceof Map<?, ?> members) {
                flatten(full + ".", members, flat);
            } else {
                List<String> values = new ArrayList<>();
                for (Object one : value instanceof List<?> list ? list : Collections.singletonList(value)) {
                    if (values.size() < MOST_VALUES && single(one)) {
                        values.add(String.valueOf(one));
                    }
                }
                flat.putIfAbsent(full, List.copyOf(values));
            }
        });
    }

    /** A number without bounds is none that the issuer could have meant. */
    private static boolean single(@Nullable Object value) {
        return value instanceof String
                || value instanceof Boolean
                || (value instanceof Number number && Double.isFinite(number.doubleValue()));
    }
}
