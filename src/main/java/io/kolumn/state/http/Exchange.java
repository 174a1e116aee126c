package io.kolumn.state.http;

import io.kolumn.state.backend.CallerSource;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ManagedContext;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import java.io.InputStream;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The request and its answer as the connection sees them, and what is held for them until their end. */
@RequestScoped
public class Exchange {

    private final CurrentVertxRequest request;
    private final RoutingContext context;
    private final InFlight inFlight;
    private final Transfers transfers;
    private final CallerSource guard;

    /** The context itself and no proxy: it is looked at by threads that belong to no request. */
    Exchange(CurrentVertxRequest request, InFlight inFlight, Transfers transfers, CallerSource guard) {
        this.request = request;
        this.context = request.getCurrent();
        this.inFlight = inFlight;
        this.transfers = transfers;
        this.guard = guard;
    }

    /** Makes sure of memory for a document that is read, until the answer has been sent or the client has gone. */
    public void reserve(long bytes) {
        InFlight.Reservation reservation = reservation();
        watched(reservation);
        reservation.reserve(bytes);
    }

    /** Tells whether the client has gone. */
    public BooleanSupplier gone() {
        HeldResources held = HeldResources.of(context);
        return held::over;
    }

    /**
     * Returns the answer that grants a lock. A request that ends before the answer is written withdraws the lock; nobody would
     * write it any more.
     *
     * @param answer JSON text, or what becomes JSON
     * @param withdrawal takes the lock back, on a thread of its own, for the same caller
     */
    public GrantedLock granted(Object answer, Runnable withdrawal) {
        GrantedLock granted = new GrantedLock(answer, withdrawal);
        HeldResources.of(context).untilTheEnd(() -> {
            if (granted.settle()) {
                Thread.ofVirtual().name("withdrawal").start(() -> withinRequest(granted));
            }
        });
        return granted;
    }

    private void withinRequest(GrantedLock granted) {
        ManagedContext scope = Arc.container().requestContext();
        scope.activate();
        try {
            request.setCurrent(context);
            GrantedLockWriter.withdraw(granted);
        } finally {
            scope.terminate();
        }
    }

    /** The body, with memory for what has come of it; {@code expected} is its length, -1 if that is not known. */
    InputStream document(InputStream body, long expected) {
        InFlight.Reservation reservation = reservation();
        return new ArrivingBody(body, watched(reservation), reservation, expected, new UploadWindow(context));
    }

    /**
     * A body around a document, with memory for what is kept of it.
     *
     * @param length of the whole body; -1 if that is not known
     * @param limit the most bytes of a document
     * @param kept bytes of the document so far
     */
    InputStream envelope(InputStream body, long length, long limit, LongSupplier kept) {
        InFlight.Reservation reservation = reservation();
        Transfer transfer = watched(reservation);
        LongSupplier inAll = () -> length < 0
                ? -1
                : Math.min(limit, kept.getAsLong() + decoded(length - transfer.arrived() + RequestBodies.BUFFER));
        return new ArrivingBody(body, transfer, reservation, new UploadWindow(context), kept, inAll);
    }

    private static long decoded(long base64) {
        return base64 / 4 * 3;
    }

    /** A body that is too small to count its memory. */
    InputStream small(InputStream body) {
        return new ArrivingBody(body, watched(null), null, -1, null);
    }

    private InFlight.Reservation reservation() {
        InFlight.Reservation reservation = inFlight.reservation(caller());
        HeldResources.of(context).untilTheEnd(reservation::close);
        return reservation;
    }

    private Transfer watched(InFlight.@Nullable Reservation reservation) {
        Transfer transfer = new Transfer(context, HeldResources.of(context), reservation);
        transfers.watch(transfer);
        return transfer;
    }

    /** Tells whether only the head of the answer is asked for. */
    boolean headOnly() {
        return context.request().method().equals(HttpMethod.HEAD);
    }

    /** Returns who calls, as far as limits go: the subject, wherever it calls from; else the address. */
    String caller() {
        String subject = guard.caller().subject();
        if (!subject.isEmpty()) {
            return subject;
        }
        SocketAddress remote = context.request().remoteAddress();
        return remote == null || remote.hostAddress() == null ? "" : remote.hostAddress();
    }
}
