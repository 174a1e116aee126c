package io.kolumn.state.ui;

import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.CallerSource;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.events.EventFeed;
import io.kolumn.state.events.EventType;
import io.kolumn.state.server.ServiceConfig;
import io.quarkus.qute.TemplateInstance;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Makes answers of templates: each in its frame, and with the policy of what a page may load. */
@Singleton
final class Pages {

    static final String HTML = "text/html;charset=UTF-8";

    /** Nothing from elsewhere, no script and no style within a page, and no page around it. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static final String TYPES =
            Arrays.stream(EventType.values()).map(EventType::fullName).collect(Collectors.joining(" "));

    private final FormTokens tokens;
    private final Sessions sessions;
    private final Assets assets;
    private final CallerSource callers;
    private final EventFeed events;
    private final Clock clock;
    private final boolean proofNeeded;

    Pages(
            FormTokens tokens,
            Sessions sessions,
            Assets assets,
            CallerSource callers,
            EventFeed events,
            Clock clock,
            ServiceConfig config) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.assets = assets;
        this.callers = callers;
        this.events = events;
        this.clock = clock;
        this.proofNeeded = config.authenticates();
    }

    /**
     * Returns a page.
     *
     * @param section of the navigation to which it belongs
     * @param page makes the page of its frame
     */
    RestResponse<String> page(String title, String section, Function<Frame, TemplateInstance> page) {
        return page(RestResponse.Status.OK, title, section, page);
    }

    RestResponse<String> page(
            RestResponse.Status status, String title, String section, Function<Frame, TemplateInstance> page) {
        Caller caller = callers.caller();
        Frame frame = new Frame(
                title,
                section,
                proofNeeded ? caller.subject() : null,
                proofNeeded && !caller.identified(),
                sessions.present(),
                tokens.issue(caller.subject()),
                !caller.expired() && caller.mayEverywhere(Permission.ADMIN),
                live(),
                assets.address("pages.css"),
                assets.address("pages.js"),
                assets.address("htmx.min.js"));
        return answer(status, page.apply(frame));
    }

    private Frame.@Nullable Live live() {
        return events.streaming() ? new Frame.Live(events.position(clock.instant()), TYPES) : null;
    }

    /** Returns a page for somebody who is not known yet. */
    RestResponse<String> entrance(RestResponse.Status status, Function<Frame, TemplateInstance> page) {
        return answer(
                status,
                page.apply(new Frame(
                        "Sign in",
                        "",
                        null,
                        true,
                        false,
                        tokens.issue(""),
                        false,
                        null,
                        assets.address("pages.css"),
                        assets.address("pages.js"),
                        assets.address("htmx.min.js"))));
    }

    private static RestResponse<String> answer(RestResponse.Status status, TemplateInstance page) {
        return RestResponse.ResponseBuilder.create(status, page.render())
                .header("Content-Type", HTML)
                .header("Content-Security-Policy", POLICY)
                .header("Referrer-Policy", "same-origin") // with none a browser would name no origin beside a form
                .build();
    }

    /** Returns an answer that leads on to another page. */
    static RestResponse<String> lead(String address) {
        return RestResponse.ResponseBuilder.<String>create(RestResponse.Status.SEE_OTHER)
                .header("Location", address)
                .build();
    }
}
