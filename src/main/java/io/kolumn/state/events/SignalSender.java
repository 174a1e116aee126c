package io.kolumn.state.events;

import io.kolumn.state.StateException;
import io.kolumn.state.StoreSignals;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jboss.logging.Logger;

/** Tells other processes the events of this one, many at once. What cannot be told is found by their scan. */
final class SignalSender implements Runnable {

    private static final int MAX_WAITING = 10_000;

    private static final int AT_ONCE = 100;

    /** So long others wait for company. */
    private static final Duration PAUSE = Duration.ofMillis(50);

    private static final Logger LOG = Logger.getLogger(SignalSender.class);

    private final StoreSignals signals;
    private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MAX_WAITING);

    SignalSender(StoreSignals signals) {
        this.signals = signals;
    }

    void offer(String message) {
        if (message.getBytes(StandardCharsets.UTF_8).length > StoreSignals.MAX_SIZE || !waiting.offer(message)) {
            LOG.debug("An event was not told to other replicas. They find it by comparing heads.");
        }
    }

    @Override
    public void run() {
        try {
            while (true) {
                List<String> messages = new ArrayList<>(List.of(waiting.take()));
                waiting.drainTo(messages, AT_ONCE - 1);
                send(messages);
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(List<String> messages) {
        try {
            signals.send(messages);
        } catch (StateException e) {
            LOG.debugf("%d events were not told to other replicas: %s", messages.size(), e.getMessage());
        }
    }
}
