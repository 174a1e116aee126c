package io.kolumn.state.access;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/** Verifies the tokens of one issuer: signature, issuer, audience and times. */
final class Issuer {

    /** How far clocks may be apart. */
    private static final Duration SKEW = Duration.ofSeconds(30);

    private static final int MOST_VALUES = 1_000;

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

    Identity verify(String jwt, Instant now) throws Issuers.Refused, Issuers.Away {
        try {
            keys.ready();
            return identity(signatures.processToClaims(jwt), now);
        } catch (InvalidJwtException e) {
            if (e.getCause() instanceof UnresolvableKeyException unknown
                    && unknown.getCause() instanceof Issuers.Away away) {
                throw away;
            }
            throw new Issuers.Refused("the signature of a token of '" + settings.name() + "' is not valid");
        } catch (MalformedClaimException e) {
            throw new Issuers.Refused("a claim of a token of '" + settings.name() + "' is not what it must be");
        }
    }

    private Identity identity(JwtClaims claims, Instant now) throws MalformedClaimException, Issuers.Refused {
        NumericDate end = claims.getExpirationTime();
        NumericDate from = claims.getNotBefore();
        if (!settings.url().equals(claims.getIssuer())) {
            throw new Issuers.Refused("another issuer");
        }
        if (claims.getAudience().stream().noneMatch(settings.audiences()::contains)) {
            throw new Issuers.Refused("a token of '" + settings.name() + "' for another audience");
        }
        if (end == null) {
            throw new Issuers.Refused("a token of '" + settings.name() + "' without an end");
        }
        if (from != null && now.plus(SKEW).isBefore(instant(from))) {
            throw new Issuers.Refused("a token of '" + settings.name() + "' that is not valid yet");
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
        return new Identity(
                Identity.Kind.ISSUER,
                settings.name(),
                subject.getFirst(),
                groups,
                flat,
                instant(end).plus(SKEW));
    }

    private static Instant instant(NumericDate date) {
        return Instant.ofEpochMilli(date.getValueInMillis());
    }

    /** Members of an object within get its name and a dot before theirs. */
    private static void flatten(String prefix, Map<?, ?> claims, Map<String, List<String>> flat) {
        claims.forEach((name, value) -> {
            String full = prefix + name;
            if (value instanceof Map<?, ?> members) {
                flatten(full + ".", members, flat);
            } else {
                List<String> values = new ArrayList<>();
                for (Object one : value instanceof List<?> list ? list : List.of(String.valueOf(value))) {
                    if (values.size() < MOST_VALUES
                            && (one instanceof String || one instanceof Number || one instanceof Boolean)) {
                        values.add(String.valueOf(one));
                    }
                }
                flat.putIfAbsent(full, List.copyOf(values));
            }
        });
    }
}
