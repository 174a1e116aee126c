package io.kolumn.state.http;

import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** What the log says of a refused request beside its answer: why, and whose it was. */
public final class Refused {

    private static final String REASON = Refused.class.getName();
    private static final String SUBJECT = REASON + ".subject";

    private Refused() {}

    /** Keeps the first reason that is given: whoever refuses knows best, and who answers says it again in general. */
    public static void because(RoutingContext context, @Nullable String reason) {
        if (reason != null && context.get(REASON) == null) {
            context.put(REASON, reason);
        }
    }

    /** Null if none is known. */
    public static @Nullable String reason(RoutingContext context) {
        return context.get(REASON);
    }

    /** Whose request it is, as far as that was proven. */
    public static void subject(RoutingContext context, String subject) {
        context.put(SUBJECT, subject);
    }

    /** Empty if none was proven. */
    public static String subject(RoutingContext context) {
        String subject = context.get(SUBJECT);
        return subject == null ? "" : subject;
    }
}
