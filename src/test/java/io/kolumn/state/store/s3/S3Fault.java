package io.kolumn.state.store.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What becomes of a request that a test has chosen. Each of these happens on real networks and real stores. */
@FunctionalInterface
public interface S3Fault {

    /** The store behind the door. */
    @FunctionalInterface
    interface Store {
        /** Has it do what was asked, once. */
        S3Answer answer() throws IOException;
    }

    /** The connection to the client is reset. */
    final class Cut extends IOException {
        private static final long serialVersionUID = 1L;
    }

    S3Answer answer(S3Call call, Store store) throws IOException;

    /** The connection breaks, and nothing was done. */
    static S3Fault cutBefore() {
        return (call, store) -> {
            throw new Cut();
        };
    }

    /** It was done, and the connection breaks before the answer comes. */
    static S3Fault cutAfter() {
        return (call, store) -> {
            done(store);
            throw new Cut();
        };
    }

    /** Nothing was done, and nothing comes until the test says so; then the connection breaks. */
    static S3Fault stallBefore(CountDownLatch until) {
        return (call, store) -> {
            await(until);
            throw new Cut();
        };
    }

    /** It was done, and nothing comes until the test says so; then the connection breaks. */
    static S3Fault stallAfter(CountDownLatch until) {
        return (call, store) -> {
            done(store);
            await(until);
            throw new Cut();
        };
    }

    /** It is done when the test says so, and tells that it has come. */
    static S3Fault holdBefore(CountDownLatch come, CountDownLatch until) {
        return (call, store) -> {
            come.countDown();
            await(until);
            return store.answer();
        };
    }

    /** Nothing was done. */
    static S3Fault error(int status, String code) {
        return (call, store) -> S3Answer.error(call, status, code, null);
    }

    /** It was done, and the answer says that it was not. */
    static S3Fault errorAfter(int status, String code) {
        return (call, store) -> {
            done(store);
            return S3Answer.error(call, status, code, null);
        };
    }

    static S3Fault internalError() {
        return error(500, "InternalError");
    }

    static S3Fault slowDown() {
        return error(503, "SlowDown");
    }

    static S3Fault accessDenied() {
        return error(403, "AccessDenied");
    }

    static S3Fault clockSkew() {
        return error(403, "RequestTimeTooSkewed");
    }

    static S3Fault expiredToken() {
        return error(400, "ExpiredToken");
    }

    /** The bucket is in this region. */
    static S3Fault wrongRegion(String region) {
        return (call, store) -> S3Answer.error(call, 301, "PermanentRedirect", region);
    }

    /** What is kept has lost its end: the answer is whole, and too short. */
    static S3Fault truncated(int keep) {
        return (call, store) -> {
            try (S3Answer answer = store.answer()) {
                byte[] body = answer.body().readNBytes(keep);
                return S3Answer.of(answer.head(), body);
            }
        };
    }

    /** The connection breaks within the body. */
    static S3Fault cutWithin(int keep) {
        return (call, store) -> {
            S3Answer answer = store.answer();
            InputStream cut = new InputStream() {
                private int left = keep;

                @Override
                public int read() throws IOException {
                    if (left == 0) {
                        throw new Cut();
                    }
                    left--;
                    return answer.body().read();
                }
            };
            return new S3Answer(answer.head(), cut, answer.length(), answer::close);
        };
    }

    /** One bit of what is kept is another. */
    static S3Fault tampered() {
        return (call, store) -> {
            try (S3Answer answer = store.answer()) {
                byte[] body = answer.wholeBody();
                body[body.length / 2] ^= 1;
                return new S3Answer(answer.head(), new ByteArrayInputStream(body), body.length, () -> {});
            }
        };
    }

    private static void done(Store store) throws IOException {
        try (S3Answer answer = store.answer()) {
            answer.body().skipNBytes(answer.length());
        }
    }

    private static void await(CountDownLatch until) throws IOException {
        try {
            if (!until.await(2, TimeUnit.MINUTES)) {
                throw new IOException("Nobody ended the stall");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
