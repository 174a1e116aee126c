package io.kolumn.state.store.s3;

import java.io.IOException;

/** The server's own process: it ends with its standard input, so that it never outlives the tests, however they end. */
final class S3ServerProcess {

    private S3ServerProcess() {}

    /** @param args those of the server */
    public static void main(String... args) throws Exception {
        Thread.ofPlatform().daemon().start(S3ServerProcess::endWithTheParent);
        Class.forName("org.gaul.s3proxy.Main").getMethod("main", String[].class).invoke(null, (Object) args);
    }

    private static void endWithTheParent() {
        try {
            while (System.in.read() >= 0) {
                // nobody writes
            }
        } catch (IOException e) {
            // as good as its end
        }
        Runtime.getRuntime().halt(0);
    }
}
