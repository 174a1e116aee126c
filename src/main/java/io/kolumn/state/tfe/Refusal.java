package io.kolumn.state.tfe;

import java.io.Serial;

/** A request that this API rejects, with a status of its own. */
final class Refusal extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    private final int status;
    private final String title;

    Refusal(int status, String title, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.title = title;
    }

    /** Returns the refusal of a request that is understood and wrong. */
    static Refusal unprocessable(String detail) {
        return new Refusal(422, "Unprocessable", detail);
    }

    /** Returns the refusal of something that is not there. To a client that asks for a workspace it means: create it. */
    static Refusal notFound(String detail) {
        return new Refusal(404, "Not found", detail);
    }

    static Refusal conflict(String title, String detail) {
        return new Refusal(409, title, detail);
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }
}
