package io.kolumn.state.telemetry;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.inject.Singleton;
import java.util.Set;

/** Requests by methods that nobody serves are not counted: a caller could make up any number of them as labels. */
@Singleton
final class KnownMethods implements MeterFilter {

    private static final Set<String> ALL =
            Set.of("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE", "LOCK", "UNLOCK");

    static boolean known(String method) {
        return ALL.contains(method);
    }

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        String method = id.getName().startsWith("http.server.") ? id.getTag("method") : null;
        return method == null || known(method) ? MeterFilterReply.NEUTRAL : MeterFilterReply.DENY;
    }
}
