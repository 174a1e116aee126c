package io.kolumn.state.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The issuers of tokens that a configuration trusts. Each stands for itself: one that is away does no other harm. */
final class Issuers {

    private static final int MAX_SIZE = 16 * 1024;

    /** Made with the first token: making it takes a twentieth of the start of a service that may never see one. */
    private static final class Json {
        private static final ObjectMapper MAPPER = new ObjectMapper();
    }

    /** A token that proves nothing. */
    static final class Refused extends Exception {
        private final String reason;

        Refused(String reason) {
            super(reason);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    /** The keys of a token's issuer cannot be had. */
    static final class Away extends Exception {
        private final String reason;

        Away(String reason, Throwable cause) {
            super(reason, cause);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    private final List<Issuer> issuers;
    private final List<SignInIssuer> signIns;
    private final Duration grace;

    /**
     * @param signIns those at which people sign in
     * @param grace how long after its end a token is still looked at
     */
    Issuers(List<Issuer> issuers, List<SignInIssuer> signIns, Duration grace) {
        this.issuers = List.copyOf(issuers);
        this.signIns = List.copyOf(signIns);
        this.grace = grace;
    }

    List<SignInIssuer> signIns() {
        return signIns;
    }

    Duration grace() {
        return grace;
    }

    Set<String> names() {
        return issuers.stream().map(Issuer::name).collect(Collectors.toSet());
    }

    /** The URLs of the issuers with this name; none if there is none. */
    Set<String> urls(String name) {
        return issuers.stream()
                .filter(issuer -> issuer.name().equals(name))
                .map(Issuer::url)
                .collect(Collectors.toSet());
    }

    static boolean looksLikeJwt(String secret) {
        return secret.startsWith("eyJ") && secret.chars().filter(c -> c == '.').count() == 2;
    }

    /** Whether an identity that was proven some time ago may still be looked at. */
    boolean stillGood(Identity identity, Instant now) {
        return identity.expires() == null || now.isBefore(identity.expires().plus(grace));
    }

    /** The identity that a token proves; its proof may have ended, by the grace at most. */
    Identity verify(String jwt, Instant now) throws Refused, Away {
        if (jwt.length() > MAX_SIZE) {
            throw new Refused("a token of " + jwt.length() + " characters");
        }
        String named = issuerOf(jwt);
        Refused last = new Refused("no issuer of the url " + shown(named));
        for (Issuer issuer : issuers) {
            if (issuer.url().equals(named)) {
                try {
                    return live(issuer.verify(jwt, now), now);
                } catch (Refused e) {
                    last = e;
                }
            }
        }
        throw last;
    }

    /** A value of a token that may be of anybody, short enough for a line. */
    static String shown(String value) {
        String brief = value.length() > 100 ? value.substring(0, 100) + "…" : value;
        return "'" + brief.replaceAll("\\p{Cntrl}", "?") + "'";
    }

    private Identity live(Identity identity, Instant now) throws Refused {
        if (!stillGood(identity, now)) {
            throw new Refused("the token of '" + identity.subject() + "' expired at " + identity.expires());
        }
        return identity;
    }

    /** Only to know whose keys to try; nothing is believed of it before the signature was. */
    private static String issuerOf(String jwt) throws Refused {
        try {
            String claims = jwt.substring(jwt.indexOf('.') + 1, jwt.lastIndexOf('.'));
            JsonNode issuer =
                    Json.MAPPER.readTree(Base64.getUrlDecoder().decode(claims)).path("iss");
            if (issuer.isTextual()) {
                return issuer.asText();
            }
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new Refused("a malformed token");
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory failed", e);
        }
        throw new Refused("a token without an issuer");
    }
}
