package io.kolumn.state.events;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** All webhooks. Each has a queue and a thread of its own, so that no receiver waits for another. */
final class Webhooks {

    /** How long the end of the service waits for what is still to be posted. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(Webhooks.class);

    private final List<WebhookQueue> queues;
    private final List<Thread> threads = new ArrayList<>();

    Webhooks(List<Webhook> webhooks, String source, Clock clock) {
        this.queues = webhooks.stream()
                .map(webhook -> new WebhookQueue(webhook, source, clock, FIRST_PAUSE))
                .toList();
    }

    void start() {
        queues.forEach(queue -> threads.add(Thread.ofVirtual().name("webhook").start(queue)));
    }

    void offer(StateEvent event) {
        queues.forEach(queue -> queue.offer(event));
    }

    List<WebhookStatus> status() {
        return queues.stream().map(WebhookQueue::status).toList();
    }

    void close() {
        queues.forEach(WebhookQueue::end);
        long until = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (waiting() > 0 && !threads.isEmpty() && System.nanoTime() < until) {
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.forEach(Thread::interrupt);
        if (waiting() > 0) {
            LOG.warnf("%d events of webhooks were not posted before the end.", waiting());
        }
    }

    private int waiting() {
        return status().stream().mapToInt(WebhookStatus::waiting).sum();
    }
}
