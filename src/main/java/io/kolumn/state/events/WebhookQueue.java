package io.kolumn.state.events;

import io.kolumn.state.config.IoFault;
import io.kolumn.state.config.TrustedCertificates;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Posts the events of one webhook, in order, one at a time. */
final class WebhookQueue implements Runnable {

    private static final Logger LOG = Logger.getLogger(WebhookQueue.class);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private static final int HTTP_TIMEOUT = 408;
    private static final int TOO_EARLY = 425;
    private static final int TOO_MANY = 429;

    private final Webhook webhook;
    private final String source;
    private final Clock clock;
    private final Duration firstPause;
    private final BlockingQueue<StateEvent> waiting;
    private final LongAdder delivered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder dead = new LongAdder();
    private volatile WebhookStatus.@Nullable GivenUp last;
    private volatile boolean ending;
    private volatile int busy;
    private boolean full;

    /** @param firstPause after a first failure; each later one is twice as long */
    WebhookQueue(Webhook webhook, String source, Clock clock, Duration firstPause) {
        this.webhook = webhook;
        this.source = source;
        this.clock = clock;
        this.firstPause = firstPause;
        this.waiting = new ArrayBlockingQueue<>(webhook.queue());
    }

    void offer(StateEvent event) {
        if (!webhook.filter().matches(event)) {
            return;
        }
        boolean taken = waiting.offer(event);
        if (!taken) {
            givenUp(webhook.queue() + " events were waiting");
            if (!full) {
                LOG.warnf(
                        "Webhook %s: %d events wait, so that further ones are dropped and counted.",
                        webhook, webhook.queue());
            }
        }
        full = !taken;
    }

    WebhookStatus status() {
        return new WebhookStatus(
                webhook.name(),
                webhook.receiver(),
                waiting.size() + busy,
                delivered.sum(),
                failed.sum(),
                dead.sum(),
                last);
    }

    private void givenUp(String reason) {
        last = new WebhookStatus.GivenUp(clock.instant(), reason);
        dead.increment();
    }

    /** What waits is tried once, without a pause. */
    void end() {
        ending = true;
    }

    @Override
    public void run() {
        HttpClient client = null;
        try {
            client = client();
            while (true) {
                StateEvent event = waiting.take();
                busy = 1;
                post(client, event);
                busy = 0;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | GeneralSecurityException e) {
            LOG.errorf("Webhook %s: its ca-file cannot be read (%s). Nothing is posted.", webhook, e.getMessage());
        } finally {
            if (client != null) {
                client.shutdownNow();
            }
        }
    }

    private HttpClient client() throws IOException, GeneralSecurityException {
        HttpClient.Builder client =
                HttpClient.newBuilder().connectTimeout(webhook.timeout()).followRedirects(HttpClient.Redirect.NEVER);
        if (webhook.caFile() != null) {
            client.sslContext(TrustedCertificates.context(webhook.caFile()));
        }
        return client.build();
    }

    private void post(HttpClient client, StateEvent event) throws InterruptedException {
        String body =
                EventJson.cloudEvent(event, source, any -> webhook.filter().matches(any));
        String problem = "";
        Duration pause = firstPause;
        for (int attempt = 1; attempt <= webhook.attempts(); attempt++) {
            Answer answer = attempt(client, event, body);
            if (answer.accepted()) {
                delivered.increment();
                return;
            }
            failed.increment();
            problem = answer.problem();
            LOG.debugf("Webhook %s: event %s failed, attempt %d: %s", webhook, event.id(), attempt, problem);
            if (answer.rejected() || ending || attempt == webhook.attempts()) {
                break;
            }
            pause(answer.retryAfter() == null ? jittered(pause) : answer.retryAfter());
            pause = min(pause.multipliedBy(2));
        }
        givenUp(problem);
        LOG.warnf("Webhook %s: event %s of %s was given up: %s", webhook, event.id(), event.state(), problem);
    }

    private void pause(Duration pause) throws InterruptedException {
        long until = System.nanoTime() + pause.toNanos();
        while (!ending && System.nanoTime() < until) {
            Thread.sleep(Math.min(200, Math.max(1, (until - System.nanoTime()) / 1_000_000)));
        }
    }

    /** Between a half and all of it, so that receivers are not asked by all at once. */
    private static Duration jittered(Duration pause) {
        long nanos = pause.toNanos();
        return Duration.ofNanos(nanos / 2 + ThreadLocalRandom.current().nextLong(nanos / 2 + 1));
    }

    private static Duration min(Duration pause) {
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    /** What came of an attempt; {@code rejected} if another would be of no use. */
    private record Answer(
            boolean accepted,
            boolean rejected,
            String problem,
            @Nullable Duration retryAfter) {}

    private Answer attempt(HttpClient client, StateEvent event, String body) throws InterruptedException {
        long seconds = clock.instant().getEpochSecond();
        HttpRequest.Builder request = HttpRequest.newBuilder(WebhookUrls.withoutUser(webhook.url()))
                .timeout(webhook.timeout())
                .header("Content-Type", EventJson.MEDIA_TYPE + ";charset=UTF-8")
                .header("User-Agent", "kolumn-state")
                .header("webhook-id", event.id())
                .header("webhook-timestamp", Long.toString(seconds))
                .header("webhook-signature", webhook.key().signature(event.id(), seconds, body))
                .POST(BodyPublishers.ofString(body));
        String user = webhook.url().getUserInfo();
        if (user != null) {
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
        }
        try {
            HttpResponse<Void> answer = client.sendAsync(request.build(), BodyHandlers.discarding())
                    .get(webhook.timeout().toMillis(), TimeUnit.MILLISECONDS);
            return answered(answer);
        } catch (TimeoutException e) {
            return new Answer(
                    false, false, "no answer within " + webhook.timeout().toMillis() + " ms", null);
        } catch (ExecutionException e) {
            String text = e.getCause() instanceof IOException fault ? IoFault.text(fault) : "it cannot be posted";
            return new Answer(false, false, text, null);
        }
    }

    private Answer answered(HttpResponse<Void> answer) {
        int status = answer.statusCode();
        boolean later = status >= 500 || status == HTTP_TIMEOUT || status == TOO_EARLY || status == TOO_MANY;
        Duration wait = answer.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("\\d{1,5}"))
                .map(value -> min(Duration.ofSeconds(Long.parseLong(value))))
                .orElse(null);
        return new Answer(status / 100 == 2, !later, "it answered " + status, wait);
    }
}
