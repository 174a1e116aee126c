package io.kolumn.state.transfer;

/** What is done where another state has the name already. */
public enum OnConflict {
    /** The state fails, and is left as it is. */
    FAIL,
    /** It is left as it is, and that is not a failure. */
    SKIP,
    /** It is kept whole under another name, and then replaced. */
    REPLACE
}
