package io.kolumn.state.events;

import io.kolumn.state.StateException.Invalid;
import io.kolumn.state.StateException.Unavailable;
import io.kolumn.state.StateName;
import io.kolumn.state.backend.Indexing;
import io.kolumn.state.backend.Operation;
import io.kolumn.state.backend.OperationListener;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The events of all states: a listener of the backend, which only notes a call, and a thread that makes events of what was
 * noted, keeps the latest, and hands them to streams, webhooks and other processes. Nobody who writes waits for any of
 * these. Safe for use by many threads.
 */
public final class EventFeed implements OperationListener, AutoCloseable {

    /** Finished calls that wait for the thread; beyond it streams end. */
    private static final int MAX_NOTED = 50_000;

    private static final String ENDING = "The service is shutting down.";

    /** Clocks of replicas may differ by so much. */
    private static final Duration SKEW = Duration.ofSeconds(10);

    private static final Logger LOG = Logger.getLogger(EventFeed.class);

    /** A finished call, or the event that was made already. */
    private record Noted(
            @Nullable Operation operation, @Nullable StateEvent event, Instant time) {}

    private final EventSettings settings;
    private final Clock clock;
    private final Webhooks webhooks;
    private final BlockingQueue<Noted> noted = new ArrayBlockingQueue<>(MAX_NOTED);
    private final EventBuffer buffer;
    private final OpenStreams streams;
    private final Map<EventType, LongAdder> counts = new ConcurrentHashMap<>();
    private final Refusals refusals = new Refusals();
    private final List<Thread> threads = new ArrayList<>();
    private final String mark = EventIds.mark();
    private volatile @Nullable EventSources sources;
    private volatile boolean ending;

    /** Creates a feed that does nothing until it is started. */
    public EventFeed(EventSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.buffer = new EventBuffer(
                settings.replay(), SKEW.plus(settings.pollInterval().multipliedBy(2)), clock.instant());
        this.streams = new OpenStreams(settings.maxStreams(), settings.callersStreams());
        this.webhooks = new Webhooks(settings.webhooks(), settings.source(), clock);
    }

    /** Begins to work over the backend to which it listens. */
    public synchronized void start(Indexing access) {
        if (!threads.isEmpty() || (settings.off() != null && settings.webhooks().isEmpty())) {
            return;
        }
        EventSources others = new EventSources(this, access, settings, clock);
        sources = others;
        threads.add(Thread.ofPlatform().daemon().name("events").start(this::work));
        webhooks.start();
        others.start();
    }

    @Override
    public void finished(Operation operation) {
        if (sources != null && (operation.changed() || operation.refusal() != null)) {
            note(new Noted(operation, null, clock.instant()));
        }
    }

    @Override
    public void quarantined(StateName name, String id, boolean kept) {
        if (sources != null && kept && !name.reserved()) {
            Instant now = clock.instant();
            note(new Noted(null, Events.quarantined(name, id, now), now));
        }
    }

    private void note(Noted one) {
        if (!noted.offer(one)) {
            interrupt("More changes came at once than events could be made of.");
        }
    }

