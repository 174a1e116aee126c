package io.kolumn.state.security;

import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.access.PersonalToken;
import io.kolumn.state.audit.AuditChain;
import io.kolumn.state.audit.AuditFile;
import io.kolumn.state.backend.Operation;
import io.kolumn.state.backend.Operation.Kind;
import io.kolumn.state.backend.OperationListener;
import io.kolumn.state.config.IoFault;
import io.kolumn.state.http.RefusalLines;
import io.kolumn.state.server.ServiceConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Records each change and each refusal: caller, authentication method and outcome. What a client claims about itself
 * ({@code claimedWho}) is separate from the authenticated identity. A record is written when its change has happened; one that cannot be
 * written does not undo it, and is an error in the log that says all of it. From then on changes are refused before they
 * happen, until records can be written again, unless the configuration says otherwise.
 *
 * <p>Metrics: {@code kolumn_state_audit_lost_total} and {@code kolumn_state_audit_summed_up_total}, in lines.
 */
@Singleton
final class AuditTrail implements OperationListener {

    private static final Logger AUDIT = Logger.getLogger("audit");
    private static final Set<Kind> READS = Set.of(Kind.GET, Kind.LIST, Kind.HISTORY, Kind.LOCK_OF);

    private final CurrentCaller callers;
    private final Clock clock;
    private final @Nullable Path path;
    private final long largest;
    private final boolean logged;
    private final boolean refuses;
    private final RefusalLines refusals;
    private final Counter lost;
    private final Counter summedUp;
    private final ScheduledExecutorService minutes = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("audit-minutes").factory());
    private final AuditChain chain = new AuditChain();
    private @Nullable AuditFile file;

    /** A command that serves nobody leaves the file to the service that writes it. */
    AuditTrail(
            ServiceConfig config,
            CurrentCaller callers,
            Clock clock,
            MeterRegistry meters,
            @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true") boolean serving) {
        this.callers = callers;
        this.clock = clock;
        this.path = serving ? config.auditFile().orElse(null) : null;
        this.largest = config.auditFileSize();
        this.logged = config.auditLog();
        this.refuses = config.auditOnFailure() == ServiceConfig.OnFailure.REFUSE;
        this.refusals = new RefusalLines(config.auditAnonymousLines());
        this.lost = meters.counter("kolumn.state.audit.lost");
        this.summedUp = meters.counter("kolumn.state.audit.summed.up");
    }

    void open() {
        if (path != null) {
            try {
                file = AuditFile.open(path, largest, clock);
            } catch (IOException e) {
                throw new ConfigurationException("The audit trail cannot be written (kolumn.state.audit.file=" + path
                        + "): " + IoFault.text(e) + ".");
            }
        }
        if (wanted()) {
            var _ = minutes.scheduleWithFixedDelay(this::sumUp, 1, 1, TimeUnit.MINUTES);
        }
    }

    @PreDestroy
    void close() throws IOException {
        minutes.shutdownNow();
        refusals.all().ifPresent(this::write);
        if (file != null) {
            file.close();
        }
    }

    /** Whether what happens from now on is recorded. */
    boolean writable() {
        AuditFile open = file;
        return open == null || open.writable();
    }

    /** Whether nothing is changed while it is not. */
    boolean refuses() {
        return refuses;
    }

    @Override
    public void before(Kind change) {
        if (refuses && !writable()) {
            throw Unavailable.forEverybody(
                    "The audit trail cannot be written, so changes are refused"
                            + " (kolumn.state.audit.on-failure=refuse). Free space on its disk, or give the service write"
                            + " permission.",
                    null);
        }
    }

    @Override
    public void finished(Operation operation) {
        if (wanted() && (operation.changed() || refused(operation))) {
            RequestCaller caller = callers.ofRequest();
            Map<String, @Nullable Object> members = AuditMembers.of(operation, caller, clock.instant());
            if (operation.changed()) {
                write(members);
            } else {
                writeRefusal(members, caller == null || caller.identity().anonymous());
            }
        }
    }

    @Override
    public void quarantined(StateName name, String id, boolean kept) {
        if (wanted()) {
            write(AuditMembers.quarantined(name, id, kept, callers.ofRequest(), clock.instant()));
        }
    }

    /** Refuses a change before it happens, as {@link #before}. */
    void beforeToken() {
        before(Kind.PUT);
    }

    /** A personal token that was created or revoked, by its record. */
    void token(String event, RequestCaller caller, PersonalToken token) {
        Log.infof(
                "%s id=%s owner=\"%s\" who=\"%s\" expires=%s",
                event,
                token.id(),
                token.owner().subject().replace('"', '?'),
                caller.subject().replace('"', '?'),
                token.expires());
        if (wanted()) {
            write(AuditMembers.token(event, caller, token, clock.instant()));
        }
    }

    /** A personal token that a caller may not have. */
    void tokenRefused(RequestCaller caller, Forbidden refusal) {
        if (wanted()) {
            writeRefusal(
                    AuditMembers.tokenRefused(caller, refusal, clock.instant()),
                    caller.identity().anonymous());
        }
    }

    /** A request that proved nothing; the reason is for whoever reads the trail alone. */
    void refusedAtTheDoor(RequestCaller caller, HttpServerRequest request, String reason) {
        if (wanted()) {
            writeRefusal(AuditMembers.unauthenticated(caller, request, reason, clock.instant()), true);
        }
    }

    private boolean wanted() {
        return file != null || logged;
    }

    /** A read that finds nothing is not a refusal, and neither is one that the storage cannot answer. */
    private static boolean refused(Operation operation) {
        RuntimeException refusal = operation.refusal();
        return READS.contains(operation.kind())
                ? refusal instanceof Forbidden || refusal instanceof Unauthenticated
                : refusal instanceof StateException;
    }

    /** Refusals have less room than changes, and those of nobody in particular so many lines a minute. */
    private void writeRefusal(Map<String, @Nullable Object> members, boolean anonymous) {
        Instant now = clock.instant();
        sumUp();
        if (anonymous && !refusals.mayHaveOne(now)) {
            summedUp.increment();
            return;
        }
        if (!writtenIfRoom(members)) {
            refusals.count(now);
            summedUp.increment();
        }
    }

    private boolean writtenIfRoom(Map<String, @Nullable Object> members) {
        AuditFile open = file;
        if (open == null) {
            AUDIT.info(chain.next(members));
            return true;
        }
        try {
            Optional<byte[]> line = open.appendIfRoom(members);
            line.ifPresent(this::log);
            return line.isPresent();
        } catch (IOException e) {
            Log.warnf(e, "The audit trail could not be written. A refusal is counted, but has no line.");
            return false;
        }
    }

    /** A task that failed would not be run again. */
    private void sumUp() {
        try {
            refusals.due(clock.instant()).ifPresent(this::write);
        } catch (RuntimeException | OutOfMemoryError e) {
            Log.error("Refused requests could not be summed up in the audit trail. It will be tried again.", e);
        }
    }

    /** A line of the refusals that had none of their own; once in a minute. */
    private void write(RefusalLines.Sum sum) {
        if (!writtenIfRoom(AuditMembers.refused(sum, clock.instant()))) {
            refusals.again(sum);
        }
    }

    private void write(Map<String, @Nullable Object> members) {
        AuditFile open = file;
        if (open == null) {
            AUDIT.info(chain.next(members));
            return;
        }
        try {
            log(open.append(members));
        } catch (IOException e) {
            lost.increment();
            Log.errorf(e, "The audit trail could not be written and lacks this line: %s", members);
        }
    }

    private void log(byte[] line) {
        if (logged) {
            AUDIT.info(new String(line, StandardCharsets.UTF_8));
        }
    }
}
