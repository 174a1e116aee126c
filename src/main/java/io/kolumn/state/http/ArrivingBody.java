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
    private final InFlight.@Nullable Reservation reservation;
    private final @Nullable UploadWindow window;
    private final LongSupplier kept;
    private final LongSupplier inAll;
    private boolean begun;

    /**
     * A body that is kept whole.
     *
     * @param expected its length; -1 if that is not known
     * @param reservation null for a body that is too small for it, as is {@code window}
     */
    ArrivingBody(
            InputStream body,
            Transfer transfer,
            InFlight.@Nullable Reservation reservation,
            long expected,
            @Nullable UploadWindow window) {
        this(body, transfer, reservation, window, transfer::arrived, () -> expected);
    }

    /**
     * A body of which a part is kept.
     *
     * @param kept the bytes that are kept of what has come
     * @param inAll the most bytes that will be kept, as far as that is known now; -1 if it is not
     */
    ArrivingBody(
            InputStream body,
            Transfer transfer,
            InFlight.@Nullable Reservation reservation,
            @Nullable UploadWindow window,
            LongSupplier kept,
            LongSupplier inAll) {
        this.body = body;
        this.transfer = transfer;
        this.reservation = reservation;
        this.window = window;
        this.kept = kept;
        this.inAll = inAll;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = transfer.read(() -> body.read(target, offset, length));
        if (read > 0 && reservation != null) {
            count(reservation);
        }
        return read;
    }

    private void count(InFlight.Reservation reservation) {
        long arrived = kept.getAsLong();
        reservation.use(arrived);
        long expected = inAll.getAsLong();
        if (begun || arrived < BEGINNING || arrived == expected) {
            return;
        }
        begun = true;
        if (expected > 0) {
            reservation.reserve(expected);
        }
        if (window != null) {
            window.widen(reservation, expected < 0 ? Long.MAX_VALUE : expected - arrived);
        }
    }
}
