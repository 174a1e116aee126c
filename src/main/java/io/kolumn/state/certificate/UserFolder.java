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

    static Path of(Map<String, String> environment, String system, String home) {
        String given = environment.getOrDefault("XDG_DATA_HOME", "");
        if (!given.isBlank() && Path.of(given).isAbsolute()) {
            return Path.of(given, NAME);
        }
        String os = system.toLowerCase(Locale.ROOT);
        if (os.startsWith("windows") && environment.containsKey("LOCALAPPDATA")) {
            return Path.of(environment.get("LOCALAPPDATA"), NAME);
        }
        return os.startsWith("mac")
                ? Path.of(home, "Library", "Application Support", NAME)
                : Path.of(home, ".local", "share", NAME);
    }
}
