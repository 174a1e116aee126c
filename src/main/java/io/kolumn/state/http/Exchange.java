package io.kolumn.state.http;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** The request and its answer as the connection sees them. */
@RequestScoped
public class Exchange {

    private final RoutingContext context;
    private final InFlight inFlight;

    Exchange(RoutingContext context, InFlight inFlight) {
        this.context = context;
        this.inFlight = inFlight;
    }

    /** Memory for a document, given back when the answer has been sent or the client has gone. */
    public InFlight.Share share() {
        InFlight.Share share = inFlight.share();
        context.addEndHandler(ended -> share.close());
        return share;
    }

    /** As {@link #share()}, of a size that is known. */
    public void reserve(long bytes) {
        share().reserve(bytes);
    }

    /** Tells whether the client has gone. */
    public BooleanSupplier gone() {
        AtomicBoolean gone = new AtomicBoolean();
        context.addEndHandler(ended -> gone.set(true));
        return gone::get;
    }
}
