package io.kolumn.state.telemetry;

import io.kolumn.state.StateException;
import io.kolumn.state.StateException.NotFound;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.backend.Operation;
import io.kolumn.state.backend.OperationListener;
import io.kolumn.state.http.ApiDescription;
import io.kolumn.state.http.ErrorFormat;
import io.kolumn.state.http.RefusalLines;
import io.kolumn.state.http.Refused;
import io.kolumn.state.http.RequestIds;
import io.kolumn.state.server.ServiceConfig;
import io.quarkus.arc.Arc;
import io.quarkus.logging.Log;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One line for each refused request: which, with what answer, and why; the answer itself tells a caller who proved nothing
 * no more than that. So many lines in a minute, for those who proved who they are and for all others apart, so that nobody
 * fills the log or hides in it what matters; the rest is counted. A state that is not there is no refusal.
 */
@Singleton
final class RefusalLog implements OperationListener {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._/-]{1,255}");

    /** Before everything that may answer. */
    private static final int PRIORITY = 250;

    private final CurrentVertxRequest requests;
    private final Clock clock;
    private final RefusalLines proven;
    private final RefusalLines others;

    RefusalLog(ServiceConfig config, CurrentVertxRequest requests, Clock clock) {
        this.requests = requests;
        this.clock = clock;
        this.proven = new RefusalLines(config.logRefusals());
        this.others = new RefusalLines(config.logRefusals());
    }

    /** Made when the first request comes, as {@code Door}. */
    static void register(@Observes Filters filters, Instance<RefusalLog> log) {
        filters.register(context -> log.get().watch(context), PRIORITY);
    }

    /** Before the answer leaves, so that the line is there when its client asks about it. */
    private void watch(RoutingContext context) {
        context.addHeadersEndHandler(sent -> {
            int status = context.response().getStatusCode();
            if (status >= 400 && status < 500 && (status != 404 || Refused.reason(context) != null)) {
                refused(context, status);
            }
        });
        context.next();
    }

    /** Whoever refused knows why; a resource may answer that in words of its own. */
    @Override
    public void finished(Operation operation) {
        RuntimeException refusal = operation.refusal();
        if (refusal instanceof StateException && !(refusal instanceof NotFound) && !(refusal instanceof Unavailable)) {
            RoutingContext context = Arc.container().requestContext().isActive() ? requests.getCurrent() : null;
            if (context != null) {
                Refused.because(context, refusal.getMessage());
            }
        }
    }

    private void refused(RoutingContext context, int status) {
        String subject = Refused.subject(context);
        RefusalLines lines = subject.isEmpty() ? others : proven;
        Instant now = clock.instant();
        lines.due(now)
                .ifPresent(sum ->
                        Log.infof("refused %d requests more from %s to %s", sum.count(), sum.from(), sum.until()));
        if (lines.mayHaveOne(now)) {
            line(context, status, subject);
        }
    }

    private static void line(RoutingContext context, int status, String subject) {
        String path = context.request().path();
        Optional<String> route = ApiDescription.template(path);
        String method = context.request().method().name();
        String reason = Refused.reason(context);
        LogLine line = new LogLine("refused")
                .with("status", status)
                .with("method", KnownMethods.known(method) ? method : "other")
                .with("route", route.orElseGet(() -> undescribed(path)))
                .with("state", route.map(template -> state(template, path)).orElse(null))
                .with("identity", subject.isEmpty() ? null : subject)
                .with("request", RequestIds.of(context))
                .with("reason", reason == null ? context.response().getStatusMessage() : reason);
        line.info(text -> Log.info(text));
    }

    /** The root of a protocol whose routes are not described, since its paths hold ids. */
    private static String undescribed(@Nullable String path) {
        return ErrorFormat.of(path) == ErrorFormat.JSON_API ? ErrorFormat.JSON_API_ROOT : "other";
    }

    /** What stands behind the fixed part of the route; null if that is not a name. */
    private static @Nullable String state(String template, @Nullable String path) {
        if (path == null || !template.endsWith("/{name}")) {
            return null;
        }
        String name = ApiDescription.decoded(path).substring(template.length() - "{name}".length());
        return NAME.matcher(name).matches() ? name : null;
    }
}