    private void work() {
        try {
            while (true) {
                Noted one = noted.take();
                try {
                    handle(one);
                } catch (RuntimeException | OutOfMemoryError e) {
                    LOG.error("An event could not be made of a change.", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handle(Noted one) {
        List<StateEvent> events = one.operation() != null
                ? Events.of(one.operation(), one.time())
                : one.event() == null ? List.of() : List.of(one.event());
        for (StateEvent event : events) {
            if (event.type() != EventType.REFUSED || refusals.first(event)) {
                own(event);
            }
        }
    }

    /** An event that this process is the one to tell: it goes to webhooks and to other processes as well. */
    void own(StateEvent event) {
        EventSources others = sources;
        if (others != null) {
            others.tell(event);
        }
        webhooks.offer(event);
        deliver(event);
        counted(event.type()).increment();
    }

    /** An event, however it was found; the same one is handed on once. */
    synchronized void deliver(StateEvent event) {
        if (!buffer.add(event, clock.instant())) {
            return;
        }
        streams.offer(event);
    }

    /** Events may be missing from here on: nobody goes on from what is kept. */
    synchronized void interrupt(@Nullable String endOfStreams) {
        buffer.interrupt(clock.instant());
        if (endOfStreams != null) {
            streams.end(endOfStreams);
        }
    }

    /**
     * Begins a stream.
     *
     * @param caller who reads, as far as limits go: a name or an address
     * @param after the position that its reader knows; null for what happens from now on
     * @param readable whether its reader may read the state of an event
     * @throws Invalid if there are no streams here; the message says why
     * @throws Unavailable if there are none now: too many others, or the service ends
     */
    public EventStream open(String caller, EventFilter filter, @Nullable String after, Predicate<StateEvent> readable) {
        EventSources others = sources;
        if (settings.off() != null) {
            throw new Invalid(settings.off());
        }
        if (ending || others == null) {
            throw new Unavailable(ENDING, null);
        }
        EventStream stream;
        Optional<List<StateEvent>> kept;
        synchronized (this) {
            boolean first = streams.size() == 0;
            stream = streams.open(caller, filter);
            others.listenedTo(first);
            kept = after == null ? Optional.of(List.of()) : buffer.after(after, after.endsWith(mark));
        }
        if (kept.isPresent()) {
            stream.begin(kept.get(), null);
        } else {
            resume(stream, String.valueOf(after), others, readable);
        }
        return stream;
    }

    private static void resume(EventStream stream, String after, EventSources others, Predicate<StateEvent> readable) {
        Optional<List<StateEvent>> stored =
                EventIds.time(after).flatMap(time -> others.since(time, stream.filter(), readable));
        if (stored.isPresent()) {
            stream.begin(
                    stored.get(),
                    new EventStream.Gap(
                            "The service no longer has all events since the last one that was received. Versions,"
                                    + " deletions and held locks since then follow; other events were lost.",
                            true));
        } else {
            stream.begin(
                    List.of(),
                    new EventStream.Gap(
                            "Events were lost: the last one that was received is too old, or unknown. List the states again.",
                            false));
        }
    }

    /** Returns whether streams can be opened here. */
    public boolean streaming() {
        return settings.off() == null && sources != null && !ending;
    }

    /** Ends all streams, and begins no others: the service ends. */
    public void stopStreams() {
        ending = true;
        interrupt(ENDING);
    }

    /**
     * Returns the position in a stream from which another goes on with all that came after a time.
     *
     * @param time by the clock of this process
     */
    public String position(Instant time) {
        return EventIds.of(time, mark);
    }

    /** Returns the position behind an event in a stream of this process. */
    public String position(StateEvent event) {
        return event.id() + "." + mark;
    }

    /** Returns the CloudEvents source of all events. */
    public String source() {
        return settings.source();
    }

    /** Returns the number of streams. */
    public int streams() {
        return streams.size();
    }

    /** Returns how many streams ended because their readers were too slow. */
    public long dropped() {
        return streams.dropped();
    }

    /** Returns how many events of a type this process made. */
    public long count(EventType type) {
        return counted(type).sum();
    }

    private LongAdder counted(EventType type) {
        return counts.computeIfAbsent(type, _ -> new LongAdder());
    }

    /** Returns what became of the events of each webhook. */
    public List<WebhookStatus> webhooks() {
        return webhooks.status();
    }

    /** Ends streams and webhooks; what waits for these is tried once more for a moment. */
    @Override
    public void close() {
        stopStreams();
        EventSources others;
        synchronized (this) {
            others = sources;
            sources = null;
        }
        if (others != null) {
            others.close();
        }
        drain();
        webhooks.close();
    }

    private void drain() {
        List<Thread> workers;
        synchronized (this) {
            workers = List.copyOf(threads);
            threads.clear();
        }
        workers.forEach(Thread::interrupt);
        for (Noted one = noted.poll(); one != null && !workers.isEmpty(); one = noted.poll()) {
            handle(one);
        }
    }
}
