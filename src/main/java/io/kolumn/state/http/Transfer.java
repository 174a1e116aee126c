package io.kolumn.state.http;

import io.netty.channel.ChannelHandlerContext;
import io.quarkus.logging.Log;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way in, or a document on its way out. Looked at from time to time: what stands still is ended, and what
 * comes slowly gives back the memory that it does not use yet.
 */
final class Transfer {

    /** What has to come or go within the time that a transfer may stand still. */
    static final long LEAST = 16 * 1024;

    /** What has to come in a second of a body that keeps the memory for all of it. */
    private static final long PACE = 1024 * 1024;

    private static final long SECOND = 1_000_000_000L;

    private final RoutingContext context;
    private final HeldResources held;
    private final InFlight.@Nullable Reservation reservation;
    /** Written by the reader alone. */
    private volatile long arrived;

    private long mark;
    private long since = System.nanoTime();
    private long paceMark;
    private long paceSince = since;

    Transfer(RoutingContext context, HeldResources held, InFlight.@Nullable Reservation reservation) {
        this.context = context;
        this.held = held;
        this.reservation = reservation;
    }

    HeldResources held() {
        return held;
    }

    /** Reads a piece of the body. */
    int read(HeldResources.Read read) throws IOException {
        try {
            int count = held.read(read);
            long sum = arrived + Math.max(0, count);
            arrived = sum;
            return count;
        } catch (StalledBodyException e) {
            if (context.request().version() != HttpVersion.HTTP_2) {
                context.response().putHeader("Connection", "close");
            }
            throw e;
        }
    }

    long arrived() {
        return arrived;
    }

    /** By one thread at a time. */
    void look(long now, long timeout) {
        boolean reading = held.reading();
        boolean answering =
                context.response().headWritten() && !context.response().ended();
        long progress = arrived + context.response().bytesWritten();
        if ((!reading && !answering) || progress - mark >= LEAST) {
            mark = progress;
            since = now;
        } else if (now - since > timeout) {
            end(reading);
        }
        if (reservation != null && now - paceSince >= SECOND) {
            if (reading && arrived - paceMark < PACE) {
                reservation.slow();
            }
            paceMark = arrived;
            paceSince = now;
        }
    }

    private void end(boolean reading) {
        Log.debugf(
                "A request of %s was stalled and was cancelled",
                context.request().remoteAddress());
        if (reading) {
            held.stall();
        } else {
            cut(context.request());
        }
    }

    /**
     * Ends this request alone where the connection carries others; at once, since nobody takes what is still to be sent.
     * The channel is closed below the server, whose own close would wait for that.
     */
    static void cut(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset();
        } else if (request.connection() instanceof ConnectionBase connection) {
            ChannelHandlerContext lowest = connection.channel().pipeline().firstContext();
            if (lowest != null) {
                var _ = lowest.close();
            }
        }
    }
}
