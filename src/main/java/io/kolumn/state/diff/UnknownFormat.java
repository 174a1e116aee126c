package io.kolumn.state.diff;

import java.io.IOException;

/** A document is of a format in which resources and outputs are not known to stand. */
public final class UnknownFormat extends IOException {

    private static final long serialVersionUID = 1L;

    /** @param format what the document is, after "is of" */
    UnknownFormat(String format) {
        super(format);
    }

    /** What the document is, after "is of". */
    public String format() {
        return String.valueOf(getMessage());
    }
}
