package io.kolumn.state.certificate;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** Where a program keeps what is a user's own: by the convention of the system. */
final class UserFolder {

    private static final String NAME = "kolumn-state";

    private UserFolder() {}

    static Path of(Map<String, String> environment) {
        return of(environment, System.getProperty("os.name", ""), System.getProperty("user.home", ""));
    }

    /** @param home as Java has it, which is none for a user without an entry in the list of users */
    static Path of(Map<String, String> environment, String system, String home) {
        String given = environment.getOrDefault("XDG_DATA_HOME", "");
        if (!given.isBlank() && Path.of(given).isAbsolute()) {
            return Path.of(given, NAME);
        }
        String os = system.toLowerCase(Locale.ROOT);
        if (os.startsWith("windows") && environment.containsKey("LOCALAPPDATA")) {
            return Path.of(environment.get("LOCALAPPDATA"), NAME);
        }
        String shell = environment.getOrDefault("HOME", "");
        String own = shell.isBlank() || os.startsWith("windows") ? home : shell;
        return os.startsWith("mac")
                ? Path.of(own, "Library", "Application Support", NAME)
                : Path.of(own, ".local", "share", NAME);
    }
}
