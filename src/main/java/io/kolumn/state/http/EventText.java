package io.kolumn.state.http;

import io.kolumn.state.StateName;
import io.kolumn.state.backend.Caller;
import io.kolumn.state.backend.Permission;
import io.kolumn.state.events.EventFeed;
import io.kolumn.state.events.EventJson;
import io.kolumn.state.events.EventStream;
import io.kolumn.state.events.EventType;
import io.kolumn.state.events.StateEvent;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A stream of events as {@code text/event-stream}, for whoever reads, as long as that caller may. */
final class EventText {

    /** How often a stream is looked at where nothing happens; its credential is asked for again as often. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    /** A proxy keeps a connection open on which something comes so often. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /** So long an event waits for company: with many streams each piece on its own costs more than what it tells. */
    private static final Duration COMPANY = Duration.ofMillis(25);

    /** Events that wait are sent together, up to so many characters. */
    private static final int PIECE = 32 * 1024;

    private static final String RETRY = "retry: 2000\n";

    private final EventFeed feed;
    private final EventStream stream;
    private final Supplier<Optional<Caller>> callers;
    private final Clock clock;
    private @Nullable Caller caller;
    private long asked;

    /** {@code callers}: whoever reads, asked again and again. */
    EventText(EventFeed feed, EventStream stream, Supplier<Optional<Caller>> callers, Clock clock) {
        this.feed = feed;
        this.stream = stream;
        this.callers = callers;
        this.clock = clock;
    }

    void write(EventAnswer.Output out) throws IOException, InterruptedException {
        out.send(RETRY + begin(clock.instant()));
        long sent = System.nanoTime();
        while (true) {
            Instant before = clock.instant();
            StateEvent event = stream.take(LOOK);
            if (stream.closed()) {
                return;
            }
            Caller reader = reader();
            if (reader == null) {
                out.send(comment("Your credential has expired, or was revoked."));
                return;
            }
            if (event != null) {
                Thread.sleep(COMPANY);
            }
            String text = event == null ? "" : events(event, reader);
            if (text.isEmpty() && System.nanoTime() - sent > HEARTBEAT.toNanos()) {
                text = mark(before);
            }
            if (!text.isEmpty()) {
                out.send(text);
                sent = System.nanoTime();
            }
            String end = stream.end();
            if (end != null) {
                out.send(end(end));
                return;
            }
        }
    }

    /** Whoever reads, as of just now; null if nobody any more. */
    private @Nullable Caller reader() {
        Caller known = caller;
        if (known == null || known.expired() || System.nanoTime() - asked > LOOK.toNanos() / 2) {
            known = callers.get().orElse(null);
            caller = known;
            asked = System.nanoTime();
        }
        return known;
    }

    private String begin(Instant now) {
        EventStream.Gap gap = stream.gap();
        return gap == null ? mark(now) : lost(gap.reason(), gap.replayed(), !gap.replayed());
    }

    private String events(StateEvent first, Caller reader) throws InterruptedException {
        Predicate<StateName> readable = name -> reader.may(Permission.READ, name);
        StringBuilder text = new StringBuilder();
        for (StateEvent event = first;
                event != null;
                event = text.length() < PIECE ? stream.take(Duration.ZERO) : null) {
            if (readable.test(event.state())) {
                String data = EventJson.cloudEvent(event, feed.source(), readable);
                text.append(message(feed.position(event), event.type(), data));
            }
        }
        return text.toString();
    }

    private String end(String reason) {
        return stream.slow()
                ? lost(reason + " Continue after the last event, or list the states again.", false, false)
                : comment(reason);
    }

    /** {@code over}: whether the reader goes on from here, and not from where it was. */
    private String lost(String reason, boolean replayed, boolean over) {
        Instant now = clock.instant();
        String id = feed.position(now);
        String data = EventJson.lost(id, now, feed.source(), reason, replayed);
        return over ? message(id, EventType.LOST, data) : named(EventType.LOST, data);
    }

    /** Where the reader goes on, without an event. */
    private String mark(Instant time) {
        return ": \nid: " + feed.position(time) + "\n\n";
    }

    private static String message(String id, EventType type, String data) {
        return "id: " + id + "\n" + named(type, data);
    }

    private static String named(EventType type, String data) {
        return "event: " + type.fullName() + "\ndata: " + data + "\n\n";
    }

    private static String comment(String text) {
        return ": " + text + "\n\n";
    }
}
