package io.kolumn.state.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is wrong with values that a client of AWS is made of, whichever service it asks. */
public final class AwsValues {

    private AwsValues() {}

    /** What is wrong with the name of a region; null if nothing is. */
    public static @Nullable String region(String value) {
        return value.matches("[a-z0-9-]{1,40}") ? null : "is not a name of a region";
    }

    /**
     * What is wrong with an address of an endpoint; null if nothing is.
     *
     * @param example of a right one
     */
    public static @Nullable String endpoint(String value, String example) {
        String problem = "is not an address such as " + example;
        try {
            URI address = new URI(value);
            boolean plain = address.getHost() != null
                    && ("https".equals(address.getScheme()) || "http".equals(address.getScheme()))
                    && address.getRawUserInfo() == null
                    && address.getRawQuery() == null
                    && address.getRawFragment() == null;
            return plain ? null : problem;
        } catch (URISyntaxException e) {
            return problem;
        }
    }

    /**
     * Whether {@code access_key}, {@code secret_key}, {@code session_token} and {@code profile} go together.
     *
     * @param given whether the key of this name is
     * @param problems gets the name of a key and what is wrong with it
     */
    public static void credentials(Predicate<String> given, BiConsumer<String, String> problems) {
        boolean access = given.test("access_key");
        boolean secret = given.test("secret_key");
        if (access && !secret) {
            problems.accept("access_key", "is given without secret-key");
        }
        if (secret && !access) {
            problems.accept("secret_key", "is given without access-key");
        }
        if (given.test("session_token") && !access) {
            problems.accept("session_token", "is given without access-key and secret-key");
        }
        if (given.test("profile") && access) {
            problems.accept("profile", "is given together with access-key: give one of them");
        }
    }
}
