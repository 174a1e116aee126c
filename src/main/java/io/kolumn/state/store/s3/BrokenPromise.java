package io.kolumn.state.store.s3;

/** A store was seen doing what conditional writes forbid. Its message continues a sentence that begins with the store. */
final class BrokenPromise extends Exception {

    private static final long serialVersionUID = 1L;

    BrokenPromise(String what) {
        super(what);
    }

    /** What the store does. */
    String what() {
        return String.valueOf(getMessage());
    }
}
