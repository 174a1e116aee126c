package io.kolumn.state.store.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An answer on its way to the client: its head, and a body that is read once. */
final class S3Answer implements AutoCloseable {

    private final HttpHead head;
    private final InputStream body;
    private final long length;
    private final Runnable end;

    /** @param length of the body; 0 where the head speaks of one that does not come, as after HEAD */
    S3Answer(HttpHead head, InputStream body, long length, Runnable end) {
        this.head = head;
        this.body = body;
        this.length = length;
        this.end = end;
    }

    static S3Answer of(HttpHead head, byte[] body) {
        return new S3Answer(
                head.without("Transfer-Encoding").with("Content-Length", String.valueOf(body.length)),
                new ByteArrayInputStream(body),
                body.length,
                () -> {});
    }

    /** An error as S3 says it; after HEAD it has no body. */
    static S3Answer error(S3Call call, int status, String code, @Nullable String region) {
        String xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code><Message>" + code
                + " is played by the test</Message>" + (region == null ? "" : "<Region>" + region + "</Region>")
                + "<RequestId>played</RequestId></Error>";
        HttpHead head = new HttpHead("HTTP/1.1 " + status + " " + code, List.of())
                .with("Content-Type", "application/xml")
                .with("x-amz-request-id", "played");
        if (region != null) {
            head = head.with("x-amz-bucket-region", region);
        }
        return of(head, call.method().equals("HEAD") ? new byte[0] : xml.getBytes(StandardCharsets.UTF_8));
    }

    HttpHead head() {
        return head;
    }

    int status() {
        return head.status();
    }

    InputStream body() {
        return body;
    }

    long length() {
        return length;
    }

    byte[] wholeBody() throws IOException {
        byte[] whole = body.readNBytes(Math.toIntExact(length));
        if (whole.length < length) {
            throw new IOException("The server ended the connection within an answer");
        }
        return whole;
    }

    S3Answer with(HttpHead other) {
        return new S3Answer(other, body, length, end);
    }

    @Override
    public void close() {
        end.run();
    }
}
