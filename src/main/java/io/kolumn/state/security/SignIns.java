package io.kolumn.state.security;

import io.kolumn.state.access.Authentication;
import io.kolumn.state.access.Authentication.Rejected;
import io.kolumn.state.access.Credential;
import io.kolumn.state.access.SignInIssuer;
import io.kolumn.state.http.RequestIds;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The issuers at which people sign in, and what the door says of their tokens. */
@Singleton
public final class SignIns {

    private final Identities identities;
    private final AuditTrail audit;
    private final Clock clock;

    SignIns(Identities identities, AuditTrail audit, Clock clock) {
        this.identities = identities;
        this.audit = audit;
        this.clock = clock;
    }

    /** Returns the issuers in the order of their names. */
    public List<SignInIssuer> issuers() {
        return identities.current().signIns();
    }

    /** Returns the issuer of a name in the configuration, or empty if nobody signs in there, or not any more. */
    public Optional<SignInIssuer> issuer(String name) {
        return issuers().stream().filter(issuer -> issuer.name().equals(name)).findFirst();
    }

    /** Returns what a token proves, as the door does with each request. One that proves nothing is in the audit trail. */
    public Authentication prove(String token, RoutingContext context) {
        Authentication proof = identities.current().prove(new Credential.Bearer(token));
        if (proof instanceof Rejected rejected) {
            SocketAddress remote = context.request().remoteAddress();
            String address = remote == null || remote.hostAddress() == null ? "" : remote.hostAddress();
            audit.refusedAtTheDoor(
                    new RequestCaller(null, address, RequestIds.of(context), Duration.ZERO, clock),
                    context.request(),
                    rejected.reason());
        }
        return proof;
    }
}
