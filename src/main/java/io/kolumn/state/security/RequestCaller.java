package io.kolumn.state.security;

import io.kolumn.state.StateName;
import io.kolumn.state.access.Authentication.Authenticated;
import io.kolumn.state.access.Identity;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.http.Refused;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whoever made a request.
 *
 * @param proven what was proven, and what that is good for; null where nobody has to prove anything
 * @param address that the request came from
 * @param request id by which its answer, the logs and the audit trail name it
 * @param grace how long after its end the proof may still serve to finish what was begun under a lock
 */
record RequestCaller(@Nullable Authenticated proven, String address, String request, Duration grace, Clock clock)
        implements Caller {

    private static final String KEY = RequestCaller.class.getName();
    private static final String AGAIN = KEY + ".again";

    /** {@code again}: proves later what was proven now; empty if that is not so any more. */
    void enter(RoutingContext context, Supplier<Optional<Caller>> again) {
        context.put(KEY, this);
        context.put(AGAIN, again);
        Refused.subject(context, identified() ? subject() : "");
    }

    /** Of a request that came through the door; null for one that did not have to. */
    static @Nullable RequestCaller of(RoutingContext context) {
        return context.get(KEY);
    }

    /** The same request of a caller who has proven this. */
    RequestCaller proven(Authenticated now, Duration newGrace) {
        return new RequestCaller(now, address, request, newGrace, clock);
    }

    /** Proves the caller of a request again, later and on any thread. */
    static Supplier<Optional<Caller>> again(RoutingContext context) {
        Supplier<Optional<Caller>> again = context.get(AGAIN);
        return again == null ? Optional::empty : again;
    }

    Identity identity() {
        return proven == null ? Identity.ANONYMOUS : proven.identity();
    }

    /** Empty where nobody has to prove anything: what such a caller says of itself is all that is known. */
    @Override
    public String subject() {
        return proven == null ? "" : proven.identity().subject();
    }

    /** Callers who prove nothing have one subject together where a rule lets them in. */
    @Override
    public boolean identified() {
        return proven != null && !proven.identity().anonymous();
    }

    @Override
    public boolean expired() {
        return identity().expired(clock.instant());
    }

    @Override
    public Optional<Instant> finishesBy() {
        return Optional.ofNullable(identity().expires()).map(end -> end.plus(grace));
    }

    @Override
    public boolean may(Permission permission, StateName name) {
        return proven == null || proven.grants().allows(permission, name);
    }

    @Override
    public boolean mayEverywhere(Permission permission) {
        return proven == null || proven.grants().allowsEverywhere(permission);
    }

    @Override
    public boolean mayBelow(Permission permission, String prefix) {
        return proven == null || proven.grants().allowsBelow(permission, prefix);
    }
}
