package io.kolumn.state.cli;

import io.kolumn.state.StateException.Configuration;
import io.kolumn.state.StateException.Configuration.Problem;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the user of a service proves who it is: the value of the header {@code Authorization}. Never shown.
 *
 * @param authorization null for nobody
 */
record ServerCredentials(@Nullable String authorization) {

    static final String TOKEN = "KOLUMN_TOKEN";
    static final String PASSWORD = "KOLUMN_PASSWORD";

    /**
     * A user wins over a token, and what was given over what the environment has.
     *
     * @throws Configuration if there is a user without a password
     */
    static ServerCredentials of(@Nullable String token, @Nullable String user, Map<String, String> environment) {
        if (user != null) {
            String password = environment.get(PASSWORD);
            if (password == null) {
                throw new Configuration(List.of(new Problem(
                        PASSWORD,
                        null,
                        "is not set. It is the password of --user " + user + ". Or give --password-file")));
            }
            byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return new ServerCredentials("Basic " + Base64.getEncoder().encodeToString(pair));
        }
        String bearer = token == null ? environment.get(TOKEN) : token;
        if (bearer != null && !bearer.strip().matches("[!-~]*")) {
            throw new Configuration(List.of(new Problem(
                    TOKEN,
                    null,
                    "or its replacement contains a space, a line end or another character that a token cannot have")));
        }
        return new ServerCredentials(bearer == null || bearer.isBlank() ? null : "Bearer " + bearer.strip());
    }

    boolean given() {
        return authorization != null;
    }

    static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return given() ? "***" : "none";
    }
}
