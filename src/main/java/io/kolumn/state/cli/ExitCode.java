package io.kolumn.state.cli;

import io.kolumn.state.StateException;

/** What a command ends with. */
final class ExitCode {

    static final int OK = 0;
    /** The configuration or what was given is wrong, or a bug. */
    static final int FAILED = 1;
    /** The command line is wrong. */
    static final int USAGE = 2;

    static final int NOT_FOUND = 3;
    static final int LOCKED = 4;
    static final int CONFLICT = 5;
    static final int UNAVAILABLE = 6;
    /** {@code diff} and {@code verify}: it works, and there is something to look at. */
    static final int DIFFERENT = 7;

    static final int FORBIDDEN = 8;

    /** As shells have it for Ctrl-C. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}

    static int of(StateException error) {
        return switch (error.code()) {
            case "not-found" -> NOT_FOUND;
            case "locked" -> LOCKED;
            case "conflict", "moved" -> CONFLICT;
            case "unavailable" -> UNAVAILABLE;
            case "forbidden", "unauthenticated" -> FORBIDDEN;
            default -> FAILED;
        };
    }
}
