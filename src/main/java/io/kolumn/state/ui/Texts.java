package io.kolumn.state.ui;

import io.kolumn.state.StateVersion;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** Numbers, times and operations as people read them. */
final class Texts {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

    /** What clients send, and what it is called. */
    private static final Map<String, String> OPERATIONS = Map.of(
            "OperationTypeApply", "apply",
            "OperationTypePlan", "plan",
            "OperationTypeRefresh", "refresh",
            "OperationTypeInvalid", "import or console",
            "state-push", "state push",
            "migration destination state", "migration to here",
            "migration source state", "migration from here");

    private Texts() {}

    static String time(Instant time) {
        return TIME.format(time);
    }

    /** Returns how long ago it was, or {@code now}. */
    static String ago(Instant time, Instant now) {
        Duration age = Duration.between(time, now);
        return age.toSeconds() < 5 ? "now" : length(age) + " ago";
    }

    /** Returns a duration by its largest unit. */
    static String length(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + " min";
        }
        if (seconds < 2 * 86_400) {
            return seconds / 3_600 + " h";
        }
        return seconds < 730 * 86_400L ? seconds / 86_400 + " days" : seconds / (365 * 86_400L) + " years";
    }

    static String size(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        double shown = bytes;
        int unit = -1;
        while (shown >= 999.5 && unit < UNITS.length - 1) {
            shown /= 1_000;
            unit++;
        }
        return String.format(Locale.ROOT, shown < 10 ? "%.1f %s" : "%.0f %s", shown, UNITS[unit]);
    }

    /** Returns the operation by its common name; one that is not known as it is. */
    static String operation(String operation) {
        return OPERATIONS.getOrDefault(operation, operation);
    }

    static String serial(StateVersion version) {
        return version.serial() == null ? "" : Long.toString(version.serial());
    }

    /** Returns the number with its noun, which takes an s. */
    static String count(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
