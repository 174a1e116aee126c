package io.kolumn.state.security;

import io.kolumn.state.Lock;
import io.kolumn.state.StateException;
import io.kolumn.state.StateException.Conflict;
import io.kolumn.state.StateException.Forbidden;
import io.kolumn.state.StateException.Unauthenticated;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.StateVersion;
import io.kolumn.state.access.PersonalToken;
import io.kolumn.state.audit.AuditChain;
import io.kolumn.state.audit.AuditFile;
import io.kolumn.state.backend.Operation;
import io.kolumn.state.backend.Operation.Kind;
import io.kolumn.state.backend.OperationListener;
import io.kolumn.state.backend.PurgeResult;
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
import java.util.LinkedHashMap;
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
    private static final int LONGEST_PATH = 512;

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
            Map<String, @Nullable Object> members = begun(operation.kind().label(), caller);
            boolean breaking = operation.kind() == Kind.UNLOCK_FORCE;
            members.put("claimedWho", breaking ? null : said(operation.lock()));
            members.put("state", operation.name());
            members.put("target", operation.target());
            version(members, operation.version());
            lock(members, operation.lock());
            if (breaking && operation.lock() != null) {
                holder(members, operation.lock());
            }
            purged(members, operation.purged());
            members.put("outcome", operation.outcome());
            reason(members, operation.refusal());
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
            Map<String, @Nullable Object> members = begun("quarantined", callers.ofRequest());
            members.put("state", name);
            members.put("quarantined", id);
            members.put("outcome", kept ? "ok" : "quarantine-full");
            write(members);
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
            Map<String, @Nullable Object> members = begun(event, caller);
            members.put("ofToken", token.id());
            members.put("ofIdentity", token.owner().subject());
            members.put("name", token.name());
            members.put("expires", token.expires());
            members.put("outcome", "ok");
            write(members);
        }
    }

    /** A personal token that a caller may not have. */
    void tokenRefused(RequestCaller caller, Forbidden refusal) {
        if (wanted()) {
            Map<String, @Nullable Object> members = begun("token-create", caller);
            members.put("outcome", refusal.code());
            reason(members, refusal);
            writeRefusal(members, caller.identity().anonymous());
        }
    }

    /** A request that proved nothing; the reason is for whoever reads the trail alone. */
    void refusedAtTheDoor(RequestCaller caller, HttpServerRequest request, String reason) {
        if (wanted()) {
            String asked = String.valueOf(request.path());
            Map<String, @Nullable Object> members = begun("request", caller);
            members.put("method", request.method().name());
            members.put("path", asked.substring(0, Math.min(asked.length(), LONGEST_PATH)));
            members.put("outcome", "unauthenticated");
            members.put("reason", reason);
            writeRefusal(members, true);
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

    private Map<String, @Nullable Object> begun(String event, @Nullable RequestCaller caller) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("time", clock.instant());
        members.put("event", event);
        if (caller != null) {
            members.put("identity", caller.identity().subject());
            members.put("authMethod", caller.identity().authMethod());
            members.put("token", caller.identity().token());
            members.put("address", caller.address());
            members.put("request", caller.request());
        }
        return members;
    }

    private static @Nullable String said(@Nullable Lock lock) {
        return lock == null || lock.info().who().isEmpty() ? null : lock.info().who();
    }

    private static void version(Map<String, @Nullable Object> members, @Nullable StateVersion version) {
        if (version != null) {
            members.put("version", version.number());
            members.put("serial", version.serial());
            members.put("checksum", version.sha256());
        }
    }

    private static void lock(Map<String, @Nullable Object> members, @Nullable Lock lock) {
        if (lock != null) {
            members.put("lock", lock.id());
            members.put("fence", lock.fence());
        }
    }

    /** Whose lock was broken: proven, as it said of itself, what it did and for how long. */
    private void holder(Map<String, @Nullable Object> members, Lock broken) {
        members.put("holder", broken.owner().isEmpty() ? null : broken.owner());
        members.put("holderClaimedWho", said(broken));
        members.put("holderOperation", broken.info().operation());
        members.put("heldSeconds", broken.age(clock.instant()).toSeconds());
    }

    /** What went for good, or was to; of a single version the members of a version say it. */
    private static void purged(Map<String, @Nullable Object> members, @Nullable PurgeResult purged) {
        if (purged != null) {
            members.put("purged", purged.asked().label());
            members.putIfAbsent("version", purged.asked().version());
            boolean whole = purged.asked().label().equals("state");
            members.put("versions", whole && !purged.numbers().isEmpty() ? purged.numbers() : null);
            String ids = whole ? purged.ids() : purged.asked().quarantined();
            members.put("quarantined", ids == null || ids.isEmpty() ? null : ids);
            members.put(
                    "why",
                    purged.asked().reason().isEmpty() ? null : purged.asked().reason());
        }
    }

    private static void reason(Map<String, @Nullable Object> members, @Nullable RuntimeException refusal) {
        if (refusal instanceof Conflict conflict) {
            members.put("reason", conflict.reason().code());
        } else if (refusal instanceof Forbidden forbidden) {
            members.put("permission", forbidden.permission());
        }
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
        Map<String, @Nullable Object> members = begun("requests", null);
        members.put("outcome", "refused");
        members.put("count", sum.count());
        members.put("from", sum.from());
        members.put("until", sum.until());
        if (!writtenIfRoom(members)) {
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
