package io.kolumn.state.ui;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateName;
import io.kolumn.state.audit.AuditReader;
import io.kolumn.state.audit.AuditTrails;
import io.kolumn.state.config.IoFault;
import io.kolumn.state.http.QueryParameters;
import io.kolumn.state.server.ServiceConfig;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** {@code /ui/audit}: the audit trail of this process, for administrators. */
@Path("/ui/audit")
@Produces(Pages.HTML)
@RunOnVirtualThread
final class AuditPage {

    private static final int ROWS = 50;

    /** A larger trail is verified by the command, not while a browser waits. */
    private static final long MOST_VERIFIED = 1L << 30;

    private static final int SHOWN_PROBLEMS = 20;
    private static final List<String> SHOWN =
            List.of("time", "event", "identity", "state", "outcome", "claimedWho", "authMethod", "address", "request");

    private final ServiceConfig config;
    private final Administrators administrators;
    private final Pages pages;
    private final Semaphore verifying = new Semaphore(1);

    AuditPage(ServiceConfig config, Administrators administrators, Pages pages) {
        this.config = config;
        this.administrators = administrators;
        this.pages = pages;
    }

    private record Asked(
            String state, String who, String event, String outcome, String from, String until, String before) {

        boolean wants(AuditReader.Line line) {
            return holds(line.get("state") + " " + line.get("target"), state)
                    && holds(
                            line.get("identity") + " " + line.get("claimedWho") + " " + line.get("holder") + " "
                                    + line.get("ofIdentity"),
                            who)
                    && holds(line.get("event"), event)
                    && holds(line.get("outcome") + " " + line.get("reason"), outcome)
                    && within(line.get("time"));
        }

        private static boolean holds(String text, String part) {
            return part.isEmpty() || text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
        }

        private boolean within(String time) {
            if (from.isEmpty() && until.isEmpty()) {
                return true;
            }
            try {
                Instant at = Instant.parse(time);
                return (from.isEmpty() || !at.isBefore(time("from", from)))
                        && (until.isEmpty() || !at.isAfter(time("until", until)));
            } catch (DateTimeParseException e) {
                return false;
            }
        }

        /** As a field of a form sends it, without seconds, or with them. */
        static Instant time(String name, String text) {
            return QueryParameters.time(
                    name, text.length() == 16 ? text + ":00Z" : text.length() == 19 ? text + "Z" : text);
        }

        String link(AuditReader.@Nullable Position next) {
            Map<String, String> query = new LinkedHashMap<>();
            query.put("state", state);
            query.put("who", who);
            query.put("event", event);
            query.put("outcome", outcome);
            query.put("from", from);
            query.put("until", until);
            query.put("before", next == null ? "" : next.toString());
            query.values().removeIf(String::isEmpty);
            return Links.of("/ui/audit", query);
        }

        void check() {
            if (!from.isEmpty()) {
                time("from", from);
            }
            if (!until.isEmpty()) {
                time("until", until);
            }
        }
    }

    @GET
    @Operation(hidden = true)
    public RestResponse<String> show(
            @RestQuery @DefaultValue("") String state,
            @RestQuery @DefaultValue("") String who,
            @RestQuery @DefaultValue("") String event,
            @RestQuery @DefaultValue("") String outcome,
            @RestQuery @DefaultValue("") String from,
            @RestQuery @DefaultValue("") String until,
            @RestQuery @DefaultValue("") String before,
            @RestQuery @DefaultValue("") String verify) {
        administrators.check("to see the audit trail");
        Asked asked = new Asked(
                state.strip(), who.strip(), event.strip(), outcome.strip(), from.strip(), until.strip(), before);
        asked.check();
        java.nio.file.Path file = config.auditFile().orElse(null);
        AuditView view = file == null ? AuditView.none() : view(asked, new AuditReader(file), file, !verify.isEmpty());
        return pages.page("Audit", "audit", frame -> Templates.audit(frame, view));
    }

    private AuditView view(Asked asked, AuditReader reader, java.nio.file.Path file, boolean verify) {
        try {
            AuditReader.Page page = reader.read(asked::wants, position(asked.before()), ROWS);
            AuditReader.Size size = reader.size();
            return new AuditView(
                    null,
                    asked.state(),
                    asked.who(),
                    asked.event(),
                    asked.outcome(),
                    asked.from(),
                    asked.until(),
                    page.lines().stream().map(AuditPage::row).toList(),
                    page.next() == null ? null : asked.link(page.next()),
                    page.full() ? "Older " + ROWS : "Look further back",
                    asked.before().isEmpty() ? null : asked.link(null),
                    Texts.count(size.files(), "file") + ", " + Texts.size(size.bytes()),
                    verify ? verified(file, size) : null);
        } catch (IOException e) {
            return AuditView.none("The audit trail cannot be read: " + IoFault.text(e) + ".");
        }
    }

    private static AuditReader.@Nullable Position position(String before) {
        try {
            return before.isEmpty() ? null : AuditReader.Position.parse(before);
        } catch (IllegalArgumentException e) {
            throw new Invalid("The parameter 'before' is not the end of a page.");
        }
    }

    private static AuditView.Row row(AuditReader.Line line) {
        String said = line.get("claimedWho");
        String identity = line.get("identity");
        return new AuditView.Row(
                line.number(),
                time(line.get("time")),
                line.get("event"),
                identity.isEmpty() ? said : identity,
                identity.isEmpty() || said.equals(identity) ? "" : said,
                line.get("state"),
                link(line.get("state")),
                line.get("outcome"),
                line.get("outcome").equals("ok") || line.get("outcome").isEmpty(),
                details(line.members()));
    }

    private static String time(String text) {
        try {
            return Texts.time(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return text;
        }
    }

    private static @Nullable String link(String state) {
        try {
            return state.isEmpty() ? null : Links.history(StateName.of(state));
        } catch (Invalid reserved) {
            return null;
        }
    }

    private static List<StateView.Fact> details(Map<String, String> members) {
        return members.entrySet().stream()
                .filter(member -> !SHOWN.contains(member.getKey()) || SHOWN.indexOf(member.getKey()) > 4)
                .map(member -> new StateView.Fact(member.getKey(), member.getValue(), ""))
                .collect(Collectors.toList());
    }

    private AuditView.Chain verified(java.nio.file.Path file, AuditReader.Size size) throws IOException {
        if (size.bytes() > MOST_VERIFIED) {
            return AuditView.Chain.not(
                    "The trail is too large to be verified here. 'kolumn-state audit verify' does it.");
        }
        if (!verifying.tryAcquire()) {
            return AuditView.Chain.not("Another verification of the trail is running. Try again in a moment.");
        }
        try {
            AuditTrails.Verified found = AuditTrails.verify(file);
            return new AuditView.Chain(
                    found.intact(),
                    "Lines " + found.first() + " to " + found.last() + ", "
                            + (found.intact()
                                    ? "unbroken"
                                    : Texts.count(found.problems().size(), "problem"))
                            + (found.torn() == 0
                                    ? "."
                                    : ", " + found.torn() + " unfinished since the service was killed."),
                    found.last() + ":" + found.hash(),
                    found.problems().stream().limit(SHOWN_PROBLEMS).toList());
        } finally {
            verifying.release();
        }
    }
}
