package io.kolumn.state.encryption;

/** How a document is made smaller before it is encrypted. */
public enum Compression {
    NONE(0),
    GZIP(1);

    private final int code;

    Compression(int code) {
        this.code = code;
    }

    /** As it stands in an envelope. */
    int code() {
        return code;
    }
}
