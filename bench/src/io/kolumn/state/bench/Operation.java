package io.kolumn.state.bench;

/** What a client asks for again and again. */
enum Operation {
    PUT("PUT"),
    GET("GET"),
    /** As Terraform writes: below its own address, with the checksum of the body. */
    POST("POST with Content-MD5"),
    LOCK("LOCK and UNLOCK"),
    /** As each run of Terraform does: LOCK, GET, POST, UNLOCK. */
    CYCLE("LOCK, GET, POST, UNLOCK");

    private final String label;

    Operation(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
