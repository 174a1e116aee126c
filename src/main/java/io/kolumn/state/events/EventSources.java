package io.kolumn.state.events;

import io.kolumn.state.StateException;
import io.kolumn.state.StoreSignals;
import io.kolumn.state.backend.Indexing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What others do with the same storage, and the ends of leases: by messages where the storage carries them, and by comparing
 * heads while there are streams.
 */
final class EventSources {

    /** So long after the last stream heads are still compared, for readers that come again. */
    private static final Duration LINGER = Duration.ofMinutes(10);

    /** Of the interval of a scan, where others tell what they do: it only finds what was not told. */
    private static final int SELDOM = 12;

    /** Of a pause for each time that a scan took: on S3 it is a request for each state. */
    private static final long SHARE = 20;

    private static final Duration LOOK = Duration.ofMillis(200);

    /** How long a stream that goes on waits for others that do. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Logger LOG = Logger.getLogger(EventSources.class);

    private final EventFeed feed;
    private final Indexing access;
    private final EventSettings settings;
    private final Clock clock;
    private final Leases leases = new Leases();
    private final HeadScan scan;
    private final String sender = UUID.randomUUID().toString();
    private final Semaphore resuming = new Semaphore(1);
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable SignalSender out;
    private StoreSignals.@Nullable Listening in;
    private volatile boolean closed;
    private volatile boolean comparing;
    private volatile long listened = System.nanoTime();
    private long next = System.nanoTime();
    private long losses;
    private boolean failing;

    EventSources(EventFeed feed, Indexing access, EventSettings settings, Clock clock) {
        this.feed = feed;
        this.access = access;
        this.settings = settings;
        this.clock = clock;
        this.scan = new HeadScan(access, leases, feed::deliver);
    }

    void start() {
        StoreSignals signals = settings.signals() ? access.signals().orElse(null) : null;
        if (signals != null) {
            SignalSender sending = new SignalSender(signals);
            out = sending;
            threads.add(Thread.ofVirtual().name("events-tell").start(sending));
            if (settings.off() == null) {
                in = signals.listen(this::told);
            }
        }
        threads.add(Thread.ofPlatform().daemon().name("events-look").start(this::look));
    }

    /** An event of this process. */
    void tell(StateEvent event) {
        leases.note(event, true);
        scan.touched(event.state());
        SignalSender sending = out;
        if (sending != null) {
            sending.offer(EventJson.signal(event, sender));
        }
    }

    private void told(String message) {
        EventJson.parse(message, sender).ifPresent(event -> {
            leases.note(event, false);
            scan.touched(event.state());
            feed.deliver(event);
        });
    }

    /** A stream begins; {@code first} if it is the only one. What is kept is then complete only if others told all. */
    void listenedTo(boolean first) {
        listened = System.nanoTime();
        if (first && !comparing && !arriving()) {
            feed.interrupt(null);
        }
        comparing = true;
    }

    private boolean arriving() {
        StoreSignals.Listening listening = in;
        return listening != null && listening.arriving();
    }

    /** As {@link StoredEvents#since}, for one stream at a time; empty also if that cannot be done now. */
    Optional<List<StateEvent>> since(Instant time, EventFilter filter, Predicate<StateEvent> readable) {
        try {
            if (!resuming.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return Optional.empty();
            }
            try {
                return StoredEvents.since(time, access, filter, readable);
            } finally {
                resuming.release();
            }
        } catch (StateException e) {
            LOG.debugf(e, "What has happened since %s cannot be read now", time);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private void look() {
        try {
            while (!closed) {
                Thread.sleep(LOOK);
                try {
                    lookOnce();
                } catch (RuntimeException | OutOfMemoryError e) {
                    LOG.error("Changes by others are not found now. It will be tried again.", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookOnce() {
        leases.check(access, clock.instant(), (event, own) -> {
            if (own) {
                feed.own(event);
            } else {
                feed.deliver(event);
            }
        });
        boolean lost = lost();
        if (comparing && (lost || !scan.knows() || System.nanoTime() - next >= 0)) {
            long start = System.nanoTime();
            compare();
            long took = System.nanoTime() - start;
            long interval = settings.pollInterval().toNanos() * (arriving() ? SELDOM : 1);
            next = System.nanoTime() + Math.max(interval, SHARE * took);
        }
        if (comparing && feed.streams() == 0 && System.nanoTime() - listened > LINGER.toNanos()) {
            comparing = false;
            scan.forget();
            leases.forgetOthers();
        }
        if (feed.streams() > 0) {
            listened = System.nanoTime();
        }
    }

    /** Whether messages may have been lost since the last look. */
    private boolean lost() {
        StoreSignals.Listening listening = in;
        long count = listening == null ? 0 : listening.losses();
        if (count == losses) {
            return false;
        }
        losses = count;
        if (!comparing) {
            feed.interrupt(null);
        }
        return true;
    }

    private void compare() {
        try {
            scan.run(() -> closed);
            failing = false;
        } catch (StateException e) {
            if (!failing && !closed) {
                LOG.warnf("Changes by others are not found now: %s It will be tried again.", e.getMessage());
            }
            failing = true;
        }
    }

    void close() {
        closed = true;
        if (in != null) {
            in.close();
        }
        threads.forEach(Thread::interrupt);
    }
}
