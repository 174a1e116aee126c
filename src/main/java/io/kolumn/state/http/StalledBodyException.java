package io.kolumn.state.http;

import java.io.IOException;

/** The client stopped in the midst of its body, for longer than is waited for. */
final class StalledBodyException extends IOException {

    private static final long serialVersionUID = 1;

    StalledBodyException(IOException cause) {
        super("The body stood still", cause);
    }
}
