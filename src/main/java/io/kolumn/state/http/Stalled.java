package io.kolumn.state.http;

import java.io.IOException;

/** The client stopped in the midst of its body, for longer than is waited for. */
final class Stalled extends IOException {

    private static final long serialVersionUID = 1;

    Stalled(IOException cause) {
        super("The body stood still", cause);
    }
}
