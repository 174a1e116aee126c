package io.kolumn.state.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Where a service is asked, perhaps below a path of a proxy.
 *
 * @param base without a slash at its end
 */
record ServerAddress(String base) {

    static final String VARIABLE = "KOLUMN_STATE_SERVER";

    private static final int LAST_PORT = 65_535;

    /** The first parts of the service's own paths. */
    private static final Set<String> OWN =
            Set.of("v1", "terraform", "terraform-lock", "terraform-unlock", "terraform-outputs", "q", "api", "app");

    /**
     * A checked one.
     *
     * @param from the option or variable that gave it
     * @throws ParameterException if it is none
     */
    static ServerAddress of(String from, URI address, CommandLine command) {
        String scheme = String.valueOf(address.getScheme());
        if (address.getRawUserInfo() != null) {
            throw new ParameterException(
                    command,
                    from
                            + " has a user in its URL, which the process list shows. Use --user instead, and KOLUMN_PASSWORD"
                            + " or --password-file.");
        }
        if ((!scheme.equals("http") && !scheme.equals("https"))
                || address.getHost() == null
                || address.getPort() > LAST_PORT
                || address.getRawQuery() != null
                || address.getRawFragment() != null) {
            throw new ParameterException(
                    command, from + "=" + Settings.shown(address) + " is not a URL such as https://state.example.org.");
        }
        return new ServerAddress(address.toString().replaceAll("/+$", ""));
    }

    /** That of the environment; null if there is none. */
    static @Nullable ServerAddress ofEnvironment(Map<String, String> environment, CommandLine command) {
        String text = environment.getOrDefault(VARIABLE, "").strip();
        if (text.isEmpty()) {
            return null;
        }
        try {
            return of(VARIABLE, new URI(text), command);
        } catch (URISyntaxException e) {
            throw new ParameterException(
                    command,
                    VARIABLE + "=" + Settings.shown(text) + " is not a URL such as https://state.example.org.");
        }
    }

    URI at(String path) {
        return URI.create(base + path);
    }

    URI uri() {
        return URI.create(base);
    }

    /** A part of its path that is perhaps one of the service's own, and no proxy's. */
    Optional<String> ownPath() {
        return Arrays.stream(String.valueOf(uri().getPath()).split("/"))
                .filter(OWN::contains)
                .findFirst();
    }
}
