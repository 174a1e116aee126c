package io.kolumn.state.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A body as it comes. Memory is taken for what has come; for all of it only when its beginning has come, so that a length
 * that somebody merely says costs nothing. See ADR 0036.
 */
final class ArrivingBody extends InputStream {

    /** Shows that there is a body behind the length. Less than the window of HTTP/2, which nobody waits for then. */
    static final int BEGINNING = 32 * 1024;

    private final InputStream body;
    private final Transfer transfer;
    private final InFlight.@Nullable Share share;
    private final long expected;
    private final @Nullable UploadWindow window;
    private final LongSupplier kept;
    private boolean begun;

    /** {@code share} and {@code window}: null for a body that is too small for them. */
    ArrivingBody(
            InputStream body,
            Transfer transfer,
            InFlight.@Nullable Share share,
            long expected,
            @Nullable UploadWindow window) {
        this(body, transfer, share, expected, window, transfer::arrived);
    }

    /**
     * A body of which only a part is kept.
     *
     * @param expected the most bytes that are kept; -1 if that is not known
     * @param kept the bytes that are kept of what has come
     */
    ArrivingBody(
            InputStream body,
            Transfer transfer,
            InFlight.@Nullable Share share,
            long expected,
            @Nullable UploadWindow window,
            LongSupplier kept) {
        this.body = body;
        this.transfer = transfer;
        this.share = share;
        this.expected = expected;
        this.window = window;
        this.kept = kept;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = transfer.read(() -> body.read(target, offset, length));
        if (read > 0 && share != null) {
            count(share);
        }
        return read;
    }

    private void count(InFlight.Share share) {
        long arrived = kept.getAsLong();
        share.use(arrived);
        if (begun || arrived < BEGINNING || arrived == expected) {
            return;
        }
        begun = true;
        if (expected > 0) {
            share.reserve(expected);
        }
        if (window != null) {
            window.widen(share, expected < 0 ? Long.MAX_VALUE : expected - arrived);
        }
    }
}
