package io.kolumn.state.access;

import io.kolumn.state.StateException.Configuration.Problem;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Configurations of identities and rules, as lines of a file. */
public final class TestAccess {

    private TestAccess() {}

    static Authenticator of(String... lines) {
        return of(Clock.systemUTC(), Map.of(), lines);
    }

    /** @param passwords that were right before */
    static Authenticator of(KnownPasswords passwords, String... lines) {
        return of(Clock.systemUTC(), Map.of(), passwords, lines);
    }

    /** @param files texts of files that the lines name */
    static Authenticator of(Clock clock, Map<String, String> files, String... lines) {
        return of(clock, files, new KnownPasswords(), lines);
    }

    /** With personal tokens. */
    static Authenticator of(Clock clock, PersonalTokens personal, String... lines) {
        return of(clock, Map.of(), new KnownPasswords(), personal, lines);
    }

    private static Authenticator of(Clock clock, Map<String, String> files, KnownPasswords passwords, String... lines) {
        return of(clock, files, passwords, PersonalTokens.off(), lines);
    }

    private static Authenticator of(
            Clock clock,
            Map<String, String> files,
            KnownPasswords passwords,
            PersonalTokens personal,
            String... lines) {
        Map<String, String> properties = new TreeMap<>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            properties.put("kolumn.state." + line.substring(0, equals), line.substring(equals + 1));
        }
        List<Problem> problems = new ArrayList<>();
        AccessConfig config = AccessConfig.of(properties, problems);
        return new AccessReader(config, path -> Optional.ofNullable(files.get(path.toString())), problems)
                .read(Duration.ofHours(1), IssuerReader.IssuerKeysOf::make, passwords, personal, clock);
    }

    static Policy policy(String... rules) {
        return of(rules).policy();
    }

    /** The hash of a token, as a configuration has it. */
    public static String hashOf(String token) {
        return SecretHash.ofToken(token).text();
    }
}
