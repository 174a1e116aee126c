package io.kolumn.state.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.quarkus.logging.Log;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

/**
 * How much a client of HTTP/2 may send of one body before it hears from the service. It is wide only for a body whose memory
 * is taken, so that what is on its way is never more than that; all others share the small window of their connection.
 */
final class UploadWindow {

    /** Fills a line of 100 MB in a second with a round trip of 40 ms. */
    static final int WIDE = 4 * 1024 * 1024;

    private final RoutingContext context;

    UploadWindow(RoutingContext context) {
        this.context = context;
    }

    /** Widens the window for {@code rest} further bytes, if there is memory for what then may come at once. */
    void widen(InFlight.Reservation reservation, long rest) {
        if (context.request().version() != HttpVersion.HTTP_2) {
            return;
        }
        int width = (int) Math.min(WIDE, rest);
        if (reservation.ahead(width, rest) && context.request().connection() instanceof ConnectionBase connection) {
            Channel channel = connection.channel();
            int stream = context.response().streamId();
            channel.eventLoop().execute(() -> widen(channel, stream, width));
        }
    }

    private void widen(Channel channel, int id, int width) {
        Http2ConnectionHandler handler = channel.pipeline().get(Http2ConnectionHandler.class);
        Http2Stream stream = handler == null ? null : handler.connection().stream(id);
        if (stream == null || !stream.state().remoteSideOpen()) {
            return;
        }
        Http2Connection connection = handler.connection();
        add(channel, connection, connection.connectionStream(), width);
        add(channel, connection, stream, width);
        HeldResources.of(context)
                .untilTheEnd(() -> channel.eventLoop()
                        .execute(() -> add(channel, connection, connection.connectionStream(), -width)));
    }

    private static void add(Channel channel, Http2Connection connection, Http2Stream stream, int width) {
        Http2LocalFlowController flow = connection.local().flowController();
        try {
            flow.incrementWindowSize(stream, width);
            channel.flush();
        } catch (Http2Exception e) {
            Log.debugf(e, "The window of stream %d could not be changed", stream.id());
        }
    }
}
