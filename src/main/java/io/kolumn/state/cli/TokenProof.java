package io.kolumn.state.cli;

import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.access.Authentication;
import io.kolumn.state.access.Authenticator;
import io.kolumn.state.access.Credential;
import io.kolumn.state.access.Identity;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a JWT proves to the service of this configuration. The token itself is never shown. */
final class TokenProof {

    private TokenProof() {}

    /**
     * The identity that is proven.
     *
     * @throws Forbidden if it proves nothing; the message says why
     * @throws Unavailable if the issuer's keys cannot be had
     */
    static Identity identity(Authenticator access, Path file) {
        String token = Settings.read("", file, "--jwt").strip();
        return switch (access.prove(new Credential.Bearer(token))) {
            case Authentication.Authenticated proven -> proven.identity();
            case Authentication.Rejected refused ->
                throw new Forbidden("jwt", "The token in " + file + " is not valid here: " + refused.reason() + ".");
            case Authentication.Undecidable undecided ->
                throw new Unavailable("Authentication is not possible now: " + undecided.reason() + ".", null);
        };
    }

    /** What is known of it. */
    static Map<String, String> details(Identity identity) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("identity", identity.subject());
        details.put("groups", identity.groups().isEmpty() ? "none" : String.join(", ", identity.groups()));
        details.put("good until", identity.expires() == null ? "always" : Output.time(identity.expires()));
        new TreeMap<>(identity.claims())
                .forEach((claim, values) -> details.put("claim " + claim, String.join(", ", values)));
        return details;
    }
}
